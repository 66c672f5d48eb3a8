import Testing

@testable import GenKernel

@Suite struct SealTests {
  private static let envelope = Envelope(
    route: [[1, 2], [0, 255]], header: Array(#"{"msg_type": "x"}"#.utf8),
    content: Array(#"{"code": "1"}"#.utf8))

  @Test(arguments: ["", "a key", String(repeating: "long", count: 100)])
  func `what is sealed can be opened`(key: String) throws {
    let frames = Seal(key: key).frames(of: Self.envelope)
    #expect(try Seal(key: key).open(frames) == Self.envelope)
    #expect(try Seal(key: key).open(frames + [[7], []]) == Self.envelope)
  }

  @Test func `a changed byte anywhere behind the delimiter breaks the seal`() throws {
    let frames = Seal(key: "a key").frames(of: Self.envelope)
    for frame in 3..<frames.count {
      for byte in frames[frame].indices {
        var changed = frames
        changed[frame][byte] ^= 1
        #expect(throws: EnvelopeError.wrongSignature) { try Seal(key: "a key").open(changed) }
      }
    }
  }

  @Test func `other keys and other signatures break the seal`() throws {
    let frames = Seal(key: "a key").frames(of: Self.envelope)
    #expect(throws: EnvelopeError.wrongSignature) { try Seal(key: "another").open(frames) }
    for signature in ["", "00", String(repeating: "0", count: 64), "not hexadecimal"] {
      var changed = frames
      changed[3] = Array(signature.utf8)
      #expect(throws: EnvelopeError.wrongSignature) { try Seal(key: "a key").open(changed) }
    }
    // Nobody gets in by not signing.
    let unsigned = Seal(key: "").frames(of: Self.envelope)
    #expect(throws: EnvelopeError.wrongSignature) { try Seal(key: "a key").open(unsigned) }
  }

  @Test func `frames that make no message are told from those that do`() {
    let seal = Seal(key: "")
    #expect(throws: EnvelopeError.noDelimiter) { try seal.open([]) }
    #expect(throws: EnvelopeError.noDelimiter) { try seal.open([[], [1], [2]]) }
    for count in 0..<5 {
      let frames = [Envelope.delimiter] + Array(repeating: [UInt8](), count: count)
      #expect(throws: EnvelopeError.tooFewFrames(count)) { try seal.open(frames) }
    }
  }

  @Test func `a message is taken once`() throws {
    let frames = Seal(key: "a key").frames(of: Self.envelope)
    let seal = Seal(key: "a key")
    _ = try seal.open(frames)
    #expect(throws: EnvelopeError.repeated) { try seal.open(frames) }
  }
}
