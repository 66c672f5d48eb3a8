import Testing

/// Runs a body for every value and names the one that failed.
func withEvery<Element>(
  _ label: String, in values: some Sequence<Element>, _ body: (Element) throws -> Void
) rethrows {
  for value in values {
    do {
      try body(value)
    } catch {
      Issue.record("\(label) = \(value)")
      throw error
    }
  }
}

/// A small generator of numbers that gives the same row for the same seed.
///
/// - Source: Steele, Lea & Flood 2014, SplitMix64.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
