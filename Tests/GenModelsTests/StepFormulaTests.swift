import Testing

@testable import GenModels

/// A network whose answer depends on sample and time, so that no two steps are alike.
private let predict: Prediction = { sample, time in
  sample.map { 0.4 * $0 * (1 - time) + 0.3 * time - 0.1 }
}

@Test(arguments: Samplers.all.indices)
func `a sampler's formula comes to what its step did`(index: Int) async throws {
  let sampler = Samplers.all[index]
  for count in [1, 2, 7] {
    let start: [Float] = [0.8, -1.3]
    let trajectory = Trajectory(
      from: start, legs: [.init(sampler, stepCount: count)], shift: 2, predict: predict)
    var (now, given): (Float, [Float]) = (0, start)
    var previous: (now: Float, clean: Float)?
    for try await step in trajectory {
      let clean = try await predict(given, now)
      for place in start.indices.prefix(1) {
        let ahead = given.indices.map {
          given[$0] + (step.time - now) / (1 - now) * (clean[$0] - given[$0])
        }
        let asksAgain = sampler.evaluationCount > 1 && step.time < 1
        let formula = sampler.formula(
          of: SteppedNumber(
            from: now, to: step.time, given: given[place], clean: clean[place],
            later: asksAgain ? try await predict(ahead, step.time)[place] : nil,
            previous: previous))
        #expect(abs(formula.result - step.sample[place]) < 1e-5, "\(sampler.name) \(step.number)")
        #expect(formula.numbers.hasSuffix("= \(step.sample[place].fourDigits)"))
        #expect(formula.symbols.contains("x′ = "))
      }
      previous = (now, clean[0])
      (now, given) = (step.time, step.sample)
    }
  }
}

@Test func `numbers in a formula have four digits and a minus sign of their own`() {
  #expect(Float(-0.042).fourDigits == "−0.0420")
  #expect(Float(-0.00001).fourDigits == "0.0000")
  #expect(Float(-1).asTerm == "(−1.0000)")
  #expect(Float(1).asTerm == "1.0000")
}
