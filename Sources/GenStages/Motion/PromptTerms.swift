import GenModels
import GenPipeline
import GenWorlds

extension Prompt {
  /// What is wanted as one sentence.
  private var sentence: String { Self.sentence(of: wanted) }

  private static func sentence(of parts: [Part]) -> String {
    parts.filter { $0.weight == 1 }.map(\.text).joined(separator: " ")
  }

  /// What pulls a drawing: parts of weight 1 are one sentence, every other part pulls by itself.
  func terms(_ read: (String) -> [Int32]) -> [Matinee.Term] {
    let isMorph = !ending.isEmpty
    func group(_ parts: [Part], from first: Float, to last: Float) -> [Matinee.Term] {
      let sentence = Self.sentence(of: parts)
      let whole = Part(sentence, weight: 1)
      let all = (sentence.isEmpty ? [] : [whole]) + parts.filter { $0.weight != 1 }
      return all.map {
        Matinee.Term(read($0.text), from: first * Float($0.weight), to: last * Float($0.weight))
      }
    }
    let terms =
      group(wanted, from: 1, to: isMorph ? 0 : 1) + group(ending, from: 0, to: 1)
      + group(avoided, from: -1, to: -1)
    return terms.isEmpty ? [Matinee.Term(read(""))] : terms
  }

  /// What pulls a drawing of each of two things alone; nothing where the sentence is not about two.
  func things(_ lexicon: Lexicon?, _ read: (String) -> [Int32]) -> [[Matinee.Term]] {
    guard let lexicon, lexicon.clauses(of: sentence) != nil else { return [] }
    return [0, 1].map { number in
      terms { read(lexicon.clauses(of: $0)?[number] ?? $0) }
    }
  }

  /// Each word of the first sentence that says what is to be seen.
  func watchedWords(_ read: (String) -> Vocabulary.Reading) -> [WatchedWord] {
    let words = sentence.lowercased().split { !$0.isLetter }.map(String.init)
    let slots = read(sentence).numbers
    var seen: Set<String> = []
    return words.filter { seen.insert($0).inserted && read($0).hasContent }.map { word in
      WatchedWord(
        word: word, others: read(words.filter { $0 != word }.joined(separator: " ")).numbers,
        slots: slots.indices.filter { slots[$0] == read(word).numbers[0] })
    }
  }
}
