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

  @Test func `two things are put together as PyTorch puts them`() async throws {
    let words = try cases.record("pair.words")
    let found = try await StagedFrames(ofModel: network).together(
      cases.array("pair.pictures"),
      words: NDArray(words.floats().map { Int32($0) }, shape: Shape(words.shape)))
    let expected = try cases.array("pair.together")
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
      let (shown, own) = (
        staged.dropFirst(5 * pixel).prefix(3), numbers.dropFirst(3 * pixel).prefix(3)
      )
      #expect(shown.elementsEqual(own))
      #expect(staged[5 * pixel + 3] == 0 && staged[5 * pixel + 4] == 0)
    }
  }

  @Test func `a model without them says which weight is missing`() {
    let without = network.filter { $0.key != "motion.tone" }
    #expect(throws: TensorError.missingWeight("motion.tone")) { try StagedFrames(ofModel: without) }
  }
}

/// Training on films in which a white square goes right or stays, and perhaps a grey one under it
/// does as well, as the caption says of each.
@Suite struct MotionTrainingTests {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("gen-motion-\(UUID().uuidString)").path
  static let vocabulary = Vocabulary("and\ngoing\nstaying")

  static var plan: TrainingPlan<MotionTraining.Sizes> {
    var plan = MotionTraining.plan(
      vocabulary, slotCount: 3, phases: [.init(frameCount: 24, batchCount: 12, stepCount: 250)])
    (plan.sizes.layers.width, plan.sizes.layers.fine, plan.sizes.layers.middle) = (16, 8, 8)
    (plan.height, plan.width, plan.poolCount, plan.warmUpCount) = (16, 16, 24, 5)
    (plan.captionDropout, plan.averageDecay, plan.rate) = (0, 0.9, 1e-2)
    return plan
  }

  static let captions = [
    "going", "staying", "going and staying", "staying and going", "going and going",
    "staying and staying",
  ]

  /// Squares of 6 pixels whose left edge is at 1 in the first frame, and at 8 in the last where they
  /// go; the ground is lighter from the horizon down, behind the first.
  static func example(_ index: Int) -> MotionTraining.Example {
    let caption = captions[index % captions.count]
    let areGoing = caption.split(separator: " ").filter { $0 != "and" }.map { $0 == "going" }
    let tops = areGoing.count == 1 ? [5] : [2, 9]
    var bytes: [UInt8] = []
    var mattes = [[UInt8]](repeating: [], count: areGoing.count)
    var stations = [[MotionTraining.Station]](repeating: [], count: areGoing.count)
    for frame in 0..<24 {
      let lefts = areGoing.map { $0 ? 1 + 7 * frame / 23 : 5 }
      for (row, column) in (0..<256).map({ ($0 / 16, $0 % 16) }) {
        let inside = areGoing.indices.map {
          tops[$0]..<tops[$0] + 6 ~= row && lefts[$0]..<lefts[$0] + 6 ~= column
        }
        let light: UInt8 = inside[0] ? 255 : inside.last == true ? 190 : row < 8 ? 40 : 120
        bytes += [light, light, light]
        for (thing, isInside) in inside.enumerated() { mattes[thing].append(isInside ? 255 : 0) }
      }
      for (thing, left) in lefts.enumerated() {
        let y = Float(tops[thing] + 3) / 16
        stations[thing].append(.init(x: Float(left + 3) / 16, y: y, size: 6, angle: 0))
      }
    }
    return .init(
      bytes: bytes, caption: caption,
      things: zip(stations, mattes).map { .init(stations: $0, matte: $1) },
      ground: [MotionTraining.Station](repeating: .init(zoom: 1, pan: 0), count: 24))
  }

