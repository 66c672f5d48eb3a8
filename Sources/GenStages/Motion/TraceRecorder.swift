import GenMedia
import GenModels
import GenPipeline
import Synchronization

/// A word of a prompt's first sentence whose part in a drawing is to be found.
struct WatchedWord: Sendable {
  let word: String
  /// The numbers of the sentence without it.
  let others: [Int32]
  /// Where it stands in the sentence.
  let slots: [Int]
}

/// Writes down what happens in the drawings of a task: see ``Trace``.
final class TraceRecorder: Sendable {
  /// The recorder of the drawings that this task does; nil when nobody looks.
  @TaskLocal static var current: TraceRecorder?

  fileprivate struct State {
    var draws = ""
    var time: Float = 0
    var questions: [Matinee.Question] = []
    var questionCount = 0
    var previous: (sampler: String, now: Float, clean: Float)?
    var steps: [Trace.Step] = []
    fileprivate var words = WordEffects()
    var guidance: Float = 0
  }

  private let state = Mutex(State())

  /// Lets a drawing be watched.
  ///
  func watch(_ request: inout Matinee.Request, words: [WatchedWord]) {
    state.withLock { [request] state in
      state.guidance = request.guidance
      if state.words.isEmpty { state.words = WordEffects(words) }
    }
    request.watch = Matinee.Watch(asides: words.map(\.others)) { happening in
      self.state.withLock { $0.note(happening) }
    }
  }

  /// What was seen until now; nil when nothing was drawn in steps.
  func trace(of verb: String, picture: Image) -> Trace? {
    state.withLock { state in
      Trace(
        verb: verb, picture: picture, guidance: state.guidance.decimal,
        questions: state.questionCount, steps: state.steps, words: state.words.found)
    }
  }
}

extension TraceRecorder.State {
  mutating func note(_ happening: Matinee.Happening) {
    switch happening {
    case .began(let frameCount, let thing, let startTime):
      let alone = thing.map { $0 == 0 ? "first thing" : "second thing" }
      draws = alone ?? (frameCount == 1 ? "picture" : "film")
      (time, previous) = (startTime, nil)
    case .asked(let question):
      if questions.isEmpty { words.add(question) }
      questions.append(question)
      questionCount += question.count
    case .stepped(let sampler, let then, let sample):
      if let step = step(sampler, then, sample) { steps.append(step) }
      previous = questions.first.map { (sampler.name, time, $0.guided.middlePixel) }
      (time, questions) = (then, [])
    }
  }

  private func step(
    _ sampler: any Sampler.Type, _ then: Float, _ sample: FilmSamples
  ) -> Trace.Step? {
    guard let asked = questions.first, let given = asked.given.image(at: 0),
      let words = asked.withTerms.first, let withWords = words.image(at: 0),
      let withoutWords = asked.withoutWords.image(at: 0),
      let predicted = asked.guided.image(at: 0), let after = sample.image(at: 0)
    else { return nil }
    let later = questions.dropFirst()
    let stepped = SteppedNumber(
      from: time, to: then, given: asked.given.middlePixel, clean: asked.guided.middlePixel,
      later: later.first?.guided.middlePixel,
      previous: previous.flatMap { $0.sampler == sampler.name ? ($0.now, $0.clean) : nil })
    let formula = sampler.formula(of: stepped)
    return Trace.Step(
      number: steps.count + 1, draws: draws, sampler: sampler.name, time: time.decimal,
      next: then.decimal, given: given, withWords: withWords, withoutWords: withoutWords,
      others: asked.withTerms.dropFirst().compactMap { $0.image(at: 0) }, predicted: predicted,
      later: later.compactMap { $0.guided.image(at: 0) }, sample: after,
      pixel: Trace.Pixel(
        given: stepped.given.decimal, withWords: words.middlePixel.decimal,
        withoutWords: asked.withoutWords.middlePixel.decimal, predicted: stepped.clean.decimal,
        sample: sample.middlePixel.decimal),
      formula: guidanceFormula(asked) + "\n" + formula.symbols + "\n" + formula.numbers)
  }

