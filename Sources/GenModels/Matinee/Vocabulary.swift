import Foundation

/// The words that a model was trained on, numbered from 1; 0 is the empty slot.
public struct Vocabulary: Sendable {
  public let words: [String]
  private let numbers: [String: Int32]

  /// - Parameter text: One word a line.
  public init(_ text: String) {
    words = text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    numbers = Dictionary(
      zip(words, 1...Int32(max(words.count, 1))), uniquingKeysWith: { first, _ in first })
  }

  /// - Throws: ``MatineeError/unreadableVocabulary(path:)``.
  public init(path: String) throws {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw MatineeError.unreadableVocabulary(path: path)
    }
    self.init(text)
  }

  /// Words and the empty slot.
  public var count: Int { words.count + 1 }

  /// A prompt as the model sees it.
  public struct Reading: Sendable, Equatable {
    /// One number for each slot.
    public let numbers: [Int32]
    /// Words that the model does not know, each once, with the nearest that it knows.
    public let unknown: [Unknown]
    /// Known words beyond the last slot, which the model does not see.
    public let overflow: [String]
    /// Whether a word was known that stands for something one can see.
    public let hasContent: Bool
  }

  public struct Unknown: Sendable, Equatable {
    public let word: String
    public let nearest: [String]
  }

  /// Reads the words of a prompt, in order, into slots.
  public func read(_ prompt: String, slotCount: Int) -> Reading {
    var (known, unknown, seen): ([String], [Unknown], Set<String>) = ([], [], [])
    for word in prompt.lowercased().split(whereSeparator: { !$0.isLetter }).map(String.init) {
      if numbers[word] != nil {
        known.append(word)
      } else if seen.insert(word).inserted, unknown.count < 20 {
        unknown.append(Unknown(word: word, nearest: nearest(to: word)))
      }
    }
    let slots = known.prefix(slotCount).map { numbers[$0] ?? 0 }
    return Reading(
      numbers: slots + [Int32](repeating: 0, count: slotCount - slots.count),
      unknown: unknown, overflow: Array(known.dropFirst(slotCount).prefix(20)),
      hasContent: known.contains { !Vocabulary.fillers.contains($0) })
  }

  /// The known words within a third of the word's length, nearest first, three at most.
  func nearest(to word: String) -> [String] {
    guard word.count <= 40 else { return [] }
    let letters = Array(word)
    let limit = max(1, letters.count / 3)
    return words.filter { abs($0.count - letters.count) <= limit }
      .map { (word: $0, distance: Vocabulary.distance(letters, Array($0))) }
      .filter { $0.distance <= limit }
      .sorted { ($0.distance, $0.word) < ($1.distance, $1.word) }
      .prefix(3).map(\.word)
  }

  /// How many letters must be added, dropped or changed.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var row = Array(0...right.count)
    for (index, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for other in right.indices {
        let changed = diagonal + (letter == right[other] ? 0 : 1)
        diagonal = row[other + 1]
        row[other + 1] = min(changed, row[other] + 1, diagonal + 1)
      }
    }
    return row[right.count]
  }

  /// Words that say nothing about what is to be seen.
  private static let fillers: Set<String> = [
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "it", "its", "of", "on", "that",
    "the", "there", "to", "which", "while", "with",
  ]
}
