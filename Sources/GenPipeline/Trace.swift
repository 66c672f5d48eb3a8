import GenMedia

/// A drawing with every step of its sampler: what the network was given, what it said, and what the
/// sampler made of it.
///
/// Of a film each picture is the middle frame, so that a step takes 61 kB of memory at 64x64 pixels
/// whatever the film's length, and 12 kB more where the sampler asks twice.
///
/// - Invariant: at least one step; the numbers of the steps count from 1.
public struct Trace: Sendable, Hashable {
  public struct Step: Sendable, Hashable {
    public var number: Int
    /// `picture` or `film`: a film of a sentence begins with its middle frame as a picture. Of two
    /// things each is drawn alone too, as `first thing` and `second thing`.
    public var draws: String
    public var sampler: String
    /// From noise (0) to the clean sample (1), before and after the step.
    public var time: Double
    public var next: Double
    /// What the network was given.
    public var given: Image
    /// What it took for the clean picture with the prompt's first sentence, and without words.
    public var withWords: Image
    public var withoutWords: Image
    /// The same with each further weighed part of the prompt.
    public var others: [Image]
    /// What guidance made of these: the prediction that the sampler works with.
    public var predicted: Image
    /// The second prediction of a sampler that asks twice a step.
    public var later: [Image]
    /// The sample after the step.
    public var sample: Image
    /// Red of the middle pixel, -1…1, in all of these.
    public var pixel: Pixel
    /// Guidance and the sampler's step: symbols, then the numbers of the middle pixel.
    public var formula: String

    /// The share of noise in what the network was given.
    public var sigma: Double { Step.sigma(at: time) }

    fileprivate static func sigma(at time: Double) -> Double {
      ((1 - time) * 1e6).rounded() / 1e6
    }

    public init(
      number: Int, draws: String, sampler: String, time: Double, next: Double, given: Image,
      withWords: Image, withoutWords: Image, others: [Image] = [], predicted: Image,
      later: [Image] = [], sample: Image, pixel: Pixel, formula: String
    ) {
      (self.number, self.draws, self.sampler) = (number, draws, sampler)
      (self.time, self.next, self.given, self.sample) = (time, next, given, sample)
      (self.withWords, self.withoutWords, self.others) = (withWords, withoutWords, others)
      (self.predicted, self.later, self.pixel, self.formula) = (predicted, later, pixel, formula)
    }
  }

  /// One number of a picture on its way through a step.
  public struct Pixel: Sendable, Hashable {
    public var given: Double
    public var withWords: Double
    public var withoutWords: Double
    public var predicted: Double
    public var sample: Double

    public init(
      given: Double, withWords: Double, withoutWords: Double, predicted: Double, sample: Double
    ) {
      (self.given, self.withWords, self.withoutWords) = (given, withWords, withoutWords)
      (self.predicted, self.sample) = (predicted, sample)
    }
  }

  /// What a word did: where the network looked at it, and where it changed the predictions, which
  /// are compared with those of the prompt without it.
  public struct Word: Sendable, Hashable {
    public var word: String
    /// How much each patch of the picture attended to the word, the mean of all heads, blocks and
    /// steps: black for the least that any word got from any patch, white for the most.
    public var attention: Image
    /// The share of the picture's attention that the word got.
    public var share: Double
    /// Black where a word changed least, white where the strongest word changed most.
    public var map: Image
    /// The mean change over all steps and pixels, in 0…255.
    public var change: Double

    public init(word: String, attention: Image, share: Double, map: Image, change: Double) {
      (self.word, self.attention, self.share) = (word, attention, share)
      (self.map, self.change) = (map, change)
    }
  }

  /// The verb that drew.
  public let verb: String
  /// What it drew; of a film the middle frame.
  public let picture: Image
  public let guidance: Double
  /// How many pictures or films the network looked at; with and without words are two.
  public let questions: Int
  public let steps: [Step]
  /// For a picture, the words of the prompt's first sentence.
  public let words: [Word]

  /// Nil without a step.
  public init?(
    verb: String, picture: Image, guidance: Double, questions: Int, steps: [Step], words: [Word]
  ) {
    guard !steps.isEmpty else { return nil }
    (self.verb, self.picture, self.guidance) = (verb, picture, guidance)
    (self.questions, self.steps, self.words) = (questions, steps, words)
  }

  /// The share of noise before each step, and after the last one.
  public var schedule: [Double] {
    steps.map(\.sigma) + steps.suffix(1).map { Step.sigma(at: $0.next) }
  }
}
