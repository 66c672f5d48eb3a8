import GenPipeline

/// The text of one file or cell: any bytes, with the places of its lines.
///
/// - Invariant: `lineStarts` is ascending and begins with 0.
public final class Source: Sendable {
  public let name: String
  public let bytes: [UInt8]
  /// The first byte of each line.
  public let lineStarts: [Int]
  let isASCII: Bool

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    var starts = [0]
    var ascii = true
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\n") { starts.append(index + 1) }
      if byte >= 0x80 { ascii = false }
    }
    lineStarts = starts
    isASCII = ascii
  }

  public convenience init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// The text of a range of bytes; what is not UTF-8 becomes U+FFFD.
  public func text(in range: Range<Int>) -> String {
    String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
  }

  public var text: String { text(in: 0..<bytes.count) }

  /// The index, from 0, of the line that holds a byte.
  public func lineIndex(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The bytes of a line, without its line break.
  public func lineRange(_ index: Int) -> Range<Int> {
    let start = lineStarts[index]
    var end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return start..<max(start, end)
  }

  /// Where a range of bytes stands; a range over several lines counts to the end of its first.
  public func place(of range: Range<Int>) -> SourcePlace {
    let start = min(max(range.lowerBound, 0), bytes.count)
    let line = lineIndex(of: start)
    let bounds = lineRange(line)
    let end = max(start, min(range.upperBound, bounds.upperBound))
    return SourcePlace(
      file: name, line: line + 1,
      column: characterCount(in: bounds.lowerBound..<start) + 1,
      length: max(1, characterCount(in: start..<end)), offset: start)
  }

  private func characterCount(in range: Range<Int>) -> Int {
    isASCII ? range.count : text(in: range).count
  }
}
