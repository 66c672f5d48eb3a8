import Foundation
import GenTensor
import GenWeights
import Testing

@testable import GenModels

@Suite struct MotionLayersTests {
  let network: [String: NDArray]
  let cases: Weights

  init() throws {
    network = try Fixture.weights("matinee-tiny.safetensors").arrays()
    cases = try Fixture.weights("matinee-tiny-cases.safetensors")
  }

  @Test func `frames are laid where PyTorch lays them`() async throws {
    let words = try cases.record("motion.words")
    let found = try await StagedFrames(ofModel: network).staged(
      given: cases.array("motion.given"), mask: cases.array("motion.mask"),
      words: NDArray(words.floats().map { Int32($0) }, shape: Shape(words.shape)),
      numbers: cases.array("motion.numbers").floats.map { Int($0) })
    let expected = try cases.array("motion.staged")
    #expect(found.shape == expected.shape)
    #expect(largestDifference(found.floats, expected.floats) < 1e-4)
  }

  @Test func `a still is shown as it is given`() async throws {
    let given = try NDArray(normal: [1, 1, 8, 8, 3], seed: 2)
    let found = try await StagedFrames(ofModel: network).staged(
      given: given, mask: NDArray(zeros: [1, 1, 8, 8, 1]), words: NDArray(zeros: [1, 4], .i32),
      numbers: [0])
    let (numbers, staged) = (given.floats, found.floats)
    for pixel in 0..<64 {
      #expect(Array(staged[5 * pixel..<5 * pixel + 3]) == Array(numbers[3 * pixel..<3 * pixel + 3]))
      #expect(staged[5 * pixel + 3] == 0 && staged[5 * pixel + 4] == 0)
    }
  }

  @Test func `a model without them says which weight is missing`() {
    let without = network.filter { $0.key != "motion.tone" }
    #expect(throws: TensorError.missingWeight("motion.tone")) { try StagedFrames(ofModel: without) }
  }
}

/// Training on films in which a white square goes right when the caption says so.
@Suite struct MotionTrainingTests {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("gen-motion-\(UUID().uuidString)").path
  static let vocabulary = Vocabulary("going\nstaying")

  static var plan: TrainingPlan<MotionTraining.Sizes> {
    var plan = MotionTraining.plan(
      vocabulary, slotCount: 2, phases: [.init(frameCount: 24, batchCount: 8, stepCount: 150)])
    (plan.sizes.layers.width, plan.sizes.layers.fine, plan.sizes.layers.middle) = (16, 8, 8)
    (plan.height, plan.width, plan.poolCount, plan.warmUpCount) = (16, 16, 16, 5)
    (plan.captionDropout, plan.averageDecay, plan.rate) = (0, 0.9, 1e-2)
    return plan
  }

  /// A square of 6 pixels whose left edge is at 1 in the first frame, and at 8 in the last where it
  /// goes; the ground is lighter from the horizon down, behind the square.
  static func example(_ index: Int) -> MotionTraining.Example {
    let isGoing = index.isMultiple(of: 2)
    var (bytes, matte): ([UInt8], [UInt8]) = ([], [])
    var course: [MotionTraining.Station] = []
    for frame in 0..<24 {
      let left = isGoing ? 1 + 7 * frame / 23 : 5
      for row in 0..<16 {
        for column in 0..<16 {
          let isInside = 5..<11 ~= row && left..<left + 6 ~= column
          bytes += [UInt8](repeating: isInside ? 255 : row < 8 ? 40 : 120, count: 3)
          matte.append(isInside ? 255 : 0)
        }
      }
      course.append(
        .init(x: Float(left + 3) / 16, y: 0.5, size: 6, angle: 0, zoom: 1, pan: 0))
    }
    return .init(bytes: bytes, matte: matte, caption: isGoing ? "going" : "staying", course: course)
  }

  @Test func `a square is cut out and goes where its word says`() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let task = MotionTraining(Self.plan, vocabulary: Self.vocabulary)
    let trainer = try Trainer(task, folder: folder) { index, _ in Self.example(index) }
    try await trainer.run()
    try await trainer.export(to: "\(folder)/motion.safetensors", as: .f32)
    let weights = try Weights(path: "\(folder)/motion.safetensors").arrays()
    let staging = try StagedFrames(
      ofModel: weights.reduce(into: [:]) { $0[StagedFrames.prefix + $1.key] = $1.value })
    let film = Self.example(0).bytes.map { Float($0) / 127.5 - 1 }
    let middle = Array(film[12 * 768..<13 * 768])
    let marks = (0..<24).flatMap { frame in
      [Float](repeating: frame == 12 ? 1 : Float(12 - frame) / 48, count: 256)
    }
    let staged = try await staging.staged(
      given: NDArray((0..<24).flatMap { _ in middle }, shape: [1, 24, 16, 16, 3]),
      mask: NDArray(marks, shape: [1, 24, 16, 16, 1]),
      words: NDArray(Self.vocabulary.read("going", slotCount: 2).numbers, shape: [1, 2]),
      numbers: Array(0..<24)
    ).floats
    for frame in [0, 6, 18, 23] {
      var (found, wanted): (Float, Float) = (0, 0)
      for column in 0..<16 {
        let place = (frame * 256 + 8 * 16 + column)
        found += staged[5 * place + 3] * Float(column)
        wanted += (film[3 * place] > 0 ? 1 : 0) * Float(column)
      }
      #expect(abs(found / 6 - wanted / 6) < 1, "frame \(frame): \(found / 6), \(wanted / 6)")
    }
    // In the last frame, where the square was in the middle, there is what is beside it in its rows:
    // a blur from all sides is 0.26 off at the horizon.
    for place in (5..<11).flatMap({ row in (3..<7).map { 23 * 256 + row * 16 + $0 } }) {
      #expect(abs(staged[5 * place] - film[3 * place]) < 0.15, "\(place % 256)")
    }
  }

  @Test func `films of another length are refused`() throws {
    let task = MotionTraining(Self.plan, vocabulary: Self.vocabulary)
    let short = MotionTraining.Example(bytes: [1], matte: [1], caption: "", course: [])
    let pool = [MotionTraining.Example](repeating: short, count: 8)
    #expect(throws: TrainingError.self) {
      try task.inputs(step: 0, Self.plan.phases[0], pool: pool)
    }
  }
}
