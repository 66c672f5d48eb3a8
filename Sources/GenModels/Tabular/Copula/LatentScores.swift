import GenMedia

/// How the normal numbers behind the columns of a table go together.
enum LatentScores {
  /// Polynomials by which coarse columns are seen through.
  private static let orderCount = 16

  /// The correlations of the normal numbers behind columns, from what is seen of them.
  ///
  /// A column with levels shows of a normal number only its interval, so the correlations of what is
  /// seen are too small; those behind it are found by ``LatentScale/hermite(_:)``.
  /// - Parameter entries: Of each scale a number or code in each row; NaN where nothing is known.
  static func correlations(
    _ scales: [LatentScale], _ entries: [[Double]]
  ) throws -> SquareMatrix {
    let seen = try zip(scales, entries).map { scale, entries in
      try Task.checkCancellation()
      return Scores(scale, entries)
    }
    let coefficients = scales.map { $0.hermite(orderCount) }
    var matrix = SquareMatrix(identity: scales.count)
    for row in scales.indices {
      try Task.checkCancellation()
      for column in 0..<row {
        let correlation = latent(
          seen[row].correlation(with: seen[column]), coefficients[row], coefficients[column])
        matrix[row, column] = correlation
        matrix[column, row] = correlation
      }
    }
    return matrix
  }

  /// The correlation of two normal numbers of which a correlation of scores is seen, by halving.
  private static func latent(_ seen: Double, _ first: [Double], _ second: [Double]) -> Double {
    // The first coefficient is the variance as well: a score is the mean of what it stands for.
    let scale = (max(0, first[0]) * max(0, second[0])).squareRoot()
    guard scale > 0, seen != 0 else { return 0 }
    func expected(_ correlation: Double) -> Double {
      var (power, sum) = (1.0, 0.0)
      for (a, b) in zip(first, second) {
        power *= correlation
        sum += a * b * power
      }
      return sum / scale
    }
    var (low, high) = (-0.995, 0.995)
    for _ in 0..<30 {
      let middle = (low + high) / 2
      if expected(middle) < seen { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// Scores of one column: around 0, and 0 where nothing is known.
  private struct Scores {
    let scores: [Float]
    /// 1 where something is known; empty where all is.
    var isKnown: [Float] = []
    private let squareSum: Double

    init(_ scale: LatentScale, _ entries: [Double]) {
      var means: [Double: Double] = [:]
      let raw = entries.map { entry -> Double in
        if entry.isNaN { return .nan }
        if let known = means[entry] { return known }
        let mean = scale.latents(of: entry).map(NormalCurve.mean) ?? 0
        if means.count < 100_000 { means[entry] = mean }
        return mean
      }
      let known = raw.filter { !$0.isNaN }
      let mean = known.reduce(0, +) / Double(max(1, known.count))
      if known.count < raw.count { isKnown = raw.map { $0.isNaN ? 0 : 1 } }
      scores = raw.map { $0.isNaN ? 0 : Float($0 - mean) }
      squareSum = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }

    func correlation(with other: Scores) -> Double {
      let product = scores.product(other.scores)
      let own = other.isKnown.isEmpty ? squareSum : scores.squares(where: other.isKnown)
      let others = isKnown.isEmpty ? other.squareSum : other.scores.squares(where: isKnown)
      let scale = (own * others).squareRoot()
      return scale > 1e-12 ? max(-1, min(1, product / scale)) : 0
    }
  }
}

extension [Float] {
  /// The sum of the products, in pieces so that small numbers are not lost.
  fileprivate func product(_ other: [Float]) -> Double {
    withUnsafeBytes { left in
      other.withUnsafeBytes { right in
        var (sum, place) = (0.0, 0)
        let width = MemoryLayout<SIMD16<Float>>.stride
        let end = left.count / width * width
        while place < end {
          var piece = SIMD16<Float>.zero
          let stop = Swift.min(end, place + 256 * width)
          while place < stop {
            piece +=
              left.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self)
              * right.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self)
            place += width
          }
          sum += Double(piece.sum())
        }
        for rest in (end / 4)..<count { sum += Double(self[rest] * other[rest]) }
        return sum
      }
    }
  }

  fileprivate func squares(where known: [Float]) -> Double {
    zip(self, known).reduce(0) { $0 + Double($1.0 * $1.0 * $1.1) }
  }
}
