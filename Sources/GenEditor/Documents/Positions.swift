import Foundation
import GenLanguage

/// A place as the protocol counts: lines from 0, and in them what the encoding counts.
struct Position: Decodable, Hashable {
  let line: Int
  let character: Int
}

struct PositionRange: Decodable, Hashable {
  let start: Position
  let end: Position

  var json: JSON { .range(self) }
}

/// What a character of a ``Position`` is.
enum PositionEncoding: String {
  case utf8 = "utf-8"
  case utf16 = "utf-16"
  case utf32 = "utf-32"

  /// How many a scalar counts for, whose first byte of UTF-8 this is; the other bytes count nothing.
  fileprivate func width(ofScalarBeginning byte: UInt8) -> Int {
    switch self {
    case .utf8: byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    case .utf16: byte < 0xF0 ? 1 : 2
    case .utf32: 1
    }
  }
}

extension Source {
  private static func isFirst(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }

  /// The byte at a position; behind the end of a line or of the text it is that end.
  func offset(of position: Position, _ encoding: PositionEncoding) -> Int {
    guard position.line >= 0 else { return 0 }
    guard position.line < lineStarts.count else { return bytes.count }
    let line = lineRange(position.line)
    var left = position.character
    var offset = line.lowerBound
    while offset < line.upperBound {
      if Self.isFirst(bytes[offset]) {
        left -= encoding.width(ofScalarBeginning: bytes[offset])
        if left < 0 { return offset }
      }
      offset += 1
    }
    return offset
  }

  func position(of offset: Int, _ encoding: PositionEncoding) -> Position {
    let offset = min(max(offset, 0), bytes.count)
    let line = lineIndex(of: offset)
    let character = bytes[lineStarts[line]..<offset].reduce(0) { count, byte in
      Self.isFirst(byte) ? count + encoding.width(ofScalarBeginning: byte) : count
    }
    return Position(line: line, character: character)
  }

  func range(of range: Range<Int>, _ encoding: PositionEncoding) -> PositionRange {
    PositionRange(
      start: position(of: range.lowerBound, encoding), end: position(of: range.upperBound, encoding)
    )
  }
}

/// Paths and the addresses that the protocol has for them.
enum DocumentAddress {
  /// The path of a file; for a text that is in no file the address itself.
  static func path(of uri: String) -> String {
    guard let url = URL(string: uri), url.isFileURL else { return uri }
    return url.path(percentEncoded: false)
  }

  static func uri(of path: String) -> String {
    path.contains(":") && !path.hasPrefix("/") ? path : URL(filePath: path).absoluteString
  }
}
