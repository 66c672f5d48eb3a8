/// Random numbers for a drawn scene: equal seeds give equal scenes on every machine.
///
/// - Source: SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators").
struct RandomSource: Sendable {
  private var state: UInt64

  /// A stream of its own for each pair of seed and index.
  init(seed: UInt64, index: UInt64) {
    state = RandomSource.mixed(seed &+ 0x9E37_79B9_7F4A_7C15) ^ RandomSource.mixed(~index)
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return RandomSource.mixed(state)
  }

  /// A number in 0..<1.
  mutating func unit() -> Float { Float(next() >> 40) * 0x1p-24 }

  mutating func number(in range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * unit()
  }

  /// A whole number in `0..<bound`; 0 when the bound is not positive.
  mutating func index(below bound: Int) -> Int {
    bound > 1 ? Int(next() % UInt64(bound)) : 0
  }

  mutating func chance(_ probability: Float) -> Bool { unit() < probability }

  /// One of the given values, each as often as it is listed.
  mutating func pick<Element>(_ values: [Element], otherwise fallback: Element) -> Element {
    values.isEmpty ? fallback : values[index(below: values.count)]
  }
}

extension RandomSource {
  /// A number near the normal distribution of mean 0 and deviation 1: twelve uniform ones added.
  mutating func normal() -> Float { (0..<12).reduce(Float(-6)) { sum, _ in sum + unit() } }

  /// One of the places, each as likely as its weight says.
  mutating func weighted(_ weights: [Double]) -> Int {
    var lot = Double(unit()) * weights.reduce(0, +)
    for (place, weight) in weights.enumerated() {
      lot -= weight
      if lot < 0 { return place }
    }
    return max(0, weights.count - 1)
  }
}
