import CCrypto

/// Random numbers that nobody can tell beforehand or find out afterwards, many at once.
///
/// Copies go on drawing from the same store, so that no number is given out twice.
///
/// - Source: NIST SP 800-90A, section 10.2 (the generator is OpenSSL's, seeded by the system).
public struct SecureRandom: RandomNumberGenerator {
  private final class Store {
    var words: [UInt64] = []
  }

  private static let wordCount = 4096
  private let store = Store()

  public init() {}

  public mutating func next() -> UInt64 {
    if store.words.isEmpty { refill() }
    return store.words.removeLast()
  }

  private func refill() {
    store.words = [UInt64](repeating: 0, count: Self.wordCount)
    let isFilled = store.words.withUnsafeMutableBytes { bytes in
      RAND_bytes(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(bytes.count)) == 1
    }
    guard !isFilled else { return }
    // Where OpenSSL has none to give, the system has, one by one.
    var system = SystemRandomNumberGenerator()
    for place in store.words.indices { store.words[place] = system.next() }
  }
}
