/// How normal numbers become those of a column: a rising curve through knots.
///
/// A piece that is level is a number that many rows share, one that is upright a gap.
/// - Invariant: as many latents as values, at least one; both never fall.
struct MarginalCurve: Sendable, Hashable {
  /// The name of the family, or `data` where none describes the column.
  let family: String
  let latents: [Double]
  let values: [Double]

  /// Which curves are looked for.
  enum Choice: String, Sendable, Hashable, Codable, CaseIterable {
    /// The nearest family, or the curve of the data where none comes as near as chance allows.
    case best
    case families
    case data
  }

  init(family: String, latents: [Double], values: [Double]) {
    (self.family, self.latents, self.values) = (family, latents, values)
  }

  /// - Requires: a sample in which not all numbers are one, or `choice` is ``Choice/data``.
  init(_ sample: MarginalSample, _ choice: Choice) {
    let families = MarginalFamilies.all.compactMap { $0.init(sample) }
    let nearest = families.map { (family: $0, distance: sample.distance(to: $0)) }
      .filter(\.distance.isFinite).min { $0.distance < $1.distance }
    // What a sample of this size is away from its own distribution, 19 times of 20.
    let chance = 1.36 / Double(sample.sorted.count).squareRoot()
    let isDescribed = nearest.map { choice == .families || $0.distance <= chance } ?? false
    if let nearest, isDescribed, choice != .data {
      self.init(nearest.family, in: sample.range)
    } else {
      self.init(ofData: sample)
    }
  }

  /// The curve of a family between the least and the greatest number.
  private init(_ family: any MarginalFamily, in range: ClosedRange<Double>) {
    let low = family.share(below: range.lowerBound)
    let mass = family.share(below: range.upperBound) - low
    let half = 128
    let latents = (-half...half).map { Double($0) / Double(half) * 4.5 }
    var start = range.lowerBound
    let values = latents.map { latent in
      let wanted = low + mass * NormalCurve.share(below: latent)
      var (left, right) = (start, range.upperBound)
      for _ in 0..<50 {
        let middle = (left + right) / 2
        if family.share(below: middle) < wanted { left = middle } else { right = middle }
      }
      start = left
      return left
    }
    self.init(family: type(of: family).name, latents: latents, values: values)
  }

  /// The cumulative shares of the data: a level piece for each number of many rows, about 200 knots
  /// for the others.
  private init(ofData sample: MarginalSample) {
    let sorted = sample.sorted
    let count = Double(sorted.count)
    let atom = max(2, sorted.count / 256)
    let pace = max(1, sorted.count / 200)
    var knots: [(share: Double, value: Double)] = []
    var isInside = false
    var noted = 0
    func note(_ rank: Int, _ value: Double) { knots.append((Double(rank) / count, value)) }
    var place = 0
    while place < sorted.count {
      var end = place + 1
      while end < sorted.count, sorted[end] == sorted[place] { end += 1 }
      let value = sorted[place]
      let nextIsAtom =
        end < sorted.count && end + atom <= sorted.count && sorted[end + atom - 1] == sorted[end]
      if end - place >= atom {
        note(place, value)
        note(end, value)
        (isInside, noted) = (false, end)
      } else {
        if !isInside {
          note(place, value - sample.step / 2)
          (isInside, noted) = (true, place)
        }
        if end - noted >= pace || end == sorted.count || nextIsAtom {
          note(end, value + sample.step / 2)
          noted = end
        }
      }
      place = end
    }
    self.init(
      family: "data", latents: knots.map { NormalCurve.quantile($0.share) },
      values: knots.map(\.value))
  }

  /// The number at a normal one.
  func value(at latent: Double) -> Double {
    let next = latents.firstPlace { $0 > latent }
    guard next > 0 else { return values[0] }
    guard next < values.count else { return values[values.count - 1] }
    let (low, high) = (latents[next - 1], latents[next])
    let (start, end) = (values[next - 1], values[next])
    return start == end ? start : start + (end - start) * (latent - low) / (high - low)
  }

  /// The normal numbers that become this one: an interval where many rows share it.
  func latents(of value: Double) -> ClosedRange<Double> {
    let first = values.firstPlace { $0 >= value }
    let last = values.firstPlace { $0 > value }
    guard first == last else { return latents[first]...latents[last - 1] }
    guard first > 0 else { return latents[0]...latents[0] }
    guard first < values.count else {
      return latents[values.count - 1]...latents[values.count - 1]
    }
    let share = (value - values[first - 1]) / (values[first] - values[first - 1])
    let latent = latents[first - 1] + (latents[first] - latents[first - 1]) * share
    return latent...latent
  }
}

extension [Double] {
  /// The first place from which on something holds, by halving; the count where there is none.
  func firstPlace(where holds: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
