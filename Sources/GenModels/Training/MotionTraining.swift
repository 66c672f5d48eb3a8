import GenTensor

/// The training of ``MotionLayers``: what belongs to which thing in a frame, and where things are in
/// each frame of a film.
public struct MotionTraining: TrainingTask {
  /// The sizes of the network, of which words are to be seen too.
  public struct Sizes: Sendable, Hashable, Codable {
    var layers: MotionLayers.Sizes
    var slotCount: Int
  }

  /// Where a thing or the ground is in a frame, as ``MotionCourse`` tells it.
  public struct Station: Sendable {
    let values: [Float]

    /// - Parameters:
    ///   - x, y: The middle of the thing, as shares of the sides.
    ///   - angle: Its turn, clockwise, radians.
    public init(x: Float, y: Float, size: Float, angle: Float) {
      values = [Float.log(max(size, 1e-3)), y, x, angle]
    }

    /// - Parameters:
    ///   - zoom: How much all is enlarged.
    ///   - pan: How far the ground went to the left, as a share of the width.
    public init(zoom: Float, pan: Float) {
      values = [Float.log(max(zoom, 1e-3)), 0, -pan * zoom]
    }
  }

  /// A thing in every frame, and how much of each pixel belongs to it, 0…255.
  public struct Thing: Sendable {
    let stations: [Station]
    let matte: [UInt8]

    public init(stations: [Station], matte: [UInt8]) {
      (self.stations, self.matte) = (stations, matte)
    }
  }

  /// A film of 24 frames with at most two things.
  public struct Example: Sendable {
    let bytes: [UInt8]
    let caption: String
    let things: [Thing]
    let ground: [Station]

