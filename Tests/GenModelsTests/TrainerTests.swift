import Foundation
import GenTensor
import GenWeights
import Testing

@testable import GenModels

/// Training of a tiny network on films of one colour.
@Suite struct TrainerTests {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("gen-train-\(UUID().uuidString)").path
  static let vocabulary = Vocabulary("black\nwhite")

  static var plan: FilmPlan {
    var sizes = GridTransformerSizes(vocabularyCount: 3)
    (sizes.slotCount, sizes.width, sizes.headCount, sizes.blockCount) = (2, 16, 2, 1)
    (sizes.fine, sizes.middle, sizes.coarse, sizes.sketchSide) = (4, 8, 8, 8)
    var plan = FilmPlan(
      sizes: sizes,
      phases: [
        .init(frameCount: 1, batchCount: 4, stepCount: 6),
        .init(frameCount: 12, batchCount: 2, stepCount: 4, givesParts: true),
      ])
    plan.phases[1].patchCount = 2
    (plan.height, plan.width, plan.poolCount, plan.warmUpCount) = (16, 16, 8, 2)
    (plan.usesBF16, plan.averageDecay, plan.rate) = (false, 0.5, 3e-3)
    return plan
  }

  /// With the layers of the fixture's network.
  static func task(_ plan: FilmPlan) throws -> FilmTraining {
    try FilmTraining(
      plan, vocabulary: vocabulary,
      motion: Matinee.motionWeights(of: Fixture.weights("matinee-tiny.safetensors")))
  }

  @Sendable static func film(_ index: Int, _ frameCount: Int) -> TrainingExample {
    let isWhite = index.isMultiple(of: 2)
    return TrainingExample(
      bytes: [UInt8](repeating: isWhite ? 255 : 0, count: frameCount * 16 * 16 * 3),
      caption: isWhite ? "white" : "black")
  }

  private func trainer(_ name: String, _ plan: FilmPlan = TrainerTests.plan) throws
    -> Trainer<FilmTraining>
  {
    try Trainer(
      Self.task(plan), folder: "\(folder)/\(name)",
      draw: { Self.film($0, $1) })
  }

