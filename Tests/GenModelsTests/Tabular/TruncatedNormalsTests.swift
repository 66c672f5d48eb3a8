import Foundation
import Testing

@testable import GenModels

@Suite struct TruncatedNormalsTests {
  @Test(arguments: [
    [0.5...6.5, -6.5 ... -0.2], [-0.3...0.4, 1...1.2], [-6.5...6.5, 0...6.5],
  ])
  func `pairs are as those of plain draws that lie in both intervals`(
    _ intervals: [ClosedRange<Double>]
  ) throws {
    let lower = try #require(
      SquareMatrix(size: 2, numbers: [1, 0.8, 0.8, 1]).cholesky)
    var random = NormalNumbers(SeriesGenerator(seed: 3, place: 0))
    var plain: [[Double]] = []
    while plain.count < 4000 {
      var pair = [random.next(), random.next()]
      lower.multiply(&pair)
      if zip(intervals, pair).allSatisfy({ $0.contains($1) }) { plain.append(pair) }
    }
    let normals = TruncatedNormals(lower: lower, intervals: intervals)
    let made = try (0..<20_000).map { _ in try normals.drawn(&random) }
    #expect(made.allSatisfy { zip(intervals, $0).allSatisfy { $0.contains($1) } })
    for place in 0..<2 {
      let (real, found) = (plain.map { $0[place] }.sorted(), made.map { $0[place] }.sorted())
      // Of every tenth of the plain ones the share of the made ones; five deviations of its error.
      for tenth in 1..<10 {
        let share = Double(tenth) / 10
        let below = Double(found.count { $0 < real[tenth * 400] }) / 20_000
        #expect(abs(below - share) < 5 * (share * (1 - share) / 3300).squareRoot())
      }
    }
  }

  @Test func `what hardly ever happens is drawn in few tries, and as it happens`() throws {
    // Both far out on opposite sides of numbers that go together.
    let lower = try #require(SquareMatrix(size: 2, numbers: [1, 0.9, 0.9, 1]).cholesky)
    var normals = TruncatedNormals(lower: lower, intervals: [3...5, -4 ... -2])
    normals.mostTries = 50
    var random = NormalNumbers(SeriesGenerator(seed: 4, place: 0))
    let made = try (0..<10_000).map { _ in try normals.drawn(&random)[0] }
    // By adding up over a fine grid of the first number, the second one's interval integrated.
    let deviation = (1 - 0.81).squareRoot()
    let grid = (0..<20_000).map { 3 + (Double($0) + 0.5) / 10_000 }
    let weights = grid.map { x in
      let rest = (-4 - 0.9 * x) / deviation...(-2 - 0.9 * x) / deviation
      return NormalCurve.density(x) * exp(NormalCurve.logShare(of: rest))
    }
    let mass = weights.reduce(0, +)
    #expect(mass / 10_000 < 1e-20)
    var (below, place) = (0.0, 0)
    for tenth in 1..<10 {
      let share = Double(tenth) / 10
      while below < share * mass {
        below += weights[place]
        place += 1
      }
      let found = Double(made.count { $0 < grid[place] }) / 10_000
      #expect(abs(found - share) < 5 * (share * (1 - share) / 10_000).squareRoot() + 0.001)
    }
  }

  @Test func `many conditions at once are met`() throws {
    let size = 12
    var matrix = SquareMatrix(identity: size)
    for row in 0..<size {
      for column in 0..<size where row != column {
        matrix[row, column] = (row + column).isMultiple(of: 2) ? 0.6 : -0.6
      }
    }
    let lower = try #require(matrix.cholesky)
    let intervals = (0..<size).map { _ in 0.5...2.0 }
    let normals = TruncatedNormals(lower: lower, intervals: intervals)
    var random = NormalNumbers(SeriesGenerator(seed: 5, place: 0))
    for _ in 0..<200 {
      let drawn = try normals.drawn(&random)
      #expect(drawn.allSatisfy { (0.5...2).contains($0) })
    }
  }
}
