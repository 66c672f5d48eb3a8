import Foundation
import GenDigest
import GenMedia
import GenPipeline

/// What a call that wrote a file notes for the next run of the same call: while the file is as it
/// was left, nothing has to be written again.
private struct Receipt: Codable {
  /// The file's place and how it was made.
  let origin: String
  /// The digest of its bytes.
  let content: String
  let report: MediaWriteReport

  init?(_ report: MediaWriteReport, origin: String, path: String) {
    guard let content = try? Digest(ofFileAt: path).hex else { return nil }
    (self.origin, self.content, self.report) = (origin, content, report)
  }

  init?(_ value: Value?) {
    guard let text = value.flatMap(String.init),
      let receipt = try? JSONDecoder().decode(Receipt.self, from: Data(text.utf8))
    else { return nil }
    self = receipt
  }

  var value: Value? {
    (try? JSONEncoder().encode(self)).map { .text(String(decoding: $0, as: UTF8.self)) }
  }

  func holds(_ origin: String, path: String) -> Bool {
    self.origin == origin && (try? Digest(ofFileAt: path).hex) == content
  }
}

extension Studio {
  /// Writes the file of a call and tells so, unless it is there as this call left it.
  ///
  /// - Parameter write: Given the file's place, whose folder exists.
  func save(
    to path: String, _ write: (String) throws -> MediaWriteReport
  ) throws {
    let target = try prepared(path)
    let context = StageContext.current
    let place = URL(fileURLWithPath: target).standardizedFileURL.path
    let origin = Digest(of: place + "\n" + (context.manifest() ?? "")).hex
    if let receipt = Receipt(context.memory?.value), receipt.holds(origin, path: target) {
      announce(.kept(receipt.report))
      return
    }
    let report = try write(target)
    if let receipt = Receipt(report, origin: origin, path: target)?.value {
      context.memory?.keep(receipt)
    }
    announce(.saved(report))
  }
}
