/// Which frames and regions of a film are given in training, so that one network moves a drawn
/// picture, animates, continues, fills in and repaints.
struct GivenParts {
  let frameCount: Int
  let height: Int
  let width: Int

  /// One mask `[frames, height, width]` of ones where given. Of a film: its middle frame (half of
  /// them), the first frame, the first and the last, the first few, all but a region, or nothing.
  /// Of a still: mostly nothing, else all but a region.
  func mask(_ random: inout some RandomNumberGenerator) -> [Float] {
    let perFrame = height * width
    func frames(_ isGiven: (Int) -> Bool) -> [Float] {
      (0..<frameCount).flatMap { [Float](repeating: isGiven($0) ? 1 : 0, count: perFrame) }
    }
    let kind = Int.random(in: 0..<20, using: &random)
    guard frameCount > 1 else { return kind < 3 ? allButRegion(&random) : frames { _ in false } }
    switch kind {
    case 0..<10: return frames { $0 == frameCount / 2 }
    case 10..<13: return frames { $0 == 0 }
    case 13: return frames { $0 == 0 || $0 == frameCount - 1 }
    case 14, 15:
      let count = 2 + Int.random(in: 0..<max(1, frameCount / 2), using: &random)
      return frames { $0 < count }
    case 16, 17: return allButRegion(&random)
    default: return frames { _ in false }
    }
  }

  private func allButRegion(_ random: inout some RandomNumberGenerator) -> [Float] {
    let rows = span(height, &random)
    let columns = span(width, &random)
    var mask = [Float](repeating: 1, count: frameCount * height * width)
    for frame in 0..<frameCount {
      for row in rows {
        for column in columns { mask[(frame * height + row) * width + column] = 0 }
      }
    }
    return mask
  }

  /// A quarter to three quarters of a side.
  private func span(_ side: Int, _ random: inout some RandomNumberGenerator) -> Range<Int> {
    let start = Int.random(in: 0..<max(1, side * 5 / 8), using: &random)
    let length = side / 4 + Int.random(in: 0..<max(1, side / 2), using: &random)
    return start..<min(side, start + length)
  }
}

/// A small generator whose numbers depend on a seed and a place in a series only.
///
/// - Source: Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators", figure 5.
struct SeriesGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64, place: UInt64) {
    state = seed
    state = next() ^ place &* 0xd134_2543_de82_ef95
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// Different places, chosen at random.
  mutating func places(_ count: Int, of total: Int) -> [Int] {
    var chosen: [Int] = []
    while chosen.count < min(count, total) {
      let place = Int.random(in: 0..<total, using: &self)
      if !chosen.contains(place) { chosen.append(place) }
    }
    return chosen
  }
}