  /// How the answers became one: symbols, and the numbers of the middle pixel.
  ///
  /// - Source: see ``Matinee``, equation 6 of Ho & Salimans, with a pull for each part of a prompt.
  private func guidanceFormula(_ asked: Matinee.Question) -> String {
    let free = asked.withoutWords.middlePixel
    let pulls = zip(asked.weights, asked.withTerms).map { weight, answer in
      "\((asked.guidance * weight).asTerm) · (\(answer.middlePixel.fourDigits) − \(free.asTerm))"
    }
    return "x̂ = x̂₀ + g · (x̂ₚ − x̂₀)" + (pulls.count > 1 ? " + … for each part of the prompt" : "")
      + "\n\(free.fourDigits) + \(pulls.joined(separator: " + ")) "
      + "= \(asked.guided.middlePixel.fourDigits)"
  }
}

/// What each word did, place by place, summed over the steps: how far it moved what the network saw,
/// and how much attention it got.
private struct WordEffects {
  private var words: [WatchedWord] = []
  private var changes = PlaceSums()
  private var attention = PlaceSums()

  init(_ words: [WatchedWord] = []) { self.words = words }

  var isEmpty: Bool { words.isEmpty }

  mutating func add(_ question: Matinee.Question) {
    guard let full = question.withTerms.first, !words.isEmpty,
      question.asides.count == words.count
    else { return }
    changes.add(
      question.asides.map { $0.change(from: full) }, width: full.width, height: full.height)
    guard let map = question.attention.first else { return }
    attention.add(
      words.map { word in
        word.slots.reduce([Float](repeating: 0, count: map.shares.count)) { sum, slot in
          guard question.attention.indices.contains(slot) else { return sum }
          return zip(sum, question.attention[slot].shares).map(+)
        }
      }, width: map.width, height: map.height)
  }

  /// What was found of each word; the maps of one kind are all on one scale.
  var found: [Trace.Word] {
    zip(words, zip(changes.maps, attention.maps)).map { word, maps in
      Trace.Word(
        word: word.word, attention: maps.1.picture, share: maps.1.mean, map: maps.0.picture,
        change: maps.0.mean * 127.5)
    }
  }
}

/// Numbers for each place of a picture, one row of places for each word, added up.
private struct PlaceSums {
  private var sums: [[Float]] = []
  private var count = 0
  private var size = (width: 1, height: 1)

  mutating func add(_ rows: [[Float]], width: Int, height: Int) {
    sums = sums.isEmpty ? rows : zip(sums, rows).map { zip($0, $1).map(+) }
    size = (width, height)
    count += 1
  }

  /// The mean of each row, and the row as a picture in which the smallest number of all is black and
  /// the largest white.
  var maps: [(picture: Image, mean: Double)] {
    let (least, most) = (
      sums.lazy.compactMap { $0.min() }.min() ?? 0, sums.lazy.compactMap { $0.max() }.max() ?? 0
    )
    guard count > 0, most > least else { return [] }
    return sums.compactMap { sum in
      let grey = sum.map { UInt8((($0 - least) / (most - least) * 255).rounded()) }
      let mean = sum.reduce(0) { $0 + Double($1) } / Double(sum.count * count)
      return Image(width: size.width, height: size.height, channelCount: 1, pixels: grey)
        .map { ($0, mean) }
    }
  }
}

extension FilmSamples {
  /// Red in the middle of the first frame.
  fileprivate var middlePixel: Float { samples[(height / 2 * width + width / 2) * 3] }

  /// The mean difference of the three channels, for each pixel.
  fileprivate func change(from other: FilmSamples) -> [Float] {
    stride(from: 0, to: samples.count, by: 3).map { start in
      (start..<start + 3).reduce(0) { $0 + abs(samples[$1] - other.samples[$1]) } / 3
    }
  }
}

extension Float {
  /// The number that its shortest writing means, so that a program sees 0.05 as 0.05.
  fileprivate var decimal: Double { Double("\(self)") ?? Double(self) }
}
