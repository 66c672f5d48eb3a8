import Foundation
import GenMedia

extension GaussianCopula {
  /// Rows that are drawn with one series of random numbers.
  private static let pieceSize = 4096

  public func rows(_ request: RowRequest) async throws -> Table {
    let starts = Array(stride(from: 0, to: request.count, by: Self.pieceSize))
    let isConditional = request.given != nil || !request.ranges.isEmpty
    let givens = isConditional ? try ConditionalDraw(self, request) : nil
    let pieces = try await withThrowingTaskGroup(of: (Int, [[Double]]).self) { group in
      for (number, start) in starts.enumerated() {
        group.addTask {
          try Task.checkCancellation()
          let rows = start..<min(request.count, start + Self.pieceSize)
          var random = NormalNumbers(
            SeriesGenerator(seed: request.seed, place: UInt64(number)))
          return (number, try entries(rows, givens, &random))
        }
      }
      var pieces = [[[Double]]](repeating: [], count: starts.count)
      for try await (number, piece) in group { pieces[number] = piece }
      return pieces
    }
    return try Table(
      schema.columns.enumerated().map { place, column in
        let entries = pieces.flatMap { $0[place] }
        let known = request.given?[column.name]
        if let numbers = known?.numbers, numbers.count == request.count {
          return Column(column.name, column.type, .numbers(numbers))
        }
        guard let levels = column.codes?.levels else {
          return Column(column.name, column.type, .numbers(entries))
        }
        return Column(column.name, column.type, .codes(entries.map { Int32($0) }, levels: levels))
      }, rowCount: request.count)
  }

  /// The entries of some rows, by column.
  private func entries(
    _ rows: Range<Int>, _ given: ConditionalDraw?, _ random: inout NormalNumbers
  ) throws -> [[Double]] {
    var columns = [[Double]](
      repeating: .init(repeating: 0, count: rows.count), count: schema.columns.count)
    var drawn = [Double](repeating: 0, count: latents.count)
    for (place, row) in rows.enumerated() {
      if place & 63 == 0 { try Task.checkCancellation() }
      if let given {
        try given.draw(row, &random, into: &drawn)
      } else {
        draw(&random, into: &drawn)
      }
      for (latent, number) in zip(latents, drawn) where !latent.isPresence {
        columns[latent.column][place] = latent.scale.entry(at: number)
      }
      for (latent, number) in zip(latents, drawn)
      where latent.isPresence && latent.scale.entry(at: number) < 0 {
        columns[latent.column][place] = .nan
      }
    }
    return columns
  }

  private func draw(_ random: inout NormalNumbers, into drawn: inout [Double]) {
    for place in drawn.indices { drawn[place] = random.next() }
    lower.multiply(&drawn)
  }
}

extension SquareMatrix {
  /// Of a lower triangle: its product with a vector, in its place.
  func multiply(_ vector: inout [Double]) {
    numbers.withUnsafeBufferPointer { numbers in
      vector.withUnsafeMutableBufferPointer { vector in
        for row in (0..<size).reversed() {
          let start = row * size
          var sum = 0.0
          for column in 0...row { sum += numbers[start + column] * vector[column] }
          vector[row] = sum
        }
      }
    }
  }
}

/// Draws the normal numbers of rows some of whose entries are given.
///
/// Given numbers stand for points, given levels for intervals. The intervals are drawn first, given
/// the points: one exactly, several by Gibbs sampling; then all others, given these, exactly.
struct ConditionalDraw: Sendable {
  private static let sweepCount = 25

  private let knownLatents: [Int]
  private let otherLatents: [Int]
  /// For each known latent the intervals of the rows, or one for all of them.
  private let intervals: [[ClosedRange<Double>]]
  private let precision: SquareMatrix
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
  func draw(_ row: Int, _ random: inout NormalNumbers, into drawn: inout [Double]) throws {
    func interval(_ place: Int) -> ClosedRange<Double> {
      intervals[place].count == 1 ? intervals[place][0] : intervals[place][row]
    }
    var known = intervals.indices.map { place in
      let interval = interval(place)
      return interval.lowerBound == interval.upperBound
        ? interval.lowerBound : NormalCurve.mean(of: interval)
    }
    let open = intervals.indices.filter { interval($0).lowerBound < interval($0).upperBound }
    for _ in 0..<(open.count > 1 ? Self.sweepCount : open.count) {
      for place in open {
        var pull = 0.0
        for other in known.indices where other != place {
          pull += precision[place, other] * known[other]
        }
        let variance = 1 / precision[place, place]
        known[place] = NormalCurve.drawn(
          random.uniform(), from: interval(place), mean: -pull * variance,
          deviation: variance.squareRoot())
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
