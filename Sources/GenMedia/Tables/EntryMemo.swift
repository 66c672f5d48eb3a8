/// What short entries of a column were read as: most columns repeat a few.
struct EntryMemo {
  /// An entry of one to fifteen bytes, as two numbers.
  struct Key: Equatable {
    fileprivate let low: UInt64
    /// Not 0: the highest byte counts the bytes.
    fileprivate let high: UInt64

    /// - Parameter text: Sixteen bytes from its beginning on can be looked at.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
      guard let start = UnsafeRawPointer(text.baseAddress), (1...15).contains(text.count) else {
        return nil
      }
      let first = start.loadUnaligned(as: UInt64.self)
      let second = start.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
      low = Self.head(first, text.count)
      high = Self.head(second, text.count - 8) | UInt64(text.count) << 56
    }

    fileprivate init() { (low, high) = (0, 0) }

    private static func head(_ bytes: UInt64, _ count: Int) -> UInt64 {
      count >= 8 ? bytes : count <= 0 ? 0 : bytes & (1 << UInt64(8 * count) - 1)
    }

    fileprivate var slot: Int {
      let mixed = (low ^ high &* 0x9E37_79B9_7F4A_7C15) &* 0xFF51_AFD7_ED55_8CCD
      return Int(truncatingIfNeeded: mixed >> UInt64(64 - EntryMemo.bits))
    }
  }

  private static let bits = 12
  private var slots: [(key: Key, meaning: Double)] = []

  /// Nil where another entry of the same place came since, or none did.
  subscript(key: Key) -> Double? {
    get {
      guard !slots.isEmpty else { return nil }
      let slot = slots[key.slot]
      return slot.key == key ? slot.meaning : nil
    }
    set {
      guard let newValue else { return }
      if slots.isEmpty { slots = Array(repeating: (Key(), 0), count: 1 << Self.bits) }
      slots[key.slot] = (key, newValue)
    }
  }
}
