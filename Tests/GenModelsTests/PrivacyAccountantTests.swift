import Foundation
import Testing

@testable import GenModels

/// What `scripts/reference/privacy.py` made with Opacus and dp-accounting.
private struct Reference: Decodable {
  struct Mechanism: Decodable {
    let noise, samplingRate, delta, opacus, rdp, pld, pldDelta: Double
    let stepCount: Int
    let divergences: [String: Double]

    var sampled: SampledGaussian {
      get throws {
        try SampledGaussian(noise: noise, samplingRate: samplingRate, stepCount: stepCount)
      }
    }
  }
  struct Target: Decodable {
    let epsilon, delta, samplingRate, rdp, pld: Double
    let stepCount: Int
  }
  struct Concentrated: Decodable { let rho, epsilon, delta: Double }
  struct Pair: Decodable { let rdp, pld: Double }

  let opacusOrders: [Double]
  let mechanisms: [Mechanism]
  let targets: [Target]
  let concentrated: [Concentrated]
  let pair: Pair

  static func read() throws -> Reference {
    let data = try Data(contentsOf: URL(fileURLWithPath: Fixture.path("privacy.json")))
    return try JSONDecoder().decode(Reference.self, from: data)
  }
}

private func isClose(_ found: Double, _ expected: Double, within share: Double = 1e-3) -> Bool {
  abs(found - expected) <= share * abs(expected)
}

struct PrivacyAccountantTests {
  private let reference: Reference

  init() throws { reference = try Reference.read() }

  @Test func `Rényi divergences are those of Opacus, at whole and other orders`() throws {
    for mechanism in reference.mechanisms {
      for (order, expected) in mechanism.divergences {
        let found = try mechanism.sampled.divergence(order: try #require(Double(order)))
        #expect(
          isClose(found, expected, within: 1e-6) || abs(found - expected) < 1e-12,
          "\(mechanism.noise), \(mechanism.samplingRate) at \(order): \(found), \(expected)")
      }
    }
  }

  @Test func `epsilon by Rényi divergence is that of Opacus and of dp-accounting`() throws {
    for mechanism in reference.mechanisms {
      var opacus = RenyiAccountant(orders: reference.opacusOrders)
      var usual = RenyiAccountant()
      try opacus.compose(mechanism.sampled)
      try usual.compose(mechanism.sampled)
      #expect(isClose(opacus.epsilon(delta: mechanism.delta), mechanism.opacus))
      #expect(isClose(usual.epsilon(delta: mechanism.delta), mechanism.rdp))
    }
  }

