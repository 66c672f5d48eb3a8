import Foundation
import GenTensor
import GenWeights
import Synchronization
import Testing

@testable import GenModels

/// The tiny random network as a film model of six words.
@Suite struct MatineeTests {
  let matinee: Matinee
  static let words = ["a", "balloon", "red", "rising", "sea", "the"]

  init() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).txt").path
    try Self.words.joined(separator: "\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    matinee = try Matinee(
      weightsPath: Fixture.path("matinee-tiny.safetensors"), vocabularyPath: path, mode: .f32)
  }

  private func request(_ frameCount: Int = 8, seed: UInt64 = 7) -> Matinee.Request {
    var request = Matinee.Request([3, 1, 6, 0], frameCount: frameCount, seed: seed)
    (request.height, request.width) = (16, 24)
    request.legs = [.init(Euler.self, stepCount: 3)]
    return request
  }

  @Test func `the sampler follows the flow as PyTorch does`() async throws {
    let cases = try Fixture.weights("matinee-tiny-cases.safetensors")
    var request = request(1)
    request.terms = [.init(try cases.record("sampler.words").floats().map { Int32($0) })]
    request.noise = try cases.array("sampler.noise").floats
    request.legs = [.init(Euler.self, stepCount: 5)]
    (request.guidance, request.shift) = (2.5, 1.5)
    let found = try await matinee.generate(request).film.samples
    #expect(largestDifference(found, try cases.array("sampler.film").floats) < 1e-3)
  }

  @Test func `equal requests make equal films, other seeds others`() async throws {
    let first = try await matinee.generate(request()).film
    #expect(try await matinee.generate(request()).film == first)
    #expect(first.frameCount == 8 && first.samples.count == 8 * 16 * 24 * 3)
    #expect(try await matinee.generate(request(seed: 8)).film != first)
  }

  @Test func `a film is drawn around its middle, which is the picture of the same request`()
    async throws
  {
    let picture = try await matinee.generate(request(1)).film
    for (frameCount, middle, firstPatch) in [
      (2, 0, 3), (7, 4, 2), (13, 8, 1), (24, 12, 0), (30, 12, 0),
    ] {
      let whole = request(frameCount)
      let around = try whole.around(picture, patchDepth: 4)
      #expect(around.firstPatch == firstPatch)
      let conditioning = try #require(around.conditioning)
      for frame in 0..<frameCount {
        #expect(conditioning.mask[frame * 16 * 24] == (frame == middle ? 1 : 0))
        #expect(conditioning.film.samples[frame * 16 * 24 * 3] == picture.samples[0])
      }
      let shown = ShownFrames(mask: conditioning.mask, frameCount: frameCount)
      #expect(shown.sources.allSatisfy { $0 == middle })
      guard frameCount == 7 else { continue }
      var given = around
      given.conditioning = conditioning
      let expected = try await matinee.generate(given).film
      let found = try await matinee.generate(whole).film
      let perFrame = picture.samples.count
      #expect(found.samples.prefix(4 * perFrame) == expected.samples.prefix(4 * perFrame))
    }
  }

  /// Of a balloon and the sea.
  private func pair(_ frameCount: Int) -> Matinee.Request {
    var request = request(frameCount)
    request.things = [[.init([1, 2, 0, 0])], [.init([6, 5, 0, 0])]]
    return request
  }

  @Test func `two things are drawn each alone, and put together in the film's middle`()
    async throws
  {
    let (height, width) = (16, 24)
    let pair = pair(1)
    let alone = [pair.terms] + pair.things
    var pictures: [Float] = []
    for terms in alone {
      var one = request(1)
      one.terms = terms
      pictures += try await matinee.generate(one).film.samples
    }
    let together = try await StagedFrames(
      ofModel: Fixture.weights("matinee-tiny.safetensors").arrays()
    ).together(
      NDArray(pictures, shape: [3, height, width, 3]),
      words: NDArray(alone.flatMap { $0[0].words }, shape: [3, 4])
    ).floats
    #expect(try await matinee.generate(pair).film.samples == together)

    let runs = Mutex<[String]>([])
    let steps = Mutex<[Int]>([])
    var film = self.pair(8)
    film.watch = Matinee.Watch { happening in
      guard case .began(let frameCount, let thing, _) = happening else { return }
      runs.withLock { $0.append("\(frameCount) \(thing.map(String.init) ?? "all")") }
    }
    let drawn = try await matinee.generate(film) { progress in
      #expect(progress.stepCount == 12)
      steps.withLock { $0.append(progress.step) }
    }.film
    #expect(runs.withLock { $0 } == ["1 all", "1 0", "1 1", "8 all"])
    #expect(steps.withLock { $0 } == Array(1...12))
    let middle = FilmSamples(height: height, width: width, whole: together)
    let around = try await matinee.generate(request(8).around(middle, patchDepth: 4)).film
    #expect(
      drawn.samples.prefix(4 * middle.samples.count)
        == around.samples.prefix(4 * middle.samples.count))

    film = self.pair(8)
    film.start = drawn
    film.strength = 0.5
    var plain = film
    plain.things = []
    #expect(
      try await matinee.generate(film).film == (try await matinee.generate(plain).film),
      "what is there already is not drawn anew")
  }

  @Test(arguments: [false, true])
  func `a drawing that was stopped goes on and ends in the same numbers`(
    isPair: Bool
  ) async throws {
    let path = NSTemporaryDirectory() + "journal-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var request = isPair ? pair(8) : request()
    request.legs = [.init(DPMPlusPlus.self, stepCount: 6)]
    let whole = try await matinee.generate(request).film
    request.journalPath = path
    for stop in isPair ? [5, 8, 14, 20] : [2, 5, 8, 11] {
      try? FileManager.default.removeItem(atPath: path)
      let work = Task { [request] in
        try await matinee.generate(request) { progress in
          Thread.sleep(forTimeInterval: 0.11)
          if progress.step == stop { withUnsafeCurrentTask { $0?.cancel() } }
        }
      }
      await #expect(throws: CancellationError.self) { try await work.value }
      let steps = Mutex<[Int]>([])
      let film = try await matinee.generate(request) { progress in
        steps.withLock { $0.append(progress.step) }
      }.film
      #expect(film == whole, "stopped at step \(stop)")
      #expect(steps.withLock { $0.first ?? 0 } > 1, "it began again")
    }
  }

  @Test func `a watched drawing is the same film and tells what its middle attended to`()
    async throws
  {
    let maps = Mutex<[[Matinee.AttentionMap]]>([])
    var watched = request()
    watched.watch = Matinee.Watch { happening in
      guard case .asked(let question) = happening else { return }
      maps.withLock { $0.append(question.attention) }
    }
    let film = try await matinee.generate(watched).film
    #expect(film == (try await matinee.generate(request()).film))
    let found = maps.withLock { $0 }
    #expect(found.count == 6, "three steps of the middle frame, three of the film")
    for slots in found {
      #expect(slots.count == 4)
      #expect(slots.allSatisfy { ($0.width, $0.height, $0.shares.count) == (3, 2, 6) })
      for place in 0..<6 {
        let sum = slots.reduce(0) { $0 + $1.shares[place] }
        #expect(0.01..<0.99 ~= sum, "words get a part of the attention")
      }
    }
  }

  @Test func `a frame without anything given shows the nearest whole one`() {
    let frames: [[Float]] = [[0, 0], [1, 1], [0, 0], [0, 0], [1, 1], [0, 1]]
    let shown = ShownFrames(mask: frames.flatMap { $0 }, frameCount: 6)
    #expect(shown.sources == [1, 1, 1, 4, 4, 5])
    let film = (1...36).map(Float.init)
    let samples = shown.samples(of: film)
    #expect(samples[12..<18] == film[6..<12])
    #expect(samples[30..<33].allSatisfy { $0 == 0 } && samples[33...] == film[33...])
    let near: Float = 1 / 48
    let marks = [near, near, 1, 1, -near, -near, near, near, 1, 1, 0, 1]
    #expect(shown.marks == marks)
    #expect(ShownFrames(mask: [0, 1, 0, 0], frameCount: 2).sources == [0, nil])
  }

  @Test func `frames that fill no patch are drawn and left out`() async throws {
    #expect(try await matinee.generate(request(5)).film.frameCount == 5)
    #expect(try await matinee.generate(request(1)).film.frameCount == 1)
  }

  @Test func `guidance of one takes one pass and words count`() async throws {
    var plain = request()
    plain.guidance = 1
    let found = try await matinee.generate(plain).film
    plain.terms = [.init([0, 0, 0, 0])]
    #expect(try await matinee.generate(plain).film != found)
    var guided = plain
    guided.guidance = 5
    let difference = largestDifference(
      try await matinee.generate(guided).film.samples,
      try await matinee.generate(plain).film.samples)
    #expect(difference < 1e-4, "without words guidance has nothing to go toward")
  }

  @Test func `terms pull by their weights, along the frames`() async throws {
    let whole = request()
    let words = whole.terms[0].words
    let film = try await matinee.generate(whole).film
    for terms in [
      [Matinee.Term(words, from: 0.5), Matinee.Term(words, from: 0.5)],
      [Matinee.Term(words, from: 1, to: 0), Matinee.Term(words, from: 0, to: 1)],
    ] {
      var parted = whole
      parted.terms = terms
      let found = try await matinee.generate(parted).film
      #expect(largestDifference(found.samples, film.samples) < 1e-3)
    }
    var away = whole
    away.terms = [Matinee.Term(words, from: -1)]
    #expect(try await matinee.generate(away).film != film)
  }

  @Test func `given frames keep their bytes`() async throws {
    let bytes = (0..<8 * 16 * 24 * 3).map { UInt8(truncatingIfNeeded: $0 &* 37 >> 2) }
    let film = try FilmSamples(frameCount: 8, height: 16, width: 24, bytes: bytes)
    var request = request()
    request.conditioning = try FilmConditioning(film: film, givenFrames: [0, 7])
    let drawing = try await matinee.generate(request)
    let perFrame = film.samplesPerFrame
    let found = drawing.film.bytes
    for frame in 0..<8 {
      let place = frame * perFrame..<(frame + 1) * perFrame
      let isKept = found[place].elementsEqual(bytes[place])
      #expect(isKept == (frame == 0 || frame == 7))
    }
    #expect(drawing.deviation > 0)
  }

  @Test func `strength decides how much of a film is left`() async throws {
    let film = try FilmSamples(
      frameCount: 4, height: 16, width: 24, samples: [Float](repeating: 0.5, count: 4608))
    var request = request(4)
    request.start = film
    request.legs = [.init(Euler.self, stepCount: 10)]
    request.strength = 0
    #expect(try await matinee.generate(request).film == film)
    request.strength = 1
    let whole = try await matinee.generate(request).film
    request.start = nil
    #expect(try await matinee.generate(request).film == whole)
  }

  @Test func `progress counts the steps and shows the film`() async throws {
    let log = ProgressLog()
    _ = try await matinee.generate(request()) { progress in
      #expect(progress.preview.frameCount == (progress.step > 3 ? 8 : 1))
      #expect(progress.stepCount == 6)
      log.add(Double(progress.step))
    }
    #expect(log.values == [1, 2, 3, 4, 5, 6])
  }

  @Test func `a stopped task stops between two operations`() async throws {
    var long = request(96)
    long.legs = [.init(Euler.self, stepCount: 10000)]
    let asked = long
    let task = Task { try await matinee.generate(asked) }
    try await Task.sleep(for: .milliseconds(50))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func `what cannot be drawn is an error`() async throws {
    for (frames, height, width) in [
      (0, 16, 16), (97, 16, 16), (4, 12, 16), (4, 16, 264), (4, 0, 8),
    ] {
      var request = request(frames)
      (request.height, request.width) = (height, width)
      let expected = MatineeError.unusableSize(frameCount: frames, height: height, width: width)
      let asked = request
      await #expect(throws: expected) { try await matinee.generate(asked) }
    }
    var stepless = request()
    stepless.legs = []
    let asked = stepless
    await #expect(throws: MatineeError.noSteps) { try await matinee.generate(asked) }
    var other = request(4)
    other.start = try FilmSamples(
      frameCount: 1, height: 8, width: 8, samples: [Float](repeating: 0, count: 192))
    let mismatched = other
    await #expect(throws: MatineeError.wrongConditioning(expected: 4608, found: 192)) {
      try await matinee.generate(mismatched)
    }
  }

  @Test func `weights of other words are refused`() throws {
    #expect(throws: MatineeError.self) {
      try Matinee(
        weightsPath: Fixture.path("matinee-tiny.safetensors"),
        vocabularyPath: Fixture.path("upscale-tiny-x4.param"))
    }
    #expect(throws: MatineeError.unreadableVocabulary(path: "/none")) {
      try Matinee(
        weightsPath: Fixture.path("matinee-tiny.safetensors"), vocabularyPath: "/none")
    }
    #expect(throws: WeightsError.self) {
      try Matinee(
        weightsPath: Fixture.path("upscale-tiny-cases.safetensors"),
        vocabularyPath: Fixture.path("upscale-tiny-x4.param"))
    }
  }
}
