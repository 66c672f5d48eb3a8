/// A run of one or more samplers as a lazy sequence: each step is computed when it is asked for,
/// so that preview, pace and stopping belong to the caller.
public struct Trajectory: AsyncSequence, Sendable {
  /// Samplers one after the other, each with its number of steps.
  public struct Leg: Sendable {
    public let sampler: any Sampler.Type
    public let stepCount: Int
    public init(_ sampler: any Sampler.Type, stepCount: Int) {
      self.sampler = sampler
      self.stepCount = stepCount
    }
  }

  /// Where a run stands between two steps: all that the rest of it depends on.
  public struct Waypoint: Sendable, Equatable {
    /// Steps done.
    public let number: Int
    public let sample: [Float]
    /// See ``Sampler/memory``.
    public let memory: [Float]
  }

  public struct Step: Sendable {
    /// From 1.
    public var number: Int { waypoint.number }
    public let count: Int
    public let sampler: any Sampler.Type
    /// The time reached: 1 after the last step.
    public let time: Float
    public var sample: [Float] { waypoint.sample }
    /// What the network took for the clean sample in this step.
    public let clean: [Float]
    /// From here a run can go on later.
    public let waypoint: Waypoint
  }

  private let start: Waypoint
  private let times: [Float]
  private let samplers: [any Sampler.Type]
  private let predict: Prediction

  /// - Parameters:
  ///   - start: The sample at the first time of the schedule: noise, or a mixture with it.
  ///   - strength: The share of the schedule that is run; see ``FlowSchedule/starting(atStrength:)``.
  ///   - waypoint: Where an earlier run with the same arguments stood, to go on from instead; one
  ///     with another count of numbers is no use.
  public init(
    from start: [Float], legs: [Leg], shift: Float = 1, strength: Float = 1,
    resuming waypoint: Waypoint? = nil, predict: @escaping Prediction
  ) {
    let total = legs.reduce(0) { $0 + Swift.max(0, $1.stepCount) }
    let schedule = FlowSchedule(stepCount: total, shift: shift).starting(atStrength: strength)
    let samplers = legs.flatMap { leg in
      Array(repeating: leg.sampler, count: Swift.max(0, leg.stepCount))
    }
    let isUsable = waypoint.map { $0.number > 0 && $0.sample.count == start.count } ?? false
    self.start =
      (isUsable ? waypoint : nil) ?? Waypoint(number: 0, sample: start, memory: [])
    self.times = schedule.times
    self.samplers = Array(samplers.suffix(schedule.stepCount))
    self.predict = predict
  }

  /// The time at which the run starts: 0 unless the strength is below 1.
  public var startTime: Float { times.first ?? 1 }

  /// The sample before the steps that are still to be run.
  var startSample: [Float] { start.sample }

  public func makeAsyncIterator() -> Iterator { Iterator(trajectory: self) }

  public struct Iterator: AsyncIteratorProtocol {
    private let trajectory: Trajectory
    private var sample: [Float]
    private var index: Int
    private var sampler: (any Sampler)?

    init(trajectory: Trajectory) {
      self.trajectory = trajectory
      (index, sample) = (trajectory.start.number, trajectory.start.sample)
      guard index > 0, trajectory.samplers.indices.contains(index) else { return }
      sampler = trajectory.samplers[index].init()
      sampler?.memory = trajectory.start.memory
    }

    /// - Throws: `CancellationError` when the task was stopped; whatever the network throws.
    public mutating func next() async throws -> Step? {
      guard index < trajectory.samplers.count else { return nil }
      try Task.checkCancellation()
      let kind = trajectory.samplers[index]
      if index == 0 || trajectory.samplers[index - 1].name != kind.name { sampler = kind.init() }
      guard var current = sampler else { return nil }
      let clean = try await current.step(
        &sample, from: trajectory.times[index], to: trajectory.times[index + 1],
        predict: trajectory.predict)
      sampler = current
      index += 1
      return Step(
        count: trajectory.samplers.count, sampler: kind, time: trajectory.times[index],
        clean: clean, waypoint: Waypoint(number: index, sample: sample, memory: current.memory))
    }
  }
}
