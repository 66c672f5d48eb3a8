import Testing

@testable import GenEditor

@Suite struct MessageReaderTests {
  private func frames(_ texts: String...) -> [MessageReader.Frame] {
    var reader = MessageReader()
    var found: [MessageReader.Frame] = []
    for text in texts {
      reader.append(text.utf8)
      while let frame = reader.next() { found.append(frame) }
    }
    return found
  }

  private func message(_ text: String) -> MessageReader.Frame { .message(Array(text.utf8)) }

  @Test func `messages are cut by their length, however the bytes come`() {
    let stream = "Content-Length: 2\r\n\r\n{}Content-Type: x\r\ncontent-length:3\r\nA: b\r\n\r\n[1]"
    #expect(frames(stream) == [message("{}"), message("[1]")])
    var reader = MessageReader()
    var found: [MessageReader.Frame] = []
    for byte in stream.utf8 {
      reader.append([byte])
      while let frame = reader.next() { found.append(frame) }
    }
    #expect(found == [message("{}"), message("[1]")])
  }

  @Test func `after what is no message the next one is read`() {
    let good = "Content-Length: 2\r\n\r\n{}"
    #expect(frames("nonsense\r\n\r\n" + good) == [message("{}")])
    for length in ["-1", "x", "", "99999999999999999999", "1e3"] {
      let found = frames("Content-Length: \(length)\r\n\r\n{}" + good)
      #expect(found.count == 2 && found.last == message("{}"), "\(length)")
      #expect(found.first.map { if case .malformed = $0 { true } else { false } } == true)
    }
    // A length that is too short leaves a rest that is skipped.
    #expect(frames("Content-Length: 1\r\n\r\n{\"a\": 1}" + good) == [message("{"), message("{}")])
    let endless = "Content-Length: 2" + String(repeating: "x", count: 9000)
    #expect(frames(endless, good).last == message("{}"))
  }

  @Test func `a message is written as JSON that can be read again`() throws {
    let text = "a \"b\" \\ \n \u{1} é 🚤"
    let json: JSON = ["l": [1, true, .null, .number(1.5)], "n": .null, "t": .text(text)]
    let again = try JSONDecoderForTests.decode(json.bytes)
    #expect(again == ["l": [1, true, .null, .number(1.5)], "t": .text(text)])
  }
}
