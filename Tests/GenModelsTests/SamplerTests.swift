import Foundation
import Testing

@testable import GenModels

/// A flow whose clean sample is known: every sampler must arrive there.
private let target: [Float] = [0.25, -0.5, 1]
private let noise: [Float] = [1.5, -2, 0.3]

private func run(
  _ sampler: any Sampler.Type, steps: Int, shift: Float = 1, strength: Float = 1,
  predict: @escaping Prediction
) async throws -> [Trajectory.Step] {
  let trajectory = Trajectory(
    from: noise, legs: [.init(sampler, stepCount: steps)], shift: shift, strength: strength,
    predict: predict)
  var found: [Trajectory.Step] = []
  for try await step in trajectory { found.append(step) }
  return found
}

@Test(arguments: Samplers.all.indices)
func `every sampler arrives at the clean sample that the network always predicts`(
  index: Int
) async throws {
  for steps in [1, 2, 5, 20] {
    let found = try await run(Samplers.all[index], steps: steps, shift: 3) { _, _ in target }
    #expect(found.count == steps)
    #expect(found.last?.time == 1)
    for (value, wanted) in zip(found.last?.sample ?? [], target) {
      #expect(abs(value - wanted) < 1e-5)
    }
  }
}

/// The flow from N(0, 1) to N(0, s²) has an exact path: sample(t) = noise * sqrt(t²s² + (1-t)²).
private let deviation: Float = 0.5
private let gaussian: Prediction = { sample, time in
  let variance = time * time * deviation * deviation + (1 - time) * (1 - time)
  return sample.map { $0 * time * deviation * deviation / variance }
}

private func finalError(_ sampler: any Sampler.Type, steps: Int) async throws -> Float {
  let end = try await run(sampler, steps: steps, predict: gaussian).last?.sample ?? []
  return zip(end, noise).map { abs($0 - $1 * deviation) }.max() ?? .infinity
}

@Test(arguments: [
  (index: 0, order: 1.7...2.5 as ClosedRange<Float>), (index: 1, order: 3.2...4.8),
])
func `the error falls with the order of the sampler as steps double`(
  index: Int, order: ClosedRange<Float>
) async throws {
  let coarse = try await finalError(Samplers.all[index], steps: 20)
  let fine = try await finalError(Samplers.all[index], steps: 40)
  #expect(order.contains(coarse / fine), "\(coarse) then \(fine)")
}

@Test func `dpmpp comes nearer than euler with as many evaluations`() async throws {
  for steps in [10, 20, 40] {
    let straight = try await finalError(Euler.self, steps: steps)
    let bent = try await finalError(DPMPlusPlus.self, steps: steps)
    #expect(bent < straight * 0.5, "\(steps) steps: \(bent), euler \(straight)")
  }
}

@Test func `ddim takes the steps of euler`() async throws {
  let one = try await run(Euler.self, steps: 7, shift: 2, predict: gaussian)
  let two = try await run(DDIM.self, steps: 7, shift: 2, predict: gaussian)
  for (a, b) in zip(one, two) {
    for (x, y) in zip(a.sample, b.sample) { #expect(abs(x - y) < 1e-5) }
  }
}

@Test func `samplers follow one another on one schedule`() async throws {
  let trajectory = Trajectory(
    from: noise, legs: [.init(Euler.self, stepCount: 3), .init(DPMPlusPlus.self, stepCount: 2)],
    predict: gaussian)
  var times: [Float] = []
  for try await step in trajectory { times.append(step.time) }
  #expect(times == FlowSchedule(stepCount: 5).times.dropFirst().map { $0 })
}

@Test func `strength runs the last part of the schedule`() {
  let whole = FlowSchedule(stepCount: 10)
  #expect(whole.starting(atStrength: 0.3).times == Array(whole.times[7...]))
  #expect(whole.starting(atStrength: 0).stepCount == 0)
  #expect(whole.starting(atStrength: 5).stepCount == 10)
}

@Test func `a stopped task stops before the next step`() async throws {
  let task = Task {
    try await run(Euler.self, steps: 1000) { sample, _ in
      try await Task.sleep(for: .milliseconds(1))
      return sample
    }
  }
  task.cancel()
  await #expect(throws: CancellationError.self) { try await task.value }
}

private struct Reference: Decodable {
  let shift: Float
  let start: [Float]
  let euler: [[Float]]
  let heun: [[Float]]
  let dpmpp: [[Float]]
}

@Test func `samplers follow the trajectories of diffusers' flow schedulers`() async throws {
  let file = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures/samplers.json")
  let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
  let trajectories: [(any Sampler.Type, [[Float]])] = [
    (Euler.self, reference.euler), (Heun.self, reference.heun), (DPMPlusPlus.self, reference.dpmpp),
  ]
  for (sampler, wanted) in trajectories {
    let trajectory = Trajectory(
      from: reference.start, legs: [.init(sampler, stepCount: wanted.count)],
      shift: reference.shift, predict: gaussian)
    var index = 0
    for try await step in trajectory {
      for (value, expected) in zip(step.sample, wanted[index]) {
        #expect(abs(value - expected) < 1e-5, "\(sampler.name), step \(index + 1)")
      }
      index += 1
    }
    #expect(index == wanted.count)
  }
}

@Test func `a run goes on from any of its steps as if it had never stopped`() async throws {
  let legs = [
    Trajectory.Leg(Euler.self, stepCount: 2), .init(DPMPlusPlus.self, stepCount: 4),
    .init(Heun.self, stepCount: 2),
  ]
  var whole: [Trajectory.Step] = []
  for try await step in Trajectory(from: noise, legs: legs, shift: 2, predict: gaussian) {
    whole.append(step)
  }
  for stop in whole {
    var rest = Array(whole.prefix(stop.number)).map(\.sample)
    let trajectory = Trajectory(
      from: noise, legs: legs, shift: 2, resuming: stop.waypoint, predict: gaussian)
    for try await step in trajectory { rest.append(step.sample) }
    #expect(rest == whole.map(\.sample), "stopped after step \(stop.number)")
  }
}

@Test func `a waypoint of something else is no use`() async throws {
  for waypoint in [
    Trajectory.Waypoint(number: -1, sample: noise, memory: []),
    .init(number: 1, sample: [1], memory: []),
    .init(number: 1, sample: noise + noise, memory: []),
  ] {
    let trajectory = Trajectory(
      from: noise, legs: [.init(Euler.self, stepCount: 3)], resuming: waypoint, predict: gaussian)
    var numbers: [Int] = []
    for try await step in trajectory { numbers.append(step.number) }
    #expect(numbers == [1, 2, 3])
  }
  var sampler = DPMPlusPlus()
  sampler.memory = [0.5, 1]
  var sample = noise
  _ = try await sampler.step(&sample, from: 0.2, to: 0.4, predict: gaussian)
  #expect(sample.allSatisfy { $0.isFinite })
}
