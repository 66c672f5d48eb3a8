import Foundation
import GenMedia
import Testing

@testable import GenModels

struct MarginalTests {
  private func sample(_ count: Int, _ number: (Double) -> Double) -> MarginalSample {
    // The quantiles themselves rather than a draw.
    MarginalSample(
      sorted: (0..<count).map { number((Double($0) + 0.5) / Double(count)) }.sorted(), step: 0)
  }

  private func made(
    _ family: any MarginalFamily.Type, _ sample: MarginalSample
  ) -> (any MarginalFamily)? { family.init(sample) }

  @Test func `shares of the gamma function are those of closed forms`() {
    for x in [0.1, 0.5, 1, 2, 5, 20] {
      #expect(abs(GammaShape.lower(1, x) - (1 - exp(-x))) < 1e-12)
      #expect(abs(GammaShape.lower(2, x) - (1 - (1 + x) * exp(-x))) < 1e-12)
      #expect(abs(GammaShape.lower(0.5, x) - erf(x.squareRoot())) < 1e-12)
    }
  }

  @Test func `every family comes near what it is the shape of`() throws {
    let drawn = [
      "normal": sample(2000) { 5 + 2 * NormalCurve.quantile($0) },
      "uniform": sample(2000) { 3 + 4 * $0 },
      "gamma": sample(2000) { -2 * Foundation.log(1 - $0) },
      "beta": sample(2000) { sqrt($0) },
      "log-laplace": sample(2000) {
        exp($0 < 0.5 ? Foundation.log(2 * $0) : -Foundation.log(2 - 2 * $0))
      },
      "student t": sample(2000) { tan(.pi * ($0 * 0.98 + 0.01 - 0.5)) },
      "truncated normal": sample(2000) { NormalCurve.quantile(0.5 + 0.49 * $0) },
    ]
    for family in MarginalFamilies.all {
      let sample = try #require(drawn[family.name])
      let shape = try #require(made(family, sample), "\(family.name)")
      #expect(sample.distance(to: shape) < 0.06, "\(family.name): \(sample.distance(to: shape))")
      let shares = stride(from: -3.0, through: 9, by: 0.5).map { shape.share(below: $0) }
      #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 + 1e-12 }, "\(family.name)")
    }
  }

  @Test func `the curve of a family is chosen where it describes a column, the data's elsewhere`() {
    let normal = sample(500) { 10 + NormalCurve.quantile($0) }
    #expect(
      ["normal", "truncated normal", "student t"].contains(MarginalCurve(normal, .best).family))
    let spiked = MarginalSample(
      sorted: [Double](repeating: 0, count: 900) + (1...100).map { Double($0 * $0) }, step: 1)
    #expect(MarginalCurve(spiked, .best).family == "data")
    #expect(MarginalCurve(spiked, .families).family != "data")
    #expect(MarginalCurve(normal, .data).family == "data")
  }

  @Test func `a number of many rows keeps its share, and what lies in a gap is never made`() {
    let sorted = [Double](repeating: 0, count: 900) + (0..<100).map { 50 + Double($0) }
    let curve = MarginalCurve(MarginalSample(sorted: sorted, step: 1), .data)
    let made = (0..<10_000).map {
      curve.value(at: NormalCurve.quantile((Double($0) + 0.5) / 10_000))
    }
    #expect(abs(made.count { $0 == 0 } - 9000) <= 2)
    #expect(!made.contains { $0 > 0 && $0 < 49.5 })
    #expect(made.min() == 0 && (made.max() ?? 0) <= 149.5)
    let interval = curve.latents(of: 0)
    #expect(interval.lowerBound == -NormalCurve.edge)
    #expect(abs(interval.upperBound - NormalCurve.quantile(0.9)) < 1e-9)
  }

  @Test func `latents and values are each other's way back`() {
    let curve = MarginalCurve(sample(1000) { 5 + 2 * NormalCurve.quantile($0) }, .best)
    for value in stride(from: 0.0, through: 10, by: 0.37) {
      let latent = curve.latents(of: value)
      #expect(abs(curve.value(at: latent.lowerBound) - value) < 1e-6)
    }
  }
}
