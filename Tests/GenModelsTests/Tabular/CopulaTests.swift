import Foundation
import GenMedia
import Testing

@testable import GenModels

struct CopulaTests {
  private func copula(_ table: Table, _ settings: GaussianCopula.Settings = .init()) async throws
    -> GaussianCopula
  {
    try await GaussianCopula.fitted(to: table, settings, FittingRun(seed: 0))
  }

  @Test func `correlations behind levels are those of the numbers behind them`() async throws {
    let table = try TableSamples.correlated(0.7, count: 20_000)
    let copula = try await copula(table)
    #expect(abs(copula.correlations[0, 1] - 0.7) < 0.02)
    // The levels are stretches of y, so their order is found and their correlation is that of y.
    #expect(abs(abs(copula.correlations[0, 2]) - 0.7) < 0.03)
    #expect(abs(copula.correlations[1, 2]) > 0.95)
  }

  @Test func `rows have the distributions and the correlation of the table`() async throws {
    let table = try TableSamples.correlated(-0.6, count: 5000)
    let rows = try await copula(table).rows(RowRequest(count: 20_000, seed: 3))
    let (x, y) = (try #require(rows["x"]?.numbers), try #require(rows["y"]?.numbers))
    #expect(abs(x.correlation(with: y) + 0.6) < 0.03)
    #expect(abs(x.average - (table["x"]?.numbers ?? []).average) < 0.03)
    for code in 0..<3 {
      let real = Double((table["size"]?.codes?.codes ?? []).count { $0 == code }) / 5000
      let made = Double((rows["size"]?.codes?.codes ?? []).count { $0 == code }) / 20_000
      #expect(abs(real - made) < 0.02)
    }
  }

  @Test func `the same seed makes the same rows, another seed others`() async throws {
    let copula = try await copula(TableSamples.correlated(0.5, count: 300))
    let first = try await copula.rows(RowRequest(count: 9000, seed: 7))
    #expect(try await copula.rows(RowRequest(count: 9000, seed: 7)) == first)
    #expect(try await copula.rows(RowRequest(count: 9000, seed: 8)) != first)
    // Rows do not depend on how many come after them.
    #expect(try await copula.rows(RowRequest(count: 100, seed: 7)) == first.rows(Array(0..<100)))
  }

  @Test func `given a number the others are as the conditional normal distribution`() async throws {
    let copula = try await copula(TableSamples.correlated(0.8, count: 50_000))
    let given = try Table([Column("x", .number, .numbers(.init(repeating: 1.5, count: 20_000)))])
    let rows = try await copula.rows(RowRequest(count: 20_000, seed: 1, given: given))
    let y = try #require(rows["y"]?.numbers)
    #expect(rows["x"]?.numbers?.allSatisfy { $0 == 1.5 } ?? false)
    let deviation = (y.reduce(0) { $0 + ($1 - y.average) * ($1 - y.average) } / 20_000).squareRoot()
    #expect(abs(y.average - 1.2) < 0.05, "\(y.average)")
    #expect(abs(deviation - 0.6) < 0.03, "\(deviation)")
  }

  @Test func `given levels the others are as the rows that have them`() async throws {
    let table = try TableSamples.correlated(0.8, count: 50_000)
    let copula = try await copula(table)
    let plain = try await copula.rows(RowRequest(count: 50_000, seed: 1))
    for code in [Int32(0), 1, 2] {
      let levels = ["middle", "large", "small"]
      let given = try Table([
        Column("size", .category, .codes(.init(repeating: code, count: 20_000), levels: levels))
      ])
      let rows = try await copula.rows(RowRequest(count: 20_000, seed: 2, given: given))
      #expect(rows["size"]?.codes?.codes.allSatisfy { $0 == code } ?? false)
      let codes = plain["size"]?.codes?.codes ?? []
      let kept = codes.indices.filter { codes[$0] == code }
      let expected = kept.map { plain["x"]?.numbers?[$0] ?? .nan }
      let made = try #require(rows["x"]?.numbers)
      #expect(abs(made.average - expected.average) < 0.04)
    }
  }

  @Test func `a matrix that cannot be one of correlations is mended`() throws {
    let broken = SquareMatrix(size: 3, numbers: [1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1])
    #expect(broken.cholesky == nil)
    let mended = broken.repairedCorrelation
    #expect(mended.cholesky != nil)
    for place in 0..<3 { #expect(mended[place, place] == 1) }
    #expect(mended[0, 1] > 0.3 && mended[0, 2] < -0.3)
    let lower = try #require(mended.cholesky)
    let product = lower.inverseOfProduct
    for row in 0..<3 {
      for column in 0..<3 {
        let entry = (0..<3).reduce(0) { $0 + mended[row, $1] * product[$1, column] }
        #expect(abs(entry - (row == column ? 1 : 0)) < 1e-8)
      }
    }
  }

  @Test func `ten thousand levels and five hundred columns are learned`() async throws {
    let codes = (0..<20_000).map { Int32(($0 * 7919) % 10_000) }
    let wide = try Table([
      Column("code", .category, .codes(codes, levels: (0..<10_000).map { "level \($0)" })),
      Column("n", .number, .numbers(codes.map { Double($0 % 100) })),
    ])
    let rows = try await copula(wide).rows(RowRequest(count: 1000, seed: 0))
    #expect(Set(rows["code"]?.codes?.codes ?? []).count > 800)
    var random = NormalNumbers(SeriesGenerator(seed: 1, place: 0))
    let many = try Table(
      (0..<500).map { place in
        Column("c\(place)", .number, .numbers((0..<60).map { _ in random.next() }))
      })
    #expect(try await copula(many).rows(RowRequest(count: 10, seed: 0)).columns.count == 500)
  }
}