  @Test func `squares are cut out and each goes where its words say`() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let task = MotionTraining(Self.plan, vocabulary: Self.vocabulary)
    let trainer = try Trainer(task, folder: folder) { index, _ in Self.example(index) }
    try await trainer.run()
    try await trainer.export(to: "\(folder)/motion.safetensors", as: .f32)
    let weights = try Weights(path: "\(folder)/motion.safetensors").arrays()
    let staging = try StagedFrames(
      ofModel: weights.reduce(into: [:]) { $0[StagedFrames.prefix + $1.key] = $1.value })
    for (index, caption) in Self.captions.enumerated() {
      let film = Self.example(index).bytes.map { Float($0) / 127.5 - 1 }
      let staged = try await staged(film, caption, staging)
      for frame in [0, 6, 18, 23] {
        for row in Self.captions[index].contains("and") ? [4, 11] : [8] {
          let (found, wanted) = (
            Self.middle(staged, frame, row, of: 5), Self.middle(film, frame, row, of: 3)
          )
          #expect(abs(found - wanted) < 1, "\(caption), frame \(frame), row \(row)")
        }
      }
      guard index == 0 else { continue }
      // In the last frame, where the square was in the middle, there is what is beside it in its
      // rows: a blur from all sides is 0.26 off at the horizon.
      for place in (5..<11).flatMap({ row in (3..<7).map { 23 * 256 + row * 16 + $0 } }) {
        #expect(abs(staged[5 * place] - film[3 * place]) < 0.15, "\(place % 256)")
      }
    }
    try await expectTogether(staging)
  }

  /// Beside another the white square stands where the picture of both has the grey one.
  private func expectTogether(_ staging: StagedFrames) async throws {
    let captions = ["staying and staying", "staying", "staying"]
    let pictures = captions.flatMap { caption in
      Self.example(Self.captions.firstIndex(of: caption) ?? 0).bytes[12 * 768..<13 * 768]
        .map { Float($0) / 127.5 - 1 }
    }
    let found = try await staging.together(
      NDArray(pictures, shape: [3, 16, 16, 3]),
      words: NDArray(
        captions.flatMap { Self.vocabulary.read($0, slotCount: 3).numbers }, shape: [3, 3]))
    for (row, light) in [(4, Float(1)), (11, 1), (0, -0.69)] {
      #expect(abs(found.floats[3 * (row * 16 + 7)] - light) < 0.2, "row \(row)")
    }
  }

  /// The film as it is staged around its middle frame.
  private func staged(
    _ film: [Float], _ caption: String, _ staging: StagedFrames
  ) async throws -> [Float] {
    let middle = Array(film[12 * 768..<13 * 768])
    let marks = (0..<24).flatMap { (frame: Int) -> [Float] in
      let mark: Float = frame == 12 ? 1 : Float(12 - frame) / 48
      return [Float](repeating: mark, count: 256)
    }
    let words = Self.vocabulary.read(caption, slotCount: 3).numbers
    return try await staging.staged(
      given: NDArray((0..<24).flatMap { _ -> [Float] in middle }, shape: [1, 24, 16, 16, 3]),
      mask: NDArray(marks, shape: [1, 24, 16, 16, 1]),
      words: NDArray(words, shape: [1, 3]),
      numbers: Array(0..<24)
    ).floats
  }

  /// The middle of what is bright in a row of a frame.
  private static func middle(
    _ film: [Float], _ frame: Int, _ row: Int, of channelCount: Int
  ) -> Float {
    let lights = (0..<16).map { max(0, film[channelCount * (frame * 256 + row * 16 + $0)] - 0.2) }
    let sum = lights.enumerated().reduce(Float(0)) { $0 + Float($1.offset) * $1.element }
    return sum / max(lights.reduce(0, +), 1e-3)
  }

  @Test func `films of another length are refused`() throws {
    let task = MotionTraining(Self.plan, vocabulary: Self.vocabulary)
    let short = MotionTraining.Example(bytes: [1], caption: "", things: [], ground: [])
    let pool = [MotionTraining.Example](repeating: short, count: 8)
    #expect(throws: TrainingError.self) {
      try task.inputs(step: 0, Self.plan.phases[0], pool: pool)
    }
  }
}