    /// - Parameter bytes: Frame by frame, row by row, red, green and blue in 0…255.
    public init(bytes: [UInt8], caption: String, things: [Thing], ground: [Station]) {
      (self.bytes, self.caption, self.things, self.ground) = (bytes, caption, things, ground)
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
  ///   deviation of the noise on it; `mattes [batch, height, width, 3]` of the things and the ground;
  ///   `course [batch, 24, 11]`, from the middle frame, in the network's units, and `isThere
  ///   [batch, 11]`, 0 for the numbers of a thing that is not; `words [batch, slots]` i32.
  /// - Outputs: `loss`, the cross-entropy of mattes and the squared error of courses; `norm`.
  public func program(_ phase: TrainingPhase, weights: [String: NDArray]) throws -> Program {
    let source = WeightSource(weights, isTrainable: true, initialSeed: plan.seed)
    return try Program(source, mode: plan.mode) { graph in
      let (batch, height, width) = (phase.batchCount, plan.height, plan.width)
      let frames = graph.input("frames", [batch, height, width, 3])
      let noise = graph.randomNormal(frames.shape, seed: graph.input("seed", [], .i64))
      let level = graph.input("level", [batch]).reshaped(to: [-1, 1, 1, 1])
      let words = graph.input("words", [batch, plan.sizes.slotCount], .i32)
      let layers = try MotionLayers(WeightScope(graph), plan.sizes.layers)
      let told = layers.told(frames + level * noise, words)
      let (layerCount, valueCount) = (MotionLayers.layerCount, MotionCourse.valueCount)
      let shares = told.scores.reshaped(to: [-1, layerCount]).logSoftmax(ofSegments: [layerCount])
      let mattes = graph.input("mattes", [batch, height, width, layerCount])
        .reshaped(to: [-1, layerCount])
      let units = graph.constant(MotionCourse.scales, shape: [1, 1, valueCount])
      let course = graph.input("course", [batch, MotionCourse.frameCount, valueCount])
      let isThere = graph.input("isThere", [batch, valueCount])
        .reshaped(to: [batch, 1, valueCount])
      let error = (told.course / units - course) * isThere
      let loss = error.squared().mean() - (mattes * shares).mean() * Float(layerCount)
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
    for (place, example) in chosen.enumerated() { try check(example, at: step + place) }
    let (size, frameCount) = (plan.height * plan.width, MotionCourse.frameCount)
    var (frames, mattes, courses): ([Float], [Float], [Float]) = ([], [], [])
    var (isThere, levels, words): ([Float], [Float], [Int32]) = ([], [], [])
    for example in chosen {
      // The middle is what films are drawn around.
      let frame =
        Bool.random(using: &random)
        ? MotionCourse.middleFrame : Int.random(in: 0..<frameCount, using: &random)
      frames += example.bytes[3 * size * frame..<3 * size * (frame + 1)]
        .map { Float($0) / 127.5 - 1 }
      mattes += example.shares(in: size * frame..<size * (frame + 1))
      courses += example.course
      isThere += example.isThere
      levels.append(Float.random(in: 0...0.1, using: &random))
      let isDropped = Float.random(in: 0..<1, using: &random) < plan.captionDropout
      words +=
        isDropped
        ? [Int32](repeating: 0, count: plan.sizes.slotCount)
        : vocabulary.read(example.caption, slotCount: plan.sizes.slotCount).numbers
    }
    let (batch, valueCount) = (phase.batchCount, MotionCourse.valueCount)
    let pictures = [batch, plan.height, plan.width]
    return [
      "frames": try NDArray(frames, shape: Shape(pictures + [3])),
      "mattes": try NDArray(mattes, shape: Shape(pictures + [MotionLayers.layerCount])),
      "course": try NDArray(courses, shape: [batch, frameCount, valueCount]),
      "isThere": try NDArray(isThere, shape: [batch, valueCount]),
      "level": NDArray(levels),
      "words": try NDArray(words, shape: [batch, plan.sizes.slotCount]),
    ]
  }

  private func check(_ example: Example, at index: Int) throws {
    let (size, frameCount) = (plan.height * plan.width, MotionCourse.frameCount)
    let isWhole =
      example.bytes.count == 3 * size * frameCount && example.ground.count == frameCount
      && example.things.count <= MotionCourse.thingCount
      && example.things.allSatisfy {
        $0.matte.count == size * frameCount && $0.stations.count == frameCount
      }
    guard isWhole else {
      throw TrainingError.wrongExample(
        index: index, expected: 3 * size * frameCount, found: example.bytes.count)
    }
  }
}

extension MotionTraining.Example {
  private static let absent = [Float](repeating: 0, count: MotionCourse.thingValueCount)

  private var thingNumbers: Range<Int> { 0..<MotionCourse.thingCount }

  /// How much of each of these pixels belongs to each thing and to the ground.
  fileprivate func shares(in pixels: Range<Int>) -> [Float] {
    var shares = [Float](repeating: 0, count: MotionLayers.layerCount * pixels.count)
    for (place, pixel) in pixels.enumerated() {
      let start = MotionLayers.layerCount * place
      var rest: Float = 1
      for (number, thing) in things.enumerated() {
        let share = Float(thing.matte[pixel]) / 255
        shares[start + number] = share
        rest -= share
      }
      shares[start + MotionCourse.thingCount] = max(0, rest)
    }
    return shares
  }

  /// Where all is in each frame, seen from the middle one, in the network's units; 0 for a thing
  /// that is not there.
  fileprivate var course: [Float] {
    let frames = ground.indices.map { frame in
      thingNumbers.flatMap {
        things.indices.contains($0) ? things[$0].stations[frame].values : Self.absent
      } + ground[frame].values
    }
    let middle = frames[MotionCourse.middleFrame]
    return frames.flatMap { values in
      values.indices.map { (values[$0] - middle[$0]) / MotionCourse.scales[$0] }
    }
  }

  /// 1 for the numbers of a course that say something.
  fileprivate var isThere: [Float] {
    thingNumbers.flatMap { number in Self.absent.map { _ in number < things.count ? 1 : 0 } }
      + [Float](repeating: 1, count: MotionCourse.groundValueCount)
  }
}
