import Foundation
import Testing

@testable import GenWorlds

struct CaptionTests {
  private func captions(_ count: Int, isStill: Bool) throws -> [(String, Scene)] {
    let sampler = try Support.lexicon.get().sampler
    return (0..<count).map { index in
      var random = RandomSource(seed: 21, index: UInt64(index))
      let (scene, mentions) = sampler.scene(&random, isStill: isStill)
      var writer = CaptionWriter(random: random)
      return (writer.caption(scene, mentions, isStill: isStill), scene)
    }
  }

  @Test func `captions use every word of the vocabulary and no other`() throws {
    let lexicon = try Support.lexicon.get()
    var used: Set<String> = []
    for isStill in [false, true] {
      for (caption, _) in try captions(12_000, isStill: isStill) {
        used.formUnion(Lexicon.words(of: caption))
      }
    }
    let vocabulary = Set(lexicon.vocabulary)
    #expect(vocabulary.subtracting(used) == [])
    #expect(used.subtracting(vocabulary) == [])
  }

  @Test func `the vocabulary file is the grammar's`() throws {
    let path = Support.directory + "/vocabulary.txt"
    let file = try String(contentsOfFile: path, encoding: .utf8)
    let lexicon = try Support.lexicon.get()
    #expect(file == lexicon.vocabulary.joined(separator: "\n") + "\n")
    #expect(lexicon.vocabulary.count < 600)
  }

  @Test func `captions are lower-case words, single spaces and commas`() throws {
    for (caption, _) in try captions(3000, isStill: false) {
      let isPlain = caption.allSatisfy { "a"..."z" ~= $0 || $0 == " " || $0 == "," }
      #expect(isPlain && !caption.isEmpty, "\(caption)")
      #expect(!caption.contains("  ") && !caption.contains(" ,"), "\(caption)")
      #expect(caption.first != " " && caption.last != " " && caption.last != ",", "\(caption)")
      #expect(Lexicon.words(of: caption).count <= 32, "\(caption)")
    }
  }

  @Test func `articles fit the words that follow them`() throws {
    for (caption, _) in try captions(2500, isStill: false) {
      for (article, word) in zip(Lexicon.words(of: caption), Lexicon.words(of: caption).dropFirst())
      where article == "a" || article == "an" {
        let soundsOpen = "aeio".contains(word.first ?? "b") || word == "umbrella"
        #expect((article == "an") == soundsOpen, "\(caption)")
      }
    }
  }

  @Test func `a named colour is the subject's or the ground's`() throws {
    for (caption, scene) in try captions(3000, isStill: true) {
      let shown = Set(
        scene.actors.compactMap { $0.colour?.rawValue } + [scene.setting.colour?.rawValue ?? ""])
      let words = Set(Lexicon.words(of: caption))
      let own: Set<String> =
        scene.setting.place == .meadow || scene.setting.place == .forest
        ? ["green"] : (scene.setting.place == .sky ? ["blue"] : [])
      let named = words.intersection(Colour.allCases.map(\.rawValue)).subtracting(own)
      #expect(named.isSubset(of: shown), "\(caption)")
      for colour in scene.actors.compactMap({ $0.colour?.rawValue }) {
        #expect(words.contains(colour), "\(caption)")
      }
    }
  }

  @Test func `what each of two does is said after its name`() throws {
    for (caption, scene) in try captions(3000, isStill: false) {
      guard scene.actors.count == 2, scene.actors[0].motion != scene.actors[1].motion else {
        continue
      }
      let clauses = scene.actors.map { actor in
        Grammar.phrases(for: actor.motion).flatMap { phrases in
          phrases.verbs.flatMap { [$0.participle, $0.finite] }
        }.compactMap { caption.range(of: " \($0)") }.map(\.lowerBound)
      }
      let isNamed = clauses[0].min() != nil
      if isNamed, let second = clauses[1].max(), let first = clauses[0].min() {
        #expect(first <= second, "\(caption)")
      }
      if isNamed, scene.actors[1].motion != .still {
        #expect(clauses[1].max() != nil, "\(caption)")
      }
    }
  }

  @Test func `parts are left out and their order varies`() throws {
    let drawn = try captions(4000, isStill: false)
    let starts = Set(drawn.compactMap { Lexicon.words(of: $0.0).first })
    #expect(starts.isSuperset(of: ["a", "at", "in", "over", "under", "on", "above"]))
    let unnamed = drawn.filter { Lexicon.words(of: $0.0).count <= 3 }
    #expect(unnamed.count > 40)
    #expect(Set(drawn.map(\.0)).count > 3200)
  }
}
