import Foundation
import GenTensor
import GenWeights

/// Trains a network: examples drawn ahead on another core, checkpoints, exact resume.
///
///     let trainer = try Trainer(FilmTraining(plan, vocabulary: words), folder: "runs/matinee") {
///       index, frameCount in draw(index, frameCount)
///     }
///     try await trainer.run { event in print(event) }
///     try await trainer.export(to: "matinee.safetensors")
///
/// A run that was stopped or killed goes on from its last checkpoint and ends with the same weights
/// as one that never stopped.
public actor Trainer<Work: TrainingTask> {
  private let task: Work
  private nonisolated var plan: TrainingPlan<Work.Sizes> { task.plan }
  private let folder: String
  private let pool: [ExamplePool<Work.Example>]
  /// Prompts whose films show how far the training is; drawn every `sampleInterval` seconds.
  public var samplePrompts: [String] = []
  public var sampleInterval = 300.0
  /// Seconds between checkpoints.
  public var checkpointInterval = 180.0
  private var step = 0
  private var trend = LossTrend()
  private var states: [String: NDArray] = [:]
  private var program: (phase: Int, program: Program)?

  /// - Parameters:
  ///   - folder: Where the checkpoint and the loss curve are kept.
  ///   - start: Weights to start from instead of random ones, when there is no checkpoint.
  ///   - draw: Film `index` of the endless series with a number of frames.
  /// - Throws: ``TrainingError``; ``WeightsError``.
  public init(
    _ task: Work, folder: String, start: Weights? = nil,
    draw: @escaping @Sendable (_ index: Int, _ frameCount: Int) async throws -> Work.Example
  ) throws {
    let plan = task.plan
    guard plan.stepCount > 0, plan.phases.allSatisfy({ $0.batchCount > 0 && $0.stepCount >= 0 })
    else { throw TrainingError.emptyPlan }
    self.task = task
    self.folder = folder
    pool = plan.phases.map { phase in
      ExamplePool(lead: 4 * phase.batchCount) { try await draw($0, phase.frameCount) }
    }
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    let path = "\(folder)/\(Trainer.checkpointName)"
    guard FileManager.default.fileExists(atPath: path) else {
      states =
        try start?.arrays().filter { task.fixedWeights[$0.key] == nil }
        .mapValues { $0.converted(to: .f32) } ?? [:]
      return
    }
    let checkpoint = try TrainingCheckpoint<Work.Sizes>(path: path)
    guard checkpoint.plan == plan else { throw TrainingError.differentPlan(path: path) }
    (step, trend, states) = (checkpoint.step, checkpoint.trend, checkpoint.states)
  }

  private static var checkpointName: String { "checkpoint.safetensors" }
  private static var curveName: String { "loss.tsv" }
  private var checkpointPath: String { "\(folder)/\(Trainer.checkpointName)" }

  public func setSamples(prompts: [String], every seconds: Double) {
    (samplePrompts, sampleInterval) = (prompts, seconds)
  }

  public func setCheckpointInterval(_ seconds: Double) { checkpointInterval = seconds }

  /// Trains to the end of the plan.
  ///
  /// - Throws: ``TrainingError/diverged(step:loss:)``; what drawing throws; `CancellationError`
  ///   after a last checkpoint when the task is cancelled.
  public func run(report: @Sendable (TrainingEvent) -> Void = { _ in }) async throws {
    if step > 0 { report(.resumed(step: step)) }
    let curve = try LossCurve(path: "\(folder)/\(Trainer.curveName)", keepingSteps: step)
    var (saved, sampled) = (Date(), Date())
    do {
      while let place = plan.place(ofStep: step) {
        let start = Date()
        let outcome = try await train(place)
        try curve.add(outcome)
        report(.step(described(outcome, seconds: Date().timeIntervalSince(start))))
        if Date().timeIntervalSince(saved) > checkpointInterval {
          try save(report)
          saved = Date()
        }
        if !samplePrompts.isEmpty, Date().timeIntervalSince(sampled) > sampleInterval {
          report(.samples(step: step, films: try await samples(plan.phases[place.phase])))
          sampled = Date()
        }
      }
    } catch let error as CancellationError {
      try save(report)
      await stopDrawing()
      throw error
    } catch {
      await stopDrawing()
      throw error
    }
    try save(report)
    await stopDrawing()
  }

  /// Writes the averaged weights, with the sizes in the metadata.
  ///
  /// - Throws: ``WeightsError``, ``TensorError``.
  public func export(
    to path: String, as type: ElementType = .bf16, metadata: [String: String] = [:]
  ) throws {
    let averages = try currentStates().averages.merging(task.fixedWeights) { $1 }
    try SafetensorsFile.write(
      averages.mapValues { $0.converted(to: type) },
      metadata: metadata.merging(task.metadata) { $1 }.merging(["steps": String(step)]) { $1 },
      to: path)
  }

  private func train(_ place: (phase: Int, step: Int)) async throws -> TrainingOutcome {
    let phase = plan.phases[place.phase]
    let program = try program(ofPhase: place.phase)
    if place.step == 0 { trend.restart() }
    let films = try await pool[place.phase].examples(
      plan.examples(forStep: place.step, phase))
    try Task.checkCancellation()
    let given = try await task.inputs(step: step, phase, pool: films)
    let rate = plan.rate(atStep: step)
    var noise = SeriesGenerator(seed: ~plan.seed, place: UInt64(step))
    let inputs = given.merging([
      "seed": NDArray(scalar: Int64(bitPattern: noise.next())),
      "number": NDArray(scalar: Int64(step + 1)), "rate": NDArray(scalar: rate),
    ]) { $1 }
    let outputs = try await program.run(inputs)
    let loss = outputs["loss"]?.floats.first ?? .nan
    guard trend.add(loss) else { throw TrainingError.diverged(step: step + 1, loss: loss) }
    step += 1
    return TrainingOutcome(
      number: step, loss: loss, norm: outputs["norm"]?.floats.first ?? .nan, rate: rate,
      filmCount: phase.batchCount)
  }

  private func program(ofPhase phase: Int) throws -> Program {
    if let program, program.phase == phase { return program.program }
    states = try currentStates()
    let weights = states.filter { name, _ in !Trainer.isOfOptimizer(name) }
    let next: Program
    do {
      next = try task.program(plan.phases[phase], weights: weights)
      try next.setStates(states)
    } catch let error as TensorError where program == nil && step > 0 {
      throw TrainingError.damagedCheckpoint(
        path: checkpointPath, reason: "\(error); remove it to start afresh")
    }
    states = [:]
    program = (phase, next)
    return next
  }

  private static func isOfOptimizer(_ name: String) -> Bool {
    [".m", ".v", ".average"].contains { name.hasSuffix($0) }
  }

  private func currentStates() throws -> [String: NDArray] {
    try program?.program.states() ?? states
  }

  private func save(_ report: (TrainingEvent) -> Void) throws {
    guard step > 0 else { return }
    try TrainingCheckpoint(plan: plan, step: step, trend: trend, states: currentStates())
      .write(to: checkpointPath)
    report(.saved(path: checkpointPath))
  }

  private func stopDrawing() async {
    for pool in pool { await pool.stop() }
  }

  private func samples(_ phase: TrainingPhase) async throws -> [FilmSamples] {
    try await task.samples(samplePrompts, phase, weights: currentStates().averages)
  }

  private func described(_ outcome: TrainingOutcome, seconds: Double) -> TrainingEvent.Step {
    TrainingEvent.Step(
      number: outcome.number, count: plan.stepCount, loss: outcome.loss,
      meanLoss: trend.mean ?? Double(outcome.loss), norm: outcome.norm, rate: outcome.rate,
      filmsPerSecond: Double(outcome.filmCount) / max(seconds, 1e-9),
      secondsLeft: Double(plan.stepCount - outcome.number) * seconds)
  }
}

/// What happens while a run goes on.
public enum TrainingEvent: Sendable {
  /// A checkpoint was found; so many steps are done.
  case resumed(step: Int)
  case step(Step)
  case saved(path: String)
  /// Films drawn with the averaged weights, one for each prompt.
  case samples(step: Int, films: [FilmSamples])

  public struct Step: Sendable {
    /// From 1.
    public let number: Int
    public let count: Int
    public let loss: Float
    /// The running mean of the loss.
    public let meanLoss: Double
    /// The norm of all gradients before clipping.
    public let norm: Float
    public let rate: Float
    public let filmsPerSecond: Double
    public let secondsLeft: Double
  }
}

/// What a step came to.
struct TrainingOutcome {
  let number: Int
  let loss: Float
  let norm: Float
  let rate: Float
  let filmCount: Int
}
