/// Numbers in rising order, equal ones together; where they are very many, neighbours too.
struct WeightedNumbers: Sendable {
  /// Some of the numbers: how many, their mean and their variance.
  struct Point: Sendable {
    var count: Double
    var mean: Double
    var variance: Double
  }

  private(set) var points: [Point] = []
  let count: Int
  let mean: Double
  /// About the mean, as of a sample.
  let variance: Double

  /// - Parameters:
  ///   - numbers: finite ones.
  ///   - limit: the most points; beyond it neighbours are joined, so many in each point.
  init(_ numbers: [Double], limit: Int = 4096) {
    let sorted = numbers.sorted()
    count = sorted.count
    let average = sorted.reduce(0, +) / Double(max(sorted.count, 1))
    mean = average
    variance =
      sorted.count < 2
      ? 0
      : sorted.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(sorted.count - 1)
    var runs: [Range<Int>] = []
    var start = 0
    for end in 1..<max(sorted.count + 1, 1)
    where end == sorted.count || sorted[end] != sorted[start] {
      runs.append(start..<end)
      start = end
    }
    let least = runs.count <= limit ? 1 : (sorted.count + limit - 1) / limit
    var pending = 0..<0
    for run in runs {
      pending = pending.isEmpty ? run : pending.lowerBound..<run.upperBound
      guard pending.count >= least || run.upperBound == sorted.count else { continue }
      points.append(Self.point(sorted[pending]))
      pending = 0..<0
    }
  }

  private static func point(_ numbers: ArraySlice<Double>) -> Point {
    let count = Double(numbers.count)
    let mean = numbers.reduce(0, +) / count
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    return Point(count: count, mean: mean, variance: variance)
  }

  /// The nearest of `count` means for every point, the means moved until nothing changes.
  ///
  /// - Source: Arthur & Vassilvitskii 2007, "k-means++: the advantages of careful seeding".
  func clusters(_ count: Int, _ random: inout some RandomNumberGenerator) -> [Int] {
    var centers = seeds(count, &random).sorted()
    var nearest: [Int] = []
    for _ in 0..<100 {
      let next = assignments(centers)
      guard next != nearest else { break }
      nearest = next
      var (sums, totals) = (
        [Double](repeating: 0, count: centers.count), [Double](repeating: 0, count: centers.count)
      )
      for (point, center) in zip(points, nearest) {
        sums[center] += point.mean * point.count
        totals[center] += point.count
      }
      for place in centers.indices where totals[place] > 0 {
        centers[place] = sums[place] / totals[place]
      }
    }
    return nearest
  }

  private func seeds(_ count: Int, _ random: inout some RandomNumberGenerator) -> [Double] {
    var centers: [Double] = []
    var distances = [Double](repeating: 1, count: points.count)
    for _ in 0..<min(count, points.count) {
      let mass = zip(points, distances).map { $0.count * $1 }
      guard let place = mass.chosen(&random) else { break }
      centers.append(points[place].mean)
      for (index, point) in points.enumerated() {
        let distance = (point.mean - points[place].mean) * (point.mean - points[place].mean)
        distances[index] = centers.count == 1 ? distance : min(distances[index], distance)
      }
    }
    return centers
  }

  /// For points and centers that both rise.
  private func assignments(_ centers: [Double]) -> [Int] {
    var center = 0
    return points.map { point in
      while center + 1 < centers.count,
        abs(centers[center + 1] - point.mean) < abs(centers[center] - point.mean)
      {
        center += 1
      }
      return center
    }
  }
}

extension Collection<Double> where Index == Int {
  /// A place, as likely as its weight says; nothing where no weight is above 0.
  func chosen(_ random: inout some RandomNumberGenerator) -> Int? {
    let total = reduce(0, +)
    guard total > 0 else { return nil }
    var rest = Double.random(in: 0..<total, using: &random)
    for place in indices {
      rest -= self[place]
      if rest < 0 { return place }
    }
    return indices.reversed().first { self[$0] > 0 }
  }
}
