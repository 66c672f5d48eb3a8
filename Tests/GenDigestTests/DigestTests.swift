import Foundation
import Testing

@testable import GenDigest

@Suite struct DigestTests {
  /// FIPS 180-4 examples: the empty message, one block, two blocks.
  @Test(
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func `the standard's own messages have the standard's sums`(text: String, hex: String) {
    #expect(Digest(of: text).hex == hex)
    #expect(Digest(of: Array(text.utf8)).hex == hex)
    #expect(Digest(of: Data(text.utf8)).hex == hex)
  }

  @Test func `a million letters have the standard's sum`() {
    let million = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    let hex = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    #expect(Digest(of: million).hex == hex)
  }

  @Test func `pieces sum to the same as the whole`() {
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    for cut in [0, 1, 63, 64, 65, 4999, 5000] {
      let hasher = Hasher256()
      hasher.update(Array(bytes[..<cut]))
      hasher.update(Array(bytes[cut...]))
      #expect(hasher.finalize() == Digest(of: bytes))
    }
  }

  @Test func `a hasher goes on after a sum was taken`() {
    let hasher = Hasher256()
    hasher.update("a")
    #expect(hasher.finalize() == Digest(of: "a"))
    hasher.update("bc")
    #expect(hasher.finalize() == Digest(of: "abc"))
  }

  @Test func `hexadecimal digits come back as they went in`() throws {
    let digest = Digest(of: "abc")
    #expect(Digest(hex: digest.hex) == digest)
    #expect(Digest(hex: digest.hex.uppercased()) == digest)
    #expect(Digest(bytes: digest.bytes) == digest)
    let decoded = try JSONDecoder().decode([Digest].self, from: JSONEncoder().encode([digest]))
    #expect(decoded == [digest])
  }

  @Test(arguments: ["", "ab", String(repeating: "g", count: 64), String(repeating: "é", count: 64)])
  func `what is not a sum is refused`(text: String) {
    #expect(Digest(hex: text) == nil)
  }

  @Test func `sums are ordered as their digits are`() {
    let digests = (0..<50).map { Digest(of: "\($0)") }
    #expect(digests.sorted().map(\.hex) == digests.map(\.hex).sorted())
  }

  @Test func `a file has the sum of its bytes and a missing one throws`() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("digest-\(UUID().uuidString)").path
    let bytes = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 >> 3) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try Digest(ofFileAt: path) == Digest(of: bytes))
    #expect(throws: (any Error).self) { try Digest(ofFileAt: path + ".missing") }
  }
}
