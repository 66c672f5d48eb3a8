import Testing

@testable import GenDigest

@Suite struct HMACTests {
  /// Key, text and code of cases 1, 2 and 6 of RFC 4231.
  private static let cases: [(key: [UInt8], text: String, code: String)] = [
    (
      [UInt8](repeating: 0x0b, count: 20), "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131),
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
  ]

  @Test(arguments: cases.indices)
  func `the code is that of the standard`(index: Int) throws {
    let (key, text, code) = Self.cases[index]
    let hmac = HMAC(key: key)
    #expect(hmac.code(of: Array(text.utf8)).hex == code)
    #expect(hmac.isValid(try #require(Digest(hex: code)), of: Array(text.utf8)))
  }

  @Test func `another key, another text or another code is not valid`() throws {
    let (key, text, code) = Self.cases[1]
    let digest = try #require(Digest(hex: code))
    #expect(!HMAC(key: key + [0x21]).isValid(digest, of: Array(text.utf8)))
    #expect(!HMAC(key: key).isValid(digest, of: Array(text.utf8.dropLast())))
    #expect(!HMAC(key: key).isValid(Digest(of: Array(text.utf8)), of: Array(text.utf8)))
    #expect(!HMAC(key: []).isValid(digest, of: []))
  }
}
