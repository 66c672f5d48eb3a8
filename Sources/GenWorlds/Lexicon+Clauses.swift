extension Lexicon {
  /// A sentence about two things as two about one each: "a cat and a dog in the snow" as "a cat in
  /// the snow" and "a dog in the snow".
  ///
  /// - Output: both in words of the vocabulary; nil where less or more than two things are named.
  public func clauses(of sentence: String) -> [String]? {
    let words = Lexicon.words(of: sentence)
    let phrases = phraseBook.phrases(in: words)
    let things = phrases.filter { $0.kind == .thing }.map(\.range)
    // A word between two nouns: "cat dog" may be anything.
    guard things.count == 2, things[0].upperBound < things[1].lowerBound else { return nil }
    func places(in part: Range<Int>) -> [String] {
      phrases.filter { $0.kind == .place && part.contains($0.range.lowerBound) }
        .flatMap { words[$0.range] }
    }
    let first = Lexicon.start(of: things[0], in: words, from: 0)
    let second = Lexicon.start(of: things[1], in: words, from: things[0].upperBound)
    let joint = Lexicon.joints.first { words[..<second].ends(with: $0) }?.count ?? 0
    let end = max(things[0].upperBound, second - joint)
    let clauses = [
      words[..<end] + places(in: things[1].upperBound..<words.count),
      words[..<first] + words[second...] + places(in: things[0].upperBound..<second),
    ]
    return clauses.map { $0.filter { $0 != "both" }.joined(separator: " ") }
  }

  /// Where what is said of a thing begins: with its article and its colours.
  private static func start(of thing: Range<Int>, in words: [String], from first: Int) -> Int {
    var start = thing.lowerBound
    while start > first, Colour(rawValue: words[start - 1]) != nil { start -= 1 }
    return start > first && Grammar.articles.contains(words[start - 1]) ? start - 1 : start
  }

  /// What stands between two things, longest first.
  private static let joints = (Grammar.pairings + Grammar.relations).map(words(of:))
    .sorted { $0.count > $1.count }
}

/// The phrases that a caption is made of, as words.
struct PhraseBook: Sendable {
  enum Kind { case thing, place, other }

  /// By their first words, the longest first.
  private var phrases: [String: [(words: [String], kind: Kind)]] = [:]

  init(_ subjects: [Subject]) {
    add(subjects.flatMap { [$0.name] + $0.synonyms }, .thing)
    add(Place.allCases.flatMap(Grammar.phrases(for:)), .place)
    add(
      TimeOfDay.allCases.flatMap { Grammar.phrases(for: $0) + Grammar.skyPhrases(for: $0) }, .place)
    add(Colour.allCases.flatMap(Grammar.plainPhrases(for:)), .place)
    // Some of these have the name of a thing in them: in a circle, the camera zooms in.
    add(Motion.allCases.flatMap { Grammar.phrases(for: $0).flatMap(\.endings) }, .other)
    add(Camera.allCases.flatMap(Grammar.phrases(for:)), .other)
    phrases = phrases.mapValues { $0.sorted { $0.words.count > $1.words.count } }
  }

  private mutating func add(_ texts: [String], _ kind: Kind) {
    for words in texts.map(Lexicon.words(of:)) {
      if let first = words.first { phrases[first, default: []].append((words, kind)) }
    }
  }

  /// The phrases of a sentence, each the longest that begins where the one before has ended.
  func phrases(in words: [String]) -> [(kind: Kind, range: Range<Int>)] {
    var (found, place): ([(kind: Kind, range: Range<Int>)], Int) = ([], 0)
    while place < words.count {
      let known = phrases[words[place]]?.first { words[place...].starts(with: $0.words) }
      let end = place + (known?.words.count ?? 1)
      if let known { found.append((known.kind, place..<end)) }
      place = end
    }
    return found
  }
}

extension ArraySlice<String> {
  fileprivate func ends(with words: [String]) -> Bool { suffix(words.count).elementsEqual(words) }
}
