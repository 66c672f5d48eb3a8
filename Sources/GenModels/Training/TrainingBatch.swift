import Foundation
import GenTensor

/// What one training step is given, drawn from its number alone.
struct TrainingBatch {
  let inputs: [String: NDArray]

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
      moments.map { $0.flatMap { $0 * depth..<($0 + 1) * depth } } ?? Array(0..<phase.frameCount)
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
      let normal = Float(Double.normalQuantile(min(max(share, 1e-4), 1 - 1e-4)))
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
  private var (course, isKnown): ([Float], [Float]) = ([], [])

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
        mask += whole[frame * perFrame..<(frame + 1) * perFrame]
        given += shown[frame * perFrame * 3..<(frame + 1) * perFrame * 3]
        clean += film[frame * perFrame * 3..<(frame + 1) * perFrame * 3]
        addCourse(example.course, of: frame, from: shownFrames.sources[frame])
      }
    } else {
      clean += numbers(example.bytes, frames)
      mask += [Float](repeating: 0, count: frames.count * perFrame)
      given += [Float](repeating: 0, count: frames.count * perFrame * 3)
      for frame in frames { addCourse([], of: frame, from: nil) }
    }
    let isDropped = Float.random(in: 0..<1, using: &random) < plan.captionDropout
    words +=
      isDropped
      ? [Int32](repeating: 0, count: slotCount)
      : vocabulary.read(example.caption, slotCount: slotCount).numbers
  }

  /// The size and the place, as ``MovedFrames`` has them, that lay what moves in the frame that is
  /// shown over what it is in another.
  private mutating func addCourse(_ course: [SIMD3<Float>], of frame: Int, from source: Int?) {
    guard let source, source != frame, frame < course.count, source < course.count else {
      self.course += [0, 0, 0]
      isKnown.append(0)
      return
    }
    let (now, then) = (course[frame], course[source])
    let ratio = then.z / max(now.z, 1)
    let middle = SIMD2(Float(plan.width), Float(plan.height)) / 2
    let shift =
      (SIMD2(now.x, now.y) - middle) * ratio - (SIMD2(then.x, then.y) - middle)
    let places = shift / (2 * middle * MovedFrames.reach)
    let wanted = SIMD3((ratio - 1) / MovedFrames.growth, places.y, places.x)
    let bounded = wanted.clamped(
      lowerBound: SIMD3(repeating: -0.95), upperBound: SIMD3(repeating: 0.95))
    self.course += [bounded.x, bounded.y, bounded.z]
    isKnown.append(1)
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
    ].merging(
      frames.count > 1
        ? [
          "\(prefix)course": try NDArray(course, shape: [count, frames.count, 3]),
          "\(prefix)isKnown": try NDArray(isKnown, shape: [count, frames.count, 1]),
        ] : [:]
    ) { $1 }
  }

  /// The bytes of some frames as numbers in -1…1.
  private func numbers(_ bytes: [UInt8], _ frames: [Int]) -> [Float] {
    let size = plan.height * plan.width * 3
    return frames.flatMap { frame in
      bytes[frame * size..<(frame + 1) * size].map { Float($0) / 127.5 - 1 }
    }
  }
}
