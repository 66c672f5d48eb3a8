import Foundation
import GenTensor

/// What one training step is given, drawn from its number alone.
struct TrainingBatch {
  private(set) var inputs: [String: NDArray]
  /// The captions of the films, also of those whose network is not told.
  private let captions: NDArray
  /// Which frames of the films are seen.
  private let numbers: [Int]

  /// - Throws: ``TrainingError/wrongExample(index:expected:found:)``.
  init(
    step: Int, _ plan: FilmPlan, _ phase: TrainingPhase, pool: [TrainingExample],
    vocabulary: Vocabulary
  ) throws {
    var random = SeriesGenerator(seed: plan.seed, place: UInt64(step))
    let chosen = random.places(phase.chosenCount, of: pool.count)
    let expected = phase.frameCount * plan.height * plan.width * 3
    if let wrong = chosen.first(where: { pool[$0].bytes.count != expected }) {
      throw TrainingError.wrongExample(
        index: wrong, expected: expected, found: pool[wrong].bytes.count)
    }
    let moments = TrainingBatch.moments(plan, phase, &random)
    let depth = plan.sizes.patchDepth
    let seen =
      moments?.flatMap { (moment: Int) in moment * depth..<(moment + 1) * depth }
      ?? Array(0..<phase.frameCount)
    var films = BatchPart(plan, frames: seen, vocabulary)
    for place in chosen.prefix(phase.batchCount) {
      films.add(pool[place], of: phase.frameCount, givesParts: phase.givesParts, &random)
    }
    // Beside films, stills are the middle frames of others.
    var stills = BatchPart(plan, frames: [phase.frameCount / 2], vocabulary)
    for place in chosen.dropFirst(phase.batchCount) {
      stills.add(pool[place], of: phase.frameCount, givesParts: false, &random)
    }
    var inputs = try films.inputs("", mean: phase.timeMean ?? plan.timeMean, &random)
    if phase.stillCount > 0 {
      inputs.merge(try stills.inputs("still.", mean: plan.timeMean, &random)) { $1 }
    }
    if let moments { inputs["moments"] = NDArray(moments.map { Int32($0) }) }
    self.inputs = inputs
    captions = try NDArray(films.captions, shape: [phase.batchCount, plan.sizes.slotCount])
    numbers = seen
  }

  /// Adds what is staged of what is shown.
  mutating func stage(with staging: StagedFrames) async throws {
    for prefix in ["", "still."] {
      guard let given = inputs["\(prefix)given"], let mask = inputs["\(prefix)mask"] else {
        continue
      }
      inputs["\(prefix)staged"] = try await staging.staged(
        given: given, mask: mask, words: captions, numbers: numbers)
    }
  }

  /// The patches of a film that a step sees, rising; nothing when it sees all.
  private static func moments(
    _ plan: FilmPlan, _ phase: TrainingPhase, _ random: inout SeriesGenerator
  ) -> [Int]? {
    plan.thinning(phase).map { count, kept in
      (0..<count).shuffled(using: &random).prefix(kept).sorted()
    }
  }

  /// One time from each of `count` equally likely ranges, in any order, so that every batch has
  /// much and little noise.
  static func times(
    _ count: Int, mean: Float, deviation: Float, _ random: inout SeriesGenerator
  ) -> [Float] {
    (0..<count).shuffled(using: &random).map { range in
      let share = (Double(range) + Double.random(in: 0..<1, using: &random)) / Double(count)
      let normal = Float(NormalCurve.quantile(min(max(share, 1e-4), 1 - 1e-4)))
      return 1 / (1 + expf(-mean - deviation * normal))
    }
  }
}

/// Films of one length, of which a training step sees the same frames.
private struct BatchPart {
  private let plan: FilmPlan
  private let frames: [Int]
  private let vocabulary: Vocabulary
  private var (clean, given, mask): ([Float], [Float], [Float]) = ([], [], [])
  private var words: [Int32] = []
  private(set) var captions: [Int32] = []

  init(_ plan: FilmPlan, frames: [Int], _ vocabulary: Vocabulary) {
    (self.plan, self.frames, self.vocabulary) = (plan, frames, vocabulary)
  }

  private var slotCount: Int { plan.sizes.slotCount }
  private var count: Int { words.count / max(slotCount, 1) }

  mutating func add(
    _ example: TrainingExample, of frameCount: Int, givesParts: Bool,
    _ random: inout SeriesGenerator
  ) {
    let perFrame = plan.height * plan.width
    if givesParts {
      let film = numbers(example.bytes, Array(0..<frameCount))
      let parts = GivenParts(frameCount: frameCount, height: plan.height, width: plan.width)
      let shownFrames = ShownFrames(mask: parts.mask(&random), frameCount: frameCount)
      let (whole, shown) = (shownFrames.marks, shownFrames.samples(of: film))
      for frame in frames {
        let (start, end) = (frame * perFrame, (frame + 1) * perFrame)
        mask += whole[start..<end]
        given += shown[3 * start..<3 * end]
        clean += film[3 * start..<3 * end]
      }
    } else {
      clean += numbers(example.bytes, frames)
      mask += [Float](repeating: 0, count: frames.count * perFrame)
      given += [Float](repeating: 0, count: frames.count * perFrame * 3)
    }
    let isDropped = Float.random(in: 0..<1, using: &random) < plan.captionDropout
    let caption = vocabulary.read(example.caption, slotCount: slotCount).numbers
    captions += caption
    words += isDropped ? [Int32](repeating: 0, count: slotCount) : caption
  }

  func inputs(
    _ prefix: String, mean: Float, _ random: inout SeriesGenerator
  ) throws -> [String: NDArray] {
    let film = [count, frames.count, plan.height, plan.width]
    let times = TrainingBatch.times(
      count, mean: mean, deviation: plan.timeDeviation, &random)
    return [
      "\(prefix)clean": try NDArray(clean, shape: Shape(film + [3])),
      "\(prefix)given": try NDArray(given, shape: Shape(film + [3])),
      "\(prefix)mask": try NDArray(mask, shape: Shape(film + [1])),
      "\(prefix)time": NDArray(times),
      "\(prefix)words": try NDArray(words, shape: [count, slotCount]),
    ]
  }

  /// The bytes of some frames as numbers in -1…1.
  private func numbers(_ bytes: [UInt8], _ frames: [Int]) -> [Float] {
    let size = plan.height * plan.width * 3
    return frames.flatMap { (frame: Int) -> [Float] in
      bytes[frame * size..<(frame + 1) * size].map { Float($0) / 127.5 - 1 }
    }
  }
}
