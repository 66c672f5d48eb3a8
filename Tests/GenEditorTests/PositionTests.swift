import Foundation
import GenLanguage
import GenPipeline
import Testing

@testable import GenEditor

enum JSONDecoderForTests {
  static func decode(_ bytes: [UInt8]) throws -> JSON {
    try JSONDecoder().decode(JSON.self, from: Data(bytes))
  }
}

@Suite struct PositionTests {
  private let source = Source(name: "a.gen", text: "a🚤é = 1\r\n\nb")

  @Test(arguments: [PositionEncoding.utf8, .utf16, .utf32])
  func `every character has a position that leads back to it`(encoding: PositionEncoding) {
    for index in source.text.unicodeScalars.indices {
      let offset = source.text.utf8.distance(from: source.text.startIndex, to: index)
      let line = source.lineRange(source.lineIndex(of: offset))
      guard offset <= line.upperBound else { continue }
      #expect(source.offset(of: source.position(of: offset, encoding), encoding) == offset)
    }
  }

  @Test func `a boat counts two in UTF-16, four in UTF-8, one in UTF-32`() {
    #expect(source.position(of: 5, .utf16).character == 3)
    #expect(source.position(of: 5, .utf8).character == 5)
    #expect(source.position(of: 5, .utf32).character == 2)
  }

  @Test func `positions that there are not mean the nearest there is`() {
    func offset(_ line: Int, _ character: Int) -> Int {
      source.offset(of: Position(line: line, character: character), .utf16)
    }
    #expect(offset(0, 2) == 1, "inside the boat")
    #expect(offset(0, 99) == 11, "before the line break")
    #expect(offset(99, 99) == source.bytes.count)
    #expect(offset(-1, 5) == 0)
    #expect(offset(2, -7) == 14)
    #expect(offset(Int.max, Int.max) == source.bytes.count)
  }
}

@Suite struct DocumentTests {
  private let language = Language(vocabulary: Catalog([]))

  private func document(_ text: String) -> Document {
    Document(uri: "file:///a.gen", version: 1, text: text, language)
  }

  private func change(_ line: Int, _ from: Int, _ to: Int, _ text: String) -> TextChange {
    TextChange(
      range: PositionRange(
        start: Position(line: line, character: from), end: Position(line: line, character: to)),
      text: text)
  }

  @Test func `changes follow one another, and a whole text takes the place of all`() {
    let document = document("a = 1\nb = 2\n")
    document.apply([change(1, 4, 5, "a"), change(0, 0, 1, "🚤a")], version: 2, .utf16)
    #expect(document.source.text == "🚤a = 1\nb = a\n")
    document.apply([change(0, 2, 3, "c"), TextChange(range: nil, text: "x")], version: 3, .utf16)
    #expect(document.source.text == "x")
    #expect(document.version == 3)
  }

  @Test func `a range whose end stands before its start changes nothing but that place`() {
    let document = document("abc")
    document.apply([change(0, 2, 1, "-")], version: 2, .utf16)
    #expect(document.source.text == "ab-c")
  }

  @Test func `names are found in the text as it is, though the check is of the one before`() throws
  {
    let document = document("first = 1\nsecond = first\nthird = second\n")
    document.apply([change(1, 9, 14, "[first, 2]")], version: 2, .utf16)
    #expect(!document.isUpToDate)
    let start = document.source.text.utf8.count - 2
    let found = try #require(document.occurrence(at: start))
    #expect(document.source.text(in: found.range) == "second")
    #expect(found.symbol.range == 10..<16)
    #expect(!document.isUpToDate, "nothing had to be checked for that")
    // In what has changed the text itself is checked.
    let inside = try #require(document.occurrence(at: 21))
    #expect(document.source.text(in: inside.range) == "first")
    #expect(document.isUpToDate)
  }
}
