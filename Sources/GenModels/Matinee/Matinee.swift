import Foundation
import GenTensor
import GenWeights

/// The film model: a sentence becomes a film, a picture moves, a film goes on.
///
///     let matinee = try Matinee(weightsPath: path, vocabularyPath: words)
///     let reading = matinee.read("a red balloon rising over the sea")
///     let drawing = try await matinee.generate(.init(reading.numbers, frameCount: 24, seed: 7))
///
/// - Source: Ho & Salimans 2022, arXiv:2207.12598v1, equation 6 (guidance, both passes in one
///   batch).
public actor Matinee {
  public nonisolated let vocabulary: Vocabulary
  nonisolated let sizes: GridTransformerSizes
  private let weights: [String: NDArray]
  private let staging: StagedFrames
  private let mode: NumericMode
  private var programs: [Key: Program] = [:]

  /// How much more of what is staged is taken over than training found likely to be right: a network
  /// that learned by squared errors hedges, in every frame in another way, and what is copied holds
  /// still.
  private static let loyalty: Float = 4

  private struct Key: Hashable {
    let batch: Int
    let frameCount: Int
    let height: Int
    let width: Int
    let firstPatch: Int
    let isWatched: Bool
  }

  /// What to draw.
  public struct Request: Sendable {
    /// What is wanted, and with weights below zero what is not; each pulls the drawing its way.
    public var terms: [Term]
    /// Where two things are asked for, the terms of each alone: the picture of both is put together
    /// from those of each, because a network that draws both at once mixes them up.
    public var things: [[Term]] = []
    public var frameCount: Int
    /// Pixels; multiples of 8.
    public var height = 64
    public var width = 64
    public var seed: UInt64
    public var legs = [Trajectory.Leg(Euler.self, stepCount: 20)]
    /// How far to go from what is drawn without words toward what is drawn with them; 1 stays with
    /// the words.
    public var guidance: Float = 3
    /// Above 1 spends more steps near the noise; where it is nil, films do, because frames have to
    /// agree while there is still noise.
    public var shift: Float?
    public var conditioning: FilmConditioning?
    /// A film to start from, where less than all of the noise is put on.
    public var start: FilmSamples?
    /// The share of the schedule that is run from `start`: 0 keeps it, 1 forgets it.
    public var strength: Float = 1
    public var watch: Watch?
    /// A file of the drawing's own: what a drawing that is stopped has reached is kept there, and the
    /// next one of the same request goes on from it. A watched drawing begins at the beginning.
    public var journalPath: String?
    /// Numbers to start from instead of those of the seed.
    var noise: [Float]?
    /// The place of the first patch among those of a whole film.
    var firstPatch = 0
    /// Which of ``things`` it draws alone.
    var thing: Int?

    public init(_ words: [Int32], frameCount: Int, seed: UInt64) {
      (terms, self.frameCount, self.seed) = ([Term(words)], frameCount, seed)
    }
  }

  /// A part of a prompt with its pull.
  public struct Term: Sendable {
    /// Numbers of its words, one for each slot.
    public let words: [Int32]
    /// The pull on the first and on the last frame; between them it changes evenly.
    public let weights: (first: Float, last: Float)

    public init(_ words: [Int32], from first: Float = 1, to last: Float? = nil) {
      self.words = words
      weights = (first, last ?? first)
    }

    func weight(atFrame frame: Int, of count: Int) -> Float {
      let share = count > 1 ? Float(frame) / Float(count - 1) : 0
      return weights.first + share * (weights.last - weights.first)
    }
  }

  /// What was drawn.
  public struct Drawing: Sendable {
    public let film: FilmSamples
    /// How far the network's own drawing was from what was given, before that was put back: the
    /// root of the mean squared difference, in 0…255.
    public let deviation: Double
  }

  /// What a step may tell: how many of how many, and the clean film as the network sees it now.
  public struct Progress: Sendable {
    public let step: Int
    public let stepCount: Int
    public let preview: FilmSamples
  }

  /// - Throws: ``WeightsError``; ``MatineeError/unusableWeights(path:reason:)``.
  public init(weightsPath: String, vocabularyPath: String, mode: NumericMode = .bf16) throws {
    let weights = try MixedWeights(models: [(Weights(path: weightsPath), 1)])
    try self.init(weights, vocabulary: Vocabulary(path: vocabularyPath), mode: mode)
  }

  /// - Throws: ``MatineeError/unusableWeights(path:reason:)``; ``WeightsError``.
  public init(
    _ weights: MixedWeights, vocabulary: Vocabulary, mode: NumericMode = .bf16
  ) throws {
    let sizes = try GridTransformerSizes(weights.first)
    try self.init(weights: weights.arrays, sizes: sizes, vocabulary: vocabulary, mode: mode)
    guard sizes.vocabularyCount == vocabulary.count else {
      throw MatineeError.unusableWeights(
        path: weights.first.path,
        reason: "it knows \(sizes.vocabularyCount - 1) words, its vocabulary has "
          + "\(vocabulary.words.count)")
    }
  }

  init(
    weights: [String: NDArray], sizes: GridTransformerSizes, vocabulary: Vocabulary,
    mode: NumericMode
  ) throws {
    staging = try StagedFrames(ofModel: weights)
    (self.weights, self.sizes, self.vocabulary, self.mode) = (weights, sizes, vocabulary, mode)
  }

  /// What of a film model's weights ``FilmTraining`` does not train.
  public static func motionWeights(of weights: Weights) throws -> [String: NDArray] {
    StagedFrames.own(try weights.arrays())
  }

  /// A prompt as the model sees it.
  public nonisolated func read(_ prompt: String) -> Vocabulary.Reading {
    vocabulary.read(prompt, slotCount: sizes.slotCount)
  }

  /// Draws a film; stops within one operation of the network when the task is cancelled.
  ///
  /// Where nothing of a film is given, its middle frame is drawn first, as a picture of the same
  /// request is; where two things are asked for, each alone after it.
  ///
  /// - Throws: ``MatineeError``, ``TensorError``, `CancellationError`.
  public func generate(
    _ request: Request, progress: @Sendable (Progress) -> Void = { _ in }
  ) async throws -> Drawing {
    var journal = DrawingJournal(path: request.watch == nil ? request.journalPath : nil)
    if let conditioning = request.conditioning {
      let film = try await draw(request, &journal, progress: progress)
      return Drawing(
        film: conditioning.restoring(film), deviation: conditioning.deviation(of: film))
    }
    _ = try Canvas(request, sizes)  // nothing is drawn for a request that cannot be met
    let isPicture = request.frameCount == 1
    let asked = (isPicture ? request : request.keyFrame).pictures
    let drawingCount = asked.count + (isPicture ? 0 : 1)
    var pictures: [FilmSamples] = []
    for (number, one) in asked.enumerated() {
      if let known = journal.takePicture(of: one) {
        pictures.append(known)
      } else {
        pictures.append(
          try await draw(one, &journal) { progress($0.inDrawing(number, of: drawingCount)) })
        journal.note(picture: pictures[number])
      }
    }
    let picture = try await together(pictures, of: asked)
    guard !isPicture else { return Drawing(film: picture, deviation: 0) }
    let around = try request.around(picture, patchDepth: sizes.patchDepth)
    let film = try await draw(around, &journal) {
      progress($0.inDrawing(asked.count, of: drawingCount))
    }
    return Drawing(film: film, deviation: 0)
  }

  /// One picture from a picture of two things and one of each alone.
  private func together(
    _ pictures: [FilmSamples], of requests: [Request]
  ) async throws -> FilmSamples {
    guard pictures.count > 1 else { return pictures[0] }
    let (height, width) = (pictures[0].height, pictures[0].width)
    let whole = try await staging.together(
      NDArray(pictures.flatMap(\.samples), shape: [pictures.count, height, width, 3]),
      words: NDArray(
        requests.flatMap(\.leadingWords), shape: [pictures.count, sizes.slotCount]))
    return FilmSamples(height: height, width: width, whole: whole.floats)
  }

  private func draw(
    _ request: Request, _ journal: inout DrawingJournal, progress: @Sendable (Progress) -> Void
  ) async throws -> FilmSamples {
    guard request.legs.contains(where: { $0.stepCount > 0 }) else { throw MatineeError.noSteps }
    let canvas = try await staged(Canvas(request, sizes), request)
    let strength = request.start == nil ? 1 : request.strength
    let shift = request.shift ?? (request.frameCount > 1 ? 3 : 1)
    let schedule = FlowSchedule(
      stepCount: request.legs.reduce(0) { $0 + max(0, $1.stepCount) }, shift: shift)
    let startTime = schedule.starting(atStrength: strength).times.first ?? 1
    let trajectory = Trajectory(
      from: try canvas.start(at: startTime), legs: request.legs, shift: shift, strength: strength,
      resuming: journal.takeWaypoint(),
      predict: { try await self.clean($0, at: $1, request, canvas) })
    var drawn = trajectory.startSample
    request.watch?.tell(
      .began(frameCount: request.frameCount, thing: request.thing, startTime: startTime))
    for try await step in trajectory {
      drawn = step.sample
      journal.note(step.waypoint)
      request.watch?.tell(
        .stepped(step.sampler, time: step.time, sample: canvas.middle(drawn)))
      progress(
        Progress(
          step: step.number, stepCount: step.count, preview: canvas.trimmed(step.clean)))
    }
    return canvas.trimmed(drawn)
  }

  /// The clean film that the network sees behind a sample: all terms and the pass without words in
  /// one batch.
  ///
  /// - Source: Liu et al. 2022, arXiv:2206.01714v6, equation 11 (several conditions).
  private func clean(
    _ sample: [Float], at time: Float, _ request: Request, _ canvas: Canvas
  ) async throws -> [Float] {
    let isPlain =
      request.guidance == 1 && request.terms.count == 1 && request.terms[0].weights == (1, 1)
    let empty = [Int32](repeating: 0, count: sizes.slotCount)
    let words = request.terms.map(\.words) + (isPlain ? [] : [empty])
    let answer = try await ask(sample, at: time, words, request, canvas)
    let found = answer.clean
    let result = isPlain ? found : guided(found, request, canvas)
    guard let watch = request.watch else { return result }
    let asides = (isPlain ? [empty] : []) + (request.frameCount == 1 ? watch.asides : [])
    let aside =
      asides.isEmpty
      ? [] : canvas.middles(try await ask(sample, at: time, asides, request, canvas).clean)
    let answers = canvas.middles(found) + aside
    let termCount = request.terms.count
    let weights = request.terms.map {
      $0.weight(atFrame: request.frameCount / 2, of: request.frameCount)
    }
    watch.tell(
      .asked(
        Question(
          given: canvas.middle(sample), withTerms: Array(answers.prefix(termCount)),
          weights: weights, guidance: request.guidance, withoutWords: answers[termCount],
          guided: canvas.middle(result),
          asides: Array(answers.dropFirst(termCount + 1)),
          attention: canvas.middleMaps(answer.attention, slotCount: sizes.slotCount),
          count: words.count)))
    return result
  }

  /// The clean films that the network sees behind a sample, with each of several rows of words; of a
  /// watched drawing also what the first film's tokens attended to.
  private func ask(
    _ sample: [Float], at time: Float, _ words: [[Int32]], _ request: Request, _ canvas: Canvas
  ) async throws -> (clean: [Float], attention: [Float]) {
    let batch = words.count
    let program = try program(
      batch: batch, canvas, firstPatch: request.firstPatch, isWatched: request.watch != nil)
    func repeated<Element: ArrayElement>(_ one: [Element], _ shape: [Int]) throws -> NDArray {
      try NDArray((0..<batch).flatMap { _ in one }, shape: Shape([batch] + shape))
    }
    let output = try await program.run([
      "film": repeated(sample, canvas.shape), "given": repeated(canvas.given, canvas.shape),
      "mask": repeated(canvas.mask, canvas.shape.dropLast() + [1]),
      "staged": repeated(canvas.staged, canvas.shape.dropLast() + [5]),
      "time": repeated([time], []),
      "words": NDArray(words.flatMap { $0 }, shape: [batch, sizes.slotCount]),
    ])
    let attention = output["attention"]?.floats ?? []
    return (
      output["output"]?.floats ?? (0..<batch).flatMap { _ in sample },
      Array(attention.prefix(attention.count / batch))
    )
  }

  /// The pass without words, moved by what each term adds to it.
  private func guided(_ found: [Float], _ request: Request, _ canvas: Canvas) -> [Float] {
    let count = found.count / (request.terms.count + 1)
    let perFrame = count / canvas.frameCount
    var result = Array(found.suffix(count))
    let free = result
    for (index, term) in request.terms.enumerated() {
      for frame in 0..<canvas.frameCount {
        let pull = request.guidance * term.weight(atFrame: frame, of: request.frameCount)
        for place in frame * perFrame..<(frame + 1) * perFrame {
          result[place] += pull * (found[index * count + place] - free[place])
        }
      }
    }
    return result
  }

  /// The canvas with what is shown of the given where the words say that it is.
  private func staged(_ canvas: Canvas, _ request: Request) async throws -> Canvas {
    let words = request.leadingWords
    let start = request.firstPatch * sizes.patchDepth
    var canvas = canvas
    canvas.staged = try await staging.staged(
      given: NDArray(canvas.given, shape: Shape([1] + canvas.shape)),
      mask: NDArray(canvas.mask, shape: Shape([1] + canvas.shape.dropLast() + [1])),
      words: NDArray(words, shape: [1, words.count]),
      numbers: Array(start..<start + canvas.frameCount)
    ).floats
    return canvas
  }

  func program(
    batch: Int, _ canvas: Canvas, firstPatch: Int, isWatched: Bool = false
  ) throws -> Program {
    let key = Key(
      batch: batch, frameCount: canvas.frameCount, height: canvas.height, width: canvas.width,
      firstPatch: firstPatch, isWatched: isWatched)
    if let known = programs[key] { return known }
    let film = [batch] + canvas.shape
    let program = try Program(WeightSource(weights), mode: mode) { graph in
      let network = try GridTransformer(WeightScope(graph), sizes)
      let attention = isWatched ? AttentionWatch(ofFirst: sizes.slotCount) : nil
      let clean = network(
        graph.input("film", Shape(film)), given: graph.input("given", Shape(film)),
        mask: graph.input("mask", Shape(film.dropLast() + [1])),
        staged: graph.input("staged", Shape(film.dropLast() + [5])),
        time: graph.input("time", [batch]),
        words: graph.input("words", [batch, sizes.slotCount], .i32),
        moments: .following(first: firstPatch), loyalty: Self.loyalty, attention: attention)
      return .init([("output", clean)] + (attention?.mean.map { [("attention", $0)] } ?? []))
    }
    if programs.count >= 4 { programs.removeAll() }
    programs[key] = program
    return program
  }
}