  @Test func `epsilon and delta by privacy loss are those of dp-accounting`() throws {
    for mechanism in reference.mechanisms {
      var accountant = LossAccountant()
      try accountant.compose(mechanism.sampled)
      let found = accountant.epsilon(delta: mechanism.delta)
      #expect(
        isClose(found, mechanism.pld),
        "\(mechanism.noise), \(mechanism.samplingRate): \(found), \(mechanism.pld)")
      let delta = accountant.delta(epsilon: 1)
      #expect(
        isClose(delta, mechanism.pldDelta) || abs(delta - mechanism.pldDelta) < 1e-13,
        "\(mechanism.noise), \(mechanism.samplingRate): \(delta), \(mechanism.pldDelta)")
    }
  }

  @Test func `different mechanisms add up`() throws {
    let pair = [
      try SampledGaussian(noise: 1, samplingRate: 0.01, stepCount: 500),
      try SampledGaussian(noise: 2, samplingRate: 0.05, stepCount: 200),
    ]
    var (renyi, loss) = (RenyiAccountant(), LossAccountant())
    for mechanism in pair {
      renyi.compose(mechanism)
      loss.compose(mechanism)
    }
    #expect(isClose(renyi.epsilon(delta: 1e-5), reference.pair.rdp))
    #expect(isClose(loss.epsilon(delta: 1e-5), reference.pair.pld))
  }

  @Test func `the least noise for a budget is that of dp-accounting, and within the budget`() throws
  {
    func check<Accountant: PrivacyAccountant>(
      _ target: Reference.Target, _: Accountant.Type, _ expected: Double
    ) throws {
      let budget = try PrivacyBudget(epsilon: target.epsilon, delta: target.delta)
      let noise = try Accountant.noise(
        within: budget, samplingRate: target.samplingRate, stepCount: target.stepCount)
      #expect(isClose(noise, expected), "\(Accountant.self): \(noise), \(expected)")
      var accountant = Accountant()
      accountant.compose(
        try SampledGaussian(
          noise: noise, samplingRate: target.samplingRate, stepCount: target.stepCount))
      #expect(accountant.epsilon(delta: target.delta) <= target.epsilon)
    }
    for target in reference.targets {
      try check(target, RenyiAccountant.self, target.rdp)
      try check(target, LossAccountant.self, target.pld)
    }
  }

  @Test func `privacy loss never says more than Rényi divergence`() throws {
    for noise in [1.0, 3] {
      for rate in [0.001, 0.3, 1] {
        let mechanism = try SampledGaussian(noise: noise, samplingRate: rate, stepCount: 20)
        var (renyi, loss) = (RenyiAccountant(), LossAccountant())
        renyi.compose(mechanism)
        loss.compose(mechanism)
        #expect(loss.epsilon(delta: 1e-6) <= renyi.epsilon(delta: 1e-6))
      }
    }
  }

  @Test func `what is never used costs nothing`() throws {
    var (renyi, loss) = (RenyiAccountant(), LossAccountant())
    for mechanism in [
      try SampledGaussian(noise: 1, samplingRate: 0, stepCount: 9),
      try SampledGaussian(noise: 1, samplingRate: 0.5, stepCount: 0),
    ] {
      renyi.compose(mechanism)
      loss.compose(mechanism)
    }
    #expect(renyi.epsilon(delta: 1e-6) == 0)
    #expect(loss.epsilon(delta: 1e-6) == 0)
  }

  @Test func `very little noise and very many steps are accounted for in bounded memory`() throws {
    for (noise, rate, count) in [(0.001, 1.0, 10), (0.5, 1.0, 1_000_000_000)] {
      let mechanism = try SampledGaussian(noise: noise, samplingRate: rate, stepCount: count)
      var (renyi, loss) = (RenyiAccountant(), LossAccountant())
      renyi.compose(mechanism)
      loss.compose(mechanism)
      #expect(loss.epsilon(delta: 1e-6) == renyi.epsilon(delta: 1e-6))
      #expect(loss.delta(epsilon: 1) == 1)
    }
  }

  @Test func `concentrated privacy and epsilon lead to each other`() throws {
    for known in reference.concentrated {
      let delta = ConcentratedPrivacy.delta(rho: known.rho, epsilon: known.epsilon)
      #expect(isClose(delta, known.delta, within: 1e-5))
      let rho = ConcentratedPrivacy.rho(epsilon: known.epsilon, delta: known.delta)
      #expect(isClose(rho, known.rho, within: 1e-5))
      let epsilon = ConcentratedPrivacy.epsilon(rho: known.rho, delta: known.delta)
      #expect(isClose(epsilon, known.epsilon, within: 1e-5))
    }
    #expect(
      ConcentratedPrivacy.rho(noise: ConcentratedPrivacy.noise(rho: 0.3)).distance(to: 0.3) < 1e-12)
  }

  @Test func `budgets that promise nothing are refused in words`() throws {
    for epsilon in [0, -1, .infinity, .nan] {
      #expect(throws: PrivacyError.self) { try PrivacyBudget(epsilon: epsilon, delta: 1e-6) }
    }
    for delta in [0, 1, -1e-9, .nan] {
      #expect(throws: PrivacyError.self) { try PrivacyBudget(epsilon: 1, delta: delta) }
    }
    #expect(throws: PrivacyError.deltaAboveOneRow(1e-3, rows: 2000)) {
      try PrivacyBudget(epsilon: 1, delta: 1e-3).check(rowCount: 2000)
    }
    #expect(
      PrivacyError.deltaAboveOneRow(1e-3, rows: 2000).description
        == "delta is 0.001, more than one row in 2000: choose one below 0.0005")
    try PrivacyBudget(epsilon: 1, delta: 1e-4).check(rowCount: 2000)
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(
        PrivacyBudget.self, from: Data(#"{"epsilon": -1, "delta": 1e-6}"#.utf8))
    }
    #expect(throws: PrivacyError.self) {
      try SampledGaussian(noise: 0, samplingRate: 0.1, stepCount: 1)
    }
    #expect(throws: PrivacyError.self) {
      try SampledGaussian(noise: 1, samplingRate: 1.5, stepCount: 1)
    }
    #expect(throws: PrivacyError.self) {
      try SampledGaussian(noise: 1, samplingRate: 0.5, stepCount: .max)
    }
  }
}
