#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a world can show and say; needs no font.
public struct Lexicon: Sendable {
  public let subjects: [Subject]
  var sampler: SceneSampler
  let phraseBook: PhraseBook

  /// Reads `subjects.tsv` in the world's directory.
  public init(directory: String) throws {
    let path = directory + "/subjects.tsv"
    guard let data = FileManager.default.contents(atPath: path) else {
      throw WorldError.tableMissing(path: path)
    }
    try self.init(table: String(decoding: data, as: UTF8.self), path: path)
  }

  init(table: String, path: String) throws {
    let emoji = try Subject.table(table, path: path)
    let shapes = Shape.allCases.map { Subject(shape: $0) }
    if let twin = emoji.first(where: { Shape(rawValue: $0.name) != nil }) {
      let reason = "'\(twin.name)' is the name of a shape"
      throw WorldError.tableLine(path: path, line: 1, reason: reason)
    }
    subjects = emoji + shapes
    phraseBook = PhraseBook(subjects)
    sampler = SceneSampler(emoji: emoji, shapes: shapes)
  }

  /// Every word that a caption can hold, sorted.
  public var vocabulary: [String] {
    var phrases = subjects.flatMap { [$0.name] + $0.synonyms }
    phrases += Motion.allCases.flatMap { motion in
      Grammar.phrases(for: motion).flatMap { group in
        group.verbs.flatMap { [$0.participle, $0.finite] } + group.endings
      }
    }
    phrases += Place.allCases.flatMap(Grammar.phrases(for:))
    phrases += TimeOfDay.allCases.flatMap {
      Grammar.phrases(for: $0) + Grammar.skyPhrases(for: $0)
    }
    phrases += Colour.allCases.flatMap { [$0.rawValue] + Grammar.plainPhrases(for: $0) }
    phrases += Camera.allCases.flatMap(Grammar.phrases(for:))
    phrases += Grammar.openings + Grammar.pairings + Grammar.articles + Grammar.relations
    return Set(phrases.flatMap(Lexicon.words(of:))).sorted()
  }

  /// The words of a text: its longest runs of the letters a to z, in lower case.
  public static func words(of text: String) -> [String] {
    text.lowercased().split { !("a"..."z" ~= $0) }.map(String.init)
  }

  /// Prompts with subject, motion and place together as training never shows them.
  ///
  /// - Parameter pairs: Whether a second subject is asked for that does something else.
  /// - Output: the same prompts in the same order for the same count; a larger count begins with
  ///   the prompts of a smaller one. At most as many as there are held-out combinations.
  public func evaluationPrompts(count: Int, pairs: Bool = false) -> [EvaluationPrompt] {
    var prompts: [(rank: UInt64, prompt: EvaluationPrompt)] = []
    for (number, subject) in subjects.enumerated() {
      for (motionNumber, motion) in Motion.allCases.enumerated()
      where SceneSampler.canSee(motion, of: subject) {
        for (placeNumber, place) in Place.allCases.enumerated()
        where HeldOut.contains(subject: subject.name, motion: motion, place: place) {
          let index = (number * 64 + motionNumber) * 64 + placeNumber
          var random = RandomSource(seed: 0xE7A1, index: UInt64(index))
          let rank = random.next()
          prompts.append((rank, prompt(subject, motion, place, pairs: pairs, &random)))
        }
      }
    }
    return prompts.sorted { $0.rank < $1.rank }.prefix(max(0, count)).map(\.prompt)
  }

  private func prompt(
    _ subject: Subject, _ motion: Motion, _ place: Place, pairs: Bool,
    _ random: inout RandomSource
  ) -> EvaluationPrompt {
    var setting = sampler.namedSetting(&random)
    while setting.place != place { setting = sampler.namedSetting(&random) }
    let isTinted = subject.shape != nil || (subject.takesColour && random.chance(0.6))
    let colour = isTinted ? random.pick(Colour.allCases, otherwise: .red) : nil
    var actors = [Actor(subject: subject, colour: colour, motion: motion)]
    if pairs, var second = sampler.companion(of: actors[0], &random) {
      second.motion = sampler.otherMotion(than: motion, of: second.subject, &random)
      actors.append(second)
    }
    let scene = sampler.placed(actors, setting, .still, &random)
    var writer = CaptionWriter(random: random)
    let caption = writer.caption(scene, Mentions(), isStill: false)
    return EvaluationPrompt(caption: caption, labels: scene.labels, scene: scene)
  }
}

/// A caption to judge a model by, with what its result must show.
public struct EvaluationPrompt: Sendable {
  public let caption: String
  public let labels: Labels
  let scene: Scene
}
