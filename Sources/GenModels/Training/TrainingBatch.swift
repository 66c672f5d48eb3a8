import Foundation
import GenTensor

/// What one training step is given, drawn from its number alone.
struct TrainingBatch {
  let inputs: [String: NDArray]

  /// The films that a step of a phase may choose from.
  static func films(forStep step: Int, _ plan: TrainingPlan, _ phase: TrainingPlan.Phase)
    -> Range<Int>
  {
    let start = step * phase.batchCount / max(plan.useCount, 1)
    return start..<start + max(plan.poolCount, phase.batchCount)
  }

  /// - Throws: ``TrainingError/wrongExample(index:expected:found:)``.
  init(
    step: Int, _ plan: TrainingPlan, _ phase: TrainingPlan.Phase, pool: [TrainingExample],
    vocabulary: Vocabulary
  ) throws {
    var random = SeriesGenerator(seed: plan.seed, place: UInt64(step))
    let chosen = TrainingBatch.chosen(phase.batchCount, of: pool.count, &random)
    let frame = plan.height * plan.width
    let count = phase.frameCount * frame * 3
    let seenCount = plan.seenFrameCount(phase)
    let moments = TrainingBatch.moments(plan, phase, &random)
    let parts = GivenParts(frameCount: seenCount, height: plan.height, width: plan.width)
    let time = TrainingBatch.times(
      phase.batchCount, mean: phase.timeMean ?? plan.timeMean, deviation: plan.timeDeviation,
      &random)
    var (clean, mask, words): ([Float], [Float], [Int32]) = ([], [], [])
    for index in chosen {
      let example = pool[index]
      guard example.bytes.count == count else {
        throw TrainingError.wrongExample(
          index: index, expected: count, found: example.bytes.count)
      }
      clean += TrainingBatch.seen(example.bytes, moments, frame * 3 * plan.sizes.patchDepth)
      mask +=
        phase.givesParts
        ? parts.mask(&random) : [Float](repeating: 0, count: seenCount * frame)
      let isDropped = Float.random(in: 0..<1, using: &random) < plan.captionDropout
      words +=
        isDropped
        ? [Int32](repeating: 0, count: plan.sizes.slotCount)
        : vocabulary.read(example.caption, slotCount: plan.sizes.slotCount).numbers
    }
    let film = [phase.batchCount, seenCount, plan.height, plan.width]
    let places = moments.map { ["moments": NDArray($0.map { Int32($0) })] } ?? [:]
    inputs = [
      "clean": try NDArray(clean, shape: Shape(film + [3])),
      "mask": try NDArray(mask, shape: Shape(film + [1])),
      "time": NDArray(time),
      "words": try NDArray(words, shape: [phase.batchCount, plan.sizes.slotCount]),
    ].merging(places) { $1 }
  }

  /// The patches of a film that a step sees, rising; nothing when it sees all.
  private static func moments(
    _ plan: TrainingPlan, _ phase: TrainingPlan.Phase, _ random: inout SeriesGenerator
  ) -> [Int]? {
    plan.thinning(phase).map { count, kept in
      (0..<count).shuffled(using: &random).prefix(kept).sorted()
    }
  }

  /// The bytes of some patches as numbers in -1…1.
  private static func seen(_ bytes: [UInt8], _ moments: [Int]?, _ patchSize: Int) -> [Float] {
    guard let moments else { return bytes.map { Float($0) / 127.5 - 1 } }
    return moments.flatMap { moment in
      bytes[moment * patchSize..<(moment + 1) * patchSize].map { Float($0) / 127.5 - 1 }
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

  /// Different places, chosen at random.
  private static func chosen(
    _ count: Int, of total: Int, _ random: inout SeriesGenerator
  ) -> [Int] {
    var chosen: [Int] = []
    while chosen.count < min(count, total) {
      let place = Int.random(in: 0..<total, using: &random)
      if !chosen.contains(place) { chosen.append(place) }
    }
    return chosen
  }
}
