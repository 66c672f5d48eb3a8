import Foundation
import GenMedia
import GenTensor
import Testing

@testable import GenModels

@Suite struct TabFormerTests {
  private static func small(_ epochs: Int) -> TabFormer.Settings {
    var settings = TabFormer.Settings(epochs: epochs)
    (settings.batchCount, settings.width, settings.blockCount) = (100, 32, 2)
    return settings
  }

  private func fitted() async throws -> TabFormer {
    try await TabFormer.fitted(
      to: try sample(rowCount: 1000), Self.small(40), FittingRun(seed: 1))
  }

  @Test func `given entries stay, whatever column they are of, and the others follow from them`()
    async throws
  {
    let model = try await fitted()
    let count = 400
    let given = try Table([
      Column("x", .number, .numbers((0..<count).map { $0 % 2 == 0 ? 0.25 : 8.125 })),
      Column(
        "flag", .flag, .codes((0..<count).map { $0 % 2 == 0 ? 0 : 1 }, levels: ["no", "yes"])),
    ])
    let made = try await model.rows(RowRequest(count: count, seed: 5, given: given))
    #expect(made["x"] == given["x"])
    #expect(made["flag"]?.codes?.codes == given["flag"]?.codes?.codes)
    let groups = try #require(made["group"]?.codes?.codes)
    let near = (0..<count).count { groups[$0] == ($0 % 2 == 0 ? 0 : 2) }
    #expect(near > count * 8 / 10, "\(near)")
  }

  @Test func `a range is met by every row, and rows lie in it as they did in the table`()
    async throws
  {
    let table = try sample(rowCount: 1000)
    let model = try await fitted()
    let range = 3.0...4.5
    let made = try await model.rows(RowRequest(count: 2000, seed: 5, ranges: ["x": range]))
    let numbers = try #require(made["x"]?.numbers)
    #expect(numbers.allSatisfy { range.contains($0) })
    let real = (table["x"]?.numbers ?? []).filter { range.contains($0) }
    #expect(abs(numbers.average - real.average) < 0.1, "\(numbers.average) \(real.average)")
    let groups = try #require(made["group"]?.codes?.codes)
    #expect(groups.count { $0 == 1 } > 1700)
  }

  @Test func `what cannot be had is left to who asks`() async throws {
    let model = try await fitted()
    let given = try Table([
      Column("group", .category, .codes(.init(repeating: 0, count: 5), levels: ["z"]))
    ])
    let made = try await model.rows(
      RowRequest(count: 5, seed: 1, given: given, ranges: ["x": 1e6...1e7]))
    #expect(made.rowCount == 5)
    #expect(made["group"]?.codes?.levels == ["a", "b", "c"])
  }

  @Test func `heads that do not share the width are refused`() async throws {
    var settings = Self.small(1)
    settings.headCount = 5
    await #expect(throws: SynthesisError.settings("5 heads do not share a width of 32")) {
      try await TabFormer.fitted(
        to: try sample(rowCount: 20), settings, FittingRun(seed: 1))
    }
  }

  @Test(arguments: [2, 5, 40, 3000])
  func `numbers come back from their tokens and places`(_ count: Int) {
    var random = SplitMix(seed: 3)
    let numbers = (0..<count).map { row in
      row % 7 == 3 ? Double.nan : row % 3 == 0 ? 0 : Double.random(in: -5...900, using: &random)
    }
    let bins = BinEncoding(learning: numbers)
    #expect(bins.isSound)
    #expect(bins.hasMissing == numbers.contains { $0.isNaN })
    for number in numbers {
      let (place, token) = bins.encoded(number)
      #expect((0..<Int32(bins.tokenCount)).contains(token))
      let back = bins.decoded(place: place, token: Int(token))
      #expect(number.isNaN ? back.isNaN : abs(back - number) < 1e-3, "\(number) \(back)")
    }
  }

  @Test func `places of a range are those whose numbers lie in it`() throws {
    let bins = BinEncoding(learning: (0..<5000).map { Double($0) / 10 })
    let range = 100.05...222.2
    for token in 0..<bins.tokenCount {
      let (low, high) = (
        bins.decoded(place: 0, token: token), bins.decoded(place: 1, token: token)
      )
      guard let places = bins.places(of: token, in: range) else {
        #expect(high < range.lowerBound || low > range.upperBound)
        continue
      }
      for place in [places.lowerBound, places.upperBound] {
        let number = bins.decoded(place: place, token: token)
        #expect(number > range.lowerBound - 1e-2 && number < range.upperBound + 1e-2)
      }
    }
  }
}
