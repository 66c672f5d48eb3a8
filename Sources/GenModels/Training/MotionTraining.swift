import GenTensor

/// The training of ``MotionLayers``: what belongs to the thing that moves in a frame, and where
/// things are in each frame of a film.
public struct MotionTraining: TrainingTask {
  /// The sizes of the network, of which words are to be seen too.
  public struct Sizes: Sendable, Hashable, Codable {
    var layers: MotionLayers.Sizes
    var slotCount: Int
  }

  /// Where the thing and the ground are in a frame.
  public struct Station: Sendable {
    let values: [Float]

    /// - Parameters:
    ///   - x, y: The middle of the thing, as shares of the sides.
    ///   - angle: Its turn, clockwise, radians.
    ///   - zoom: How much all is enlarged.
    ///   - pan: How far the ground went to the left, as a share of the width.
    public init(x: Float, y: Float, size: Float, angle: Float, zoom: Float, pan: Float) {
      values = [
        Float.log(max(size, 1e-3)), y, x, angle, Float.log(max(zoom, 1e-3)), 0, -pan * zoom,
      ]
    }
  }

  /// A film of 24 frames.
  public struct Example: Sendable {
    let bytes: [UInt8]
    let matte: [UInt8]
    let caption: String
    let course: [Station]

    /// - Parameters:
    ///   - bytes: Frame by frame, row by row, red, green and blue in 0…255.
    ///   - matte: How much of each pixel belongs to what moves, 0…255.
    public init(bytes: [UInt8], matte: [UInt8], caption: String, course: [Station]) {
      (self.bytes, self.matte, self.caption, self.course) = (bytes, matte, caption, course)
    }
  }

  public let plan: TrainingPlan<Sizes>
  let vocabulary: Vocabulary

  public init(_ plan: TrainingPlan<Sizes>, vocabulary: Vocabulary) {
    (self.plan, self.vocabulary) = (plan, vocabulary)
  }

  /// A plan with the usual sizes.
  public static func plan(
    _ vocabulary: Vocabulary, slotCount: Int, phases: [TrainingPhase]
  ) -> TrainingPlan<Sizes> {
    var plan = TrainingPlan(
      sizes: Sizes(
        layers: .init(vocabularyCount: vocabulary.count), slotCount: slotCount), phases: phases)
    (plan.optimizer, plan.usesBF16) = (.adamw, false)
    return plan
  }

  public var metadata: [String: String] { ["network": "MotionLayers"] }

  /// - Inputs: `frames [batch, height, width, 3]` in -1…1, of each film one; `level [batch]`, the
  ///   deviation of the noise on it; `matte [batch, height, width, 1]`; `course [batch, 24, 7]`,
  ///   from the middle frame, in the network's units; `words [batch, slots]` i32.
  /// - Outputs: `loss`, the binary cross-entropy of mattes and the squared error of courses; `norm`.
  public func program(_ phase: TrainingPhase, weights: [String: NDArray]) throws -> Program {
    let source = WeightSource(weights, isTrainable: true, initialSeed: plan.seed)
    return try Program(source, mode: plan.mode) { graph in
      let (batch, height, width) = (phase.batchCount, plan.height, plan.width)
      let frames = graph.input("frames", [batch, height, width, 3])
      let noise = graph.randomNormal(frames.shape, seed: graph.input("seed", [], .i64))
      let level = graph.input("level", [batch]).reshaped(to: [-1, 1, 1, 1])
      let words = graph.input("words", [batch, plan.sizes.slotCount], .i32)
      let layers = try MotionLayers(WeightScope(graph), plan.sizes.layers)
      let scores = layers.matte(frames + level * noise, words)
      let matte = graph.input("matte", [batch, height, width, 1])
      let courses = [batch, MotionCourse.frameCount, MotionCourse.valueCount]
      let units = graph.constant(MotionCourse.scales, shape: [1, 1, MotionCourse.valueCount])
      let error = layers.course(words) / units - graph.input("course", Shape(courses))
      let loss = (scores.softplus() - matte * scores).mean() + error.squared().mean()
      var optimizer = AdamW()
      (optimizer.decay, optimizer.maximumNorm) = (0, 5)
      return try graph.step(loss, plan, with: optimizer)
    }
  }

  public func inputs(
    step: Int, _ phase: TrainingPhase, pool: [Example]
  ) throws -> [String: NDArray] {
    var random = SeriesGenerator(seed: plan.seed, place: UInt64(step))
    let chosen = random.places(phase.batchCount, of: pool.count).map { pool[$0] }
    let (size, frameCount) = (plan.height * plan.width, MotionCourse.frameCount)
    for example in chosen
    where example.bytes.count != 3 * size * frameCount || example.matte.count != size * frameCount
      || example.course.count != frameCount
    {
      throw TrainingError.wrongExample(
        index: step, expected: 3 * size * frameCount, found: example.bytes.count)
    }
    var (frames, mattes, courses): ([Float], [Float], [Float]) = ([], [], [])
    var (levels, words): ([Float], [Int32]) = ([], [])
    for example in chosen {
      // The middle is what films are drawn around.
      let frame =
        Bool.random(using: &random)
        ? MotionCourse.middleFrame : Int.random(in: 0..<frameCount, using: &random)
      frames += example.bytes[3 * size * frame..<3 * size * (frame + 1)]
        .map { Float($0) / 127.5 - 1 }
      mattes += example.matte[size * frame..<size * (frame + 1)].map { Float($0) / 255 }
      let middle = example.course[MotionCourse.middleFrame].values
      for station in example.course {
        courses += station.values.indices.map {
          (station.values[$0] - middle[$0]) / MotionCourse.scales[$0]
        }
      }
      levels.append(Float.random(in: 0...0.1, using: &random))
      let isDropped = Float.random(in: 0..<1, using: &random) < plan.captionDropout
      words +=
        isDropped
        ? [Int32](repeating: 0, count: plan.sizes.slotCount)
        : vocabulary.read(example.caption, slotCount: plan.sizes.slotCount).numbers
    }
    let batch = phase.batchCount
    return [
      "frames": try NDArray(frames, shape: [batch, plan.height, plan.width, 3]),
      "matte": try NDArray(mattes, shape: [batch, plan.height, plan.width, 1]),
      "course": try NDArray(courses, shape: [batch, frameCount, MotionCourse.valueCount]),
      "level": NDArray(levels),
      "words": try NDArray(words, shape: [batch, plan.sizes.slotCount]),
    ]
  }
}