  private func exported(_ trainer: Trainer<FilmTraining>, _ name: String) async throws -> Data {
    try await trainer.export(to: "\(folder)/\(name).safetensors")
    return try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).safetensors"))
  }

  @Test func `a run that was stopped ends with the weights of one that was not`() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let whole = try trainer("whole")
    try await whole.run()
    let expected = try await exported(whole, "whole")
    for stop in [3, 6, 8] {
      let task = Task {
        let first = try trainer("part\(stop)")
        try await first.run { event in
          if case .step(let step) = event, step.number == stop {
            withUnsafeCurrentTask { $0?.cancel() }
          }
        }
      }
      await #expect(throws: CancellationError.self) { try await task.value }
      let log = StepLog()
      let second = try trainer("part\(stop)")
      try await second.run { log.add($0) }
      #expect(log.resumed == stop)
      let rest = [Int](stop + 1...10)
      #expect(log.steps == rest)
      #expect(try await exported(second, "part\(stop)") == expected)
      let curve = try String(contentsOfFile: "\(folder)/part\(stop)/loss.tsv", encoding: .utf8)
      let numbers = curve.split(separator: "\n").dropFirst().compactMap { line in
        Int(line.prefix { $0 != "\t" })
      }
      let all = [Int](1...10)
      #expect(numbers == all)
    }
  }

  @Test func `a run stopped at any moment of its steps ends with the same weights`() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let whole = try trainer("whole")
    try await whole.run()
    for delay in stride(from: 1, to: 60, by: 7) {
      let task = Task { try await trainer("torn").run() }
      try await Task.sleep(for: .milliseconds(delay))
      task.cancel()
      _ = await task.result
    }
    let last = try trainer("torn")
    try await last.run()
    #expect(try await exported(last, "torn") == exported(whole, "whole"))
  }

  @Test func `the loss falls and the film shows what the word says`() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var plan = Self.plan
    plan.phases = [.init(frameCount: 1, batchCount: 8, stepCount: 100)]
    (plan.averageDecay, plan.rate, plan.warmUpCount) = (0.9, 1e-2, 10)
    // Nearly all noise, so that the word alone tells the colour.
    (plan.timeMean, plan.captionDropout) = (-3, 0)
    let log = StepLog()
    let trainer = try trainer("learn", plan)
    try await trainer.run { log.add($0) }
    let (early, late) = (log.losses.prefix(10).reduce(0, +), log.losses.suffix(10).reduce(0, +))
    #expect(late < 0.5 * early, "from \(early / 10) to \(late / 10)")
    try await trainer.export(to: "\(folder)/net.safetensors", as: .f32)
    try "black\nwhite".write(toFile: "\(folder)/words", atomically: true, encoding: .utf8)
    let matinee = try Matinee(
      weightsPath: "\(folder)/net.safetensors", vocabularyPath: "\(folder)/words", mode: .f32)
    var means: [Float] = []
    for word in ["black", "white"] {
      var request = Matinee.Request(matinee.read(word).numbers, frameCount: 1, seed: 3)
      (request.height, request.width, request.guidance) = (16, 16, 1)
      let samples = try await matinee.generate(request).film.samples
      means.append(samples.reduce(0, +) / Float(samples.count))
    }
    #expect(means[0] < -0.3 && means[1] > 0.3, "black \(means[0]), white \(means[1])")
  }

  @Test func `a diverging loss stops the run and keeps the checkpoint`() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var plan = Self.plan
    plan.phases = [.init(frameCount: 1, batchCount: 4, stepCount: 400)]
    (plan.rate, plan.warmUpCount) = (1e6, 1)
    let trainer = try trainer("wild", plan)
    let error = await #expect(throws: TrainingError.self) { try await trainer.run() }
    guard case .diverged(let step, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(step < 400)
  }

  @Test func `another plan and a damaged checkpoint are refused`() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await trainer("run").run()
    var other = Self.plan
    other.rate = 1
    let path = "\(folder)/run/checkpoint.safetensors"
    #expect(throws: TrainingError.differentPlan(path: path)) { try trainer("run", other) }
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
    #expect(throws: WeightsError.self) { try trainer("run") }
    #expect(throws: TrainingError.emptyPlan) {
      try trainer("none", FilmPlan(sizes: other.sizes, phases: []))
    }
  }

  @Test func `films of a wrong size and a failing drawer stop the run`() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let short = try Trainer(
      Self.task(Self.plan), folder: "\(folder)/short"
    ) {
      index, _ in TrainingExample(bytes: [1, 2], caption: "\(index)")
    }
    await #expect(throws: TrainingError.self) { try await short.run() }
    let failing = try Trainer(
      Self.task(Self.plan), folder: "\(folder)/fail"
    ) {
      index, _ in
      if index > 5 { throw TrainingError.emptyPlan }
      return Self.film(index, 1)
    }
    await #expect(throws: TrainingError.emptyPlan) { try await failing.run() }
  }

  @Test func `samples are drawn with the averaged weights`() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let trainer = try trainer("samples")
    await trainer.setSamples(prompts: ["black", "white"], every: 0)
    await trainer.setCheckpointInterval(0)
    let log = StepLog()
    try await trainer.run { log.add($0) }
    #expect(log.sampleCounts == [Int](repeating: 2, count: 10))
    #expect(log.saveCount == 11)
  }

  @Test func `times are logit-normal, one from each likely range`() {
    for count in [1, 7, 32] {
      var random = SeriesGenerator(seed: 9, place: UInt64(count))
      let times = TrainingBatch.times(count, mean: -0.2, deviation: 1.5, &random)
      let shares = times.map { time in
        let normal = (Double(log(time / (1 - time))) + 0.2) / 1.5
        return 0.5 * erfc(-normal / 2.0.squareRoot())
      }.sorted()
      for (index, share) in shares.enumerated() {
        let range = Double(index) / Double(count)...Double(index + 1) / Double(count)
        #expect(range.lowerBound - 1e-4 <= share && share <= range.upperBound + 1e-4)
      }
    }
    #expect(abs(NormalCurve.quantile(0.975) - 1.959963984540054) < 1e-12)
  }

  @Test func `half of the films give their middle, the rest what the verbs give`() {
    var counts: [Set<Int>: Int] = [:]
    var regionCount = 0
    let parts = GivenParts(frameCount: 8, height: 16, width: 16)
    for place in 0..<400 {
      var random = SeriesGenerator(seed: 3, place: UInt64(place))
      let mask = parts.mask(&random)
      #expect(mask.count == 8 * 256 && mask.allSatisfy { $0 == 0 || $0 == 1 })
      let given = (0..<8).filter { mask[$0 * 256..<($0 + 1) * 256].allSatisfy { $0 == 1 } }
      if given.isEmpty, mask.contains(1) {
        regionCount += 1
      } else {
        counts[Set(given), default: 0] += 1
      }
    }
    #expect(150...250 ~= counts[[4]] ?? 0)
    for given: Set<Int> in [[], [0], [0, 7], [0, 1, 2]] { #expect(counts[given] ?? 0 > 0) }
    #expect(20...60 ~= regionCount)
  }

  @Test func `stills beside films are the middle frames of others`() async throws {
    var phase = Self.plan.phases[1]
    phase.stillCount = 3
    let pool = (0..<8).map { index in
      let bytes = (0..<12).flatMap { (frame: Int) -> [UInt8] in
        [UInt8](repeating: UInt8(20 * index + frame), count: 16 * 16 * 3)
      }
      return TrainingExample(bytes: bytes, caption: "white")
    }
    let inputs = try await Self.task(Self.plan).inputs(step: 4, phase, pool: pool)
    func levels(_ name: String) throws -> [Int] {
      let values = try #require(inputs[name]).floats
      return stride(from: 0, to: values.count, by: 768).map { (place: Int) -> Int in
        Int(((values[place] + 1) * 127.5).rounded())
      }
    }
    let stills = try levels("still.clean")
    #expect(stills.count == 3 && stills.allSatisfy { $0 % 20 == 6 })
    let films = try levels("clean")
    #expect(films.count == 16, "two films, two patches of four frames")
    #expect(Set(films.map { $0 / 20 }).isDisjoint(with: stills.map { $0 / 20 }))
    let (given, mask) = try (levels("given"), #require(inputs["mask"]).floats)
    #expect(zip(films, given).allSatisfy { $1 == 128 || $0 / 20 == $1 / 20 })
    #expect(mask.count == 16 * 256)
    let task = try Self.task(Self.plan)
    let run = try task.program(phase, weights: [:])
    let losses = try run.outputs(
      inputs.merging([
        "seed": NDArray(scalar: Int64(1)), "number": NDArray(scalar: Int64(1)),
        "rate": NDArray(scalar: Float(0)),
      ]) { $1 })
    #expect(try #require(losses["loss"]?.floats.first).isFinite)
  }
}

/// Events as they came, from whichever thread.
final class StepLog: @unchecked Sendable {
  private let lock = NSLock()
  private var events: [TrainingEvent] = []
  func add(_ event: TrainingEvent) { lock.withLock { events.append(event) } }
  private var all: [TrainingEvent] { lock.withLock { events } }
  private var found: [TrainingEvent.Step] {
    all.compactMap { if case .step(let step) = $0 { step } else { nil } }
  }
  var steps: [Int] { found.map(\.number) }
  var losses: [Float] { found.map(\.loss) }
  var resumed: Int? {
    all.compactMap { if case .resumed(let step) = $0 { step } else { nil } }.first
  }
  var sampleCounts: [Int] {
    all.compactMap { if case .samples(_, let films) = $0 { films.count } else { nil } }
  }
  var saveCount: Int { all.count { if case .saved = $0 { true } else { false } } }
}
