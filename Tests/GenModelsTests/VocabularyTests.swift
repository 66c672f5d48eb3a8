import Foundation
import Testing

@testable import GenModels

@Suite struct VocabularyTests {
  let vocabulary = Vocabulary("a\nballoon\nblue\nred\nrising\n\n sea \nthe\n")

  @Test func `known words have the numbers of their lines`() {
    let reading = vocabulary.read("A RED balloon, rising: over-the sea", slotCount: 8)
    #expect(reading.numbers == [1, 4, 2, 5, 7, 6, 0, 0])
    #expect(reading.unknown == [.init(word: "over", nearest: [])])
    #expect(reading.overflow == [] && reading.hasContent)
    #expect(vocabulary.count == 8)
  }

  @Test func `an unknown word comes once with the nearest known ones`() {
    let reading = vocabulary.read("baloon ballon bleu baloon Ωμέγα", slotCount: 4)
    #expect(
      reading.unknown == [
        .init(word: "baloon", nearest: ["balloon"]), .init(word: "ballon", nearest: ["balloon"]),
        .init(word: "bleu", nearest: []), .init(word: "ωμέγα", nearest: []),
      ])
    #expect(reading.numbers == [0, 0, 0, 0] && !reading.hasContent)
    #expect(vocabulary.nearest(to: "reb") == ["red"])
  }

  @Test func `words that say nothing are no content`() {
    #expect(!vocabulary.read("the a the", slotCount: 4).hasContent)
    #expect(!vocabulary.read("", slotCount: 4).hasContent)
  }

  @Test func `words beyond the last slot are told`() {
    let reading = vocabulary.read("red blue sea", slotCount: 2)
    #expect(reading.numbers == [4, 3] && reading.overflow == ["sea"])
  }

  @Test(.timeLimit(.minutes(1))) func `a prompt without end is read at once`() {
    var random = SeriesGenerator(seed: 1, place: 0)
    let letters = Array("abcdefg hé\n\u{1F388}")
    let prompt = String((0..<100_000).map { _ in letters.randomElement(using: &random) ?? "a" })
    let start = ContinuousClock.now
    let reading = vocabulary.read(prompt, slotCount: 24)
    #expect(reading.unknown.count <= 20 && reading.numbers.count == 24)
    #expect(ContinuousClock.now - start < .seconds(5))
  }
}
