import CCrypto

/// A keyed SHA-256 sum: who does not know the key can neither make nor alter what it stands for.
///
///     let hmac = HMAC(key: key)
///     guard hmac.isValid(signature, of: message) else { return }
///
/// - Source: RFC 2104; the arithmetic is OpenSSL's.
public struct HMAC: Sendable {
  private let key: [UInt8]

  public init(key: [UInt8]) { self.key = key }

  public func code(of bytes: [UInt8]) -> Digest {
    var sum = [UInt8](repeating: 0, count: Digest.byteCount)
    var count = UInt32(sum.count)
    let isMade = CCrypto.HMAC(
      EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &sum, &count)
    guard isMade != nil, let digest = Digest(bytes: sum) else {
      preconditionFailure("libcrypto gave no keyed sum")
    }
    return digest
  }

  /// Whether a code is that of the bytes. It takes as long for a wrong code as for the right one.
  public func isValid(_ code: Digest, of bytes: [UInt8]) -> Bool {
    CRYPTO_memcmp(self.code(of: bytes).bytes, code.bytes, Digest.byteCount) == 0
  }
}
