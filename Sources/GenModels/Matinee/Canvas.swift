import GenTensor

/// The space that one request is drawn in: its frames rounded up to whole patches, and what is
/// given there.
struct Canvas: Sendable {
  /// 1, or a multiple of the frames in a patch.
  let frameCount: Int
  let height: Int
  let width: Int
  /// What of the given is shown in each frame, and what is told of it.
  let given: [Float]
  let mask: [Float]
  /// The given where it went to, five numbers for each pixel; see ``MotionLayers``.
  var staged: [Float] = []
  private let wantedCount: Int
  private let seed: UInt64
  private let startFilm: [Float]?
  private let givenNoise: [Float]?

  /// - Throws: ``MatineeError``.
  init(_ request: Matinee.Request, _ sizes: GridTransformerSizes) throws {
    let (height, width, wanted) = (request.height, request.width, request.frameCount)
    let isUsable =
      1...96 ~= wanted && [height, width].allSatisfy { 8...256 ~= $0 && $0.isMultiple(of: 8) }
    guard isUsable else {
      throw MatineeError.unusableSize(frameCount: wanted, height: height, width: width)
    }
    guard !request.terms.isEmpty else { throw MatineeError.noSteps }
    for term in request.terms where term.words.count != sizes.slotCount {
      throw MatineeError.wrongConditioning(expected: sizes.slotCount, found: term.words.count)
    }
    let depth = sizes.patchDepth
    let frameCount = wanted == 1 ? 1 : (wanted + depth - 1) / depth * depth
    let count = frameCount * height * width
    func filled(_ numbers: [Float]?, _ perPixel: Int) throws -> [Float]? {
      guard let numbers else { return nil }
      let expected = wanted * height * width * perPixel
      guard numbers.count == expected else {
        throw MatineeError.wrongConditioning(expected: expected, found: numbers.count)
      }
      let last = Array(numbers.suffix(height * width * perPixel))
      return (wanted..<frameCount).reduce(numbers) { film, _ in film + last }
    }
    (self.frameCount, self.height, self.width) = (frameCount, height, width)
    wantedCount = wanted
    seed = request.seed
    let conditioning = request.conditioning
    if let mask = try filled(conditioning?.mask, 1),
      let film = try filled(conditioning?.film.samples, 3)
    {
      let shown = ShownFrames(mask: mask, frameCount: frameCount)
      (self.mask, given) = (shown.marks, shown.samples(of: film))
    } else {
      mask = [Float](repeating: 0, count: count)
      given = [Float](repeating: 0, count: count * 3)
    }
    startFilm = try filled(request.start?.samples, 3)
    givenNoise = try filled(request.noise, 3)
  }

  var shape: [Int] { [frameCount, height, width, 3] }

  /// Philox numbers of the seed, one for each sample of the canvas.
  func noise() throws -> [Float] {
    try givenNoise ?? NDArray(normal: Shape(shape), seed: seed).floats
  }

  /// The sample at a time: all noise at 0, or mixed with the film to start from.
  func start(at time: Float) throws -> [Float] {
    let noise = try noise()
    guard let startFilm, time > 0 else { return noise }
    return noise.indices.map { time * startFilm[$0] + (1 - time) * noise[$0] }
  }

  /// The frames that were asked for.
  func trimmed(_ samples: [Float]) -> FilmSamples {
    FilmSamples(
      height: height, width: width,
      whole: Array(samples.prefix(wantedCount * height * width * 3)))
  }
}

extension FilmSamples {
  /// - Requires: whole frames.
  init(height: Int, width: Int, whole samples: [Float]) {
    frameCount = samples.count / (height * width * 3)
    (self.height, self.width, self.samples) = (height, width, samples)
  }
}
