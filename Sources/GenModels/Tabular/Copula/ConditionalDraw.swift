import GenMedia

/// Draws the normal numbers of rows some of whose entries are given.
///
/// Given numbers stand for points, given levels for intervals. What lies in the intervals is drawn
/// first, given the points; then all others, given these.
struct ConditionalDraw: Sendable {
  private let knownLatents: [Int]
  private let otherLatents: [Int]
  /// For each known latent the intervals of the rows, or one for all of them.
  private let intervals: [[ClosedRange<Double>]]
  private let precision: SquareMatrix
  private var open: OpenEntries?
  /// Of each other latent its weights by the known ones.
  private let weights: [[Double]]
  private let restLower: SquareMatrix

  /// - Throws: ``SynthesisError/unfit(column:reason:)`` for an entry that was never seen.
  init(_ copula: GaussianCopula, _ request: RowRequest) throws {
    var (known, intervals): ([Int], [[ClosedRange<Double>]]) = ([], [])
    for (place, latent) in copula.latents.enumerated() {
      let name = copula.schema.columns[latent.column].name
      if let range = request.ranges[name], let interval = latent.latents(in: range) {
        known.append(place)
        intervals.append([interval])
        continue
      }
      guard let column = request.given?[name] else { continue }
      let entries = try Self.entries(column, latent, copula.schema.columns[latent.column])
      guard let entries else { continue }
      known.append(place)
      intervals.append(
        try entries.map { entry in
          guard let interval = latent.scale.latents(of: entry) else {
            throw SynthesisError.unfit(
              column: name, reason: "an entry that it is given was never seen")
          }
          return interval
        })
    }
    knownLatents = known
    otherLatents = copula.latents.indices.filter { !known.contains($0) }
    self.intervals = intervals
    let matrix = copula.correlations
    guard let lower = matrix.part(known).cholesky else {
      throw SynthesisError.damaged("the correlations are none")
    }
    let precision = lower.inverseOfProduct
    self.precision = precision
    let weights = otherLatents.map { other in
      known.indices.map { column in
        known.indices.reduce(0) { $0 + matrix[other, known[$1]] * precision[$1, column] }
      }
    }
    self.weights = weights
    var rest = matrix.part(otherLatents)
    for (row, other) in otherLatents.enumerated() {
      for column in otherLatents.indices {
        rest[row, column] -= zip(weights[column], known).reduce(0) {
          $0 + $1.0 * matrix[other, $1.1]
        }
      }
      rest[row, row] += 1e-9
    }
    guard let restLower = rest.cholesky else {
      throw SynthesisError.damaged("the correlations are none")
    }
    self.restLower = restLower
  }

  /// The numbers or codes that are given; nil of a number that is nowhere given.
  private static func entries(
    _ column: Column, _ latent: GaussianCopula.Latent, _ own: Column
  ) throws -> [Double]? {
    switch column.values {
    case .numbers(let numbers):
      if latent.isPresence { return numbers.map { $0.isNaN ? -1 : 0 } }
      // A number that is missing says nothing of the one that would have been there.
      return numbers.contains { $0.isNaN } ? nil : numbers
    case .codes(let codes, let levels):
      guard let known = own.codes?.levels else { return nil }
      let places = Dictionary(zip(known, known.indices)) { first, _ in first }
      return try codes.map { code in
        if code < 0 { return -1 }
        guard let place = places[levels[Int(code)]] else {
          throw SynthesisError.unfit(
            column: column.name, reason: "\"\(levels[Int(code)])\" was never seen in it")
        }
        return Double(place)
      }
    case .texts: return nil
    }
  }

  /// The normal numbers of a row.
  ///
  /// - Throws: ``SynthesisError/rare(met:of:wanted:)``, `CancellationError`.
  mutating func draw(
    _ row: Int, _ random: inout NormalNumbers, into drawn: inout [Double]
  ) throws {
    let bounds = intervals.map { $0.count == 1 ? $0[0] : $0[row] }
    let places = bounds.indices.filter { bounds[$0].lowerBound < bounds[$0].upperBound }
    var known = bounds.map(\.lowerBound)
    if !places.isEmpty {
      if open?.places != places { open = try OpenEntries(places, precision) }
      for (place, number) in zip(places, try open?.drawn(bounds, &random) ?? []) {
        known[place] = number
      }
    }
    var rest = otherLatents.map { _ in random.next() }
    restLower.multiply(&rest)
    for (place, latent) in knownLatents.enumerated() { drawn[latent] = known[place] }
    for (place, latent) in otherLatents.enumerated() {
      drawn[latent] = zip(weights[place], known).reduce(rest[place]) { $0 + $1.0 * $1.1 }
    }
  }
}

/// Draws those of the known normal numbers of which only an interval is known, given the others.
private struct OpenEntries {
  let places: [Int]
  private let points: [Int]
  private let lower: SquareMatrix
  /// Of each place its weights by the points.
  private let weights: [[Double]]
  private var normals: TruncatedNormals?

  /// - Parameter precision: the inverse of the correlations of all known numbers.
  /// - Throws: ``SynthesisError/damaged(_:)``.
  init(_ places: [Int], _ precision: SquareMatrix) throws {
    let points = (0..<precision.size).filter { !places.contains($0) }
    guard let covariance = precision.part(places).cholesky?.inverseOfProduct,
      let lower = covariance.cholesky
    else { throw SynthesisError.damaged("the correlations are none") }
    (self.places, self.points, self.lower) = (places, points, lower)
    weights = places.indices.map { row in
      points.map { point in
        -places.indices.reduce(0) { $0 + covariance[row, $1] * precision[places[$1], point] }
      }
    }
  }

  /// - Parameter bounds: of all known numbers.
  mutating func drawn(
    _ bounds: [ClosedRange<Double>], _ random: inout NormalNumbers
  ) throws -> [Double] {
    let means = weights.map { row in
      zip(row, points).reduce(0) { $0 + $1.0 * bounds[$1.1].lowerBound }
    }
    let intervals = zip(places, means).map { place, mean in
      bounds[place].lowerBound - mean...bounds[place].upperBound - mean
    }
    if normals?.intervals != intervals {
      normals = TruncatedNormals(lower: lower, intervals: intervals)
    }
    return zip(try normals?.drawn(&random) ?? [], means).map { $0 + $1 }
  }
}

extension GaussianCopula.Latent {
  /// The normal numbers that stand for numbers of a range, and for entries that are there.
  fileprivate func latents(in range: ClosedRange<Double>) -> ClosedRange<Double>? {
    switch scale {
    case .curve(let curve):
      let low = curve.latents(of: range.lowerBound).lowerBound
      let high = curve.latents(of: range.upperBound).upperBound
      return low < high ? low...high : nil
    case .levels(let cuts): return isPresence ? cuts.latents(of: 0) : nil
    }
  }
}
