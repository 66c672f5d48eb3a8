#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// JSON in the midst of other formats.
enum JSONText {
  /// A text in quotes, on one line.
  static func encoded(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }

  static func decoded(_ bytes: some Sequence<UInt8>) -> String? {
    try? JSONDecoder().decode(String.self, from: Data(bytes))
  }

  /// What a document says; nil when it does not parse or lacks something.
  static func decode<Document: Decodable>(
    _ type: Document.Type, from bytes: some Sequence<UInt8>
  ) -> Document? {
    try? JSONDecoder().decode(type, from: Data(bytes))
  }
}
