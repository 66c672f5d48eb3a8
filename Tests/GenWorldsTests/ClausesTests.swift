import Testing

@testable import GenWorlds

struct ClausesTests {
  @Test(arguments: [
    ("a cat and a dog", ["a cat", "a dog"]),
    ("A red cat, a blue dog!", ["a red cat", "a blue dog"]),
    ("a cat a dog", ["a cat", "a dog"]),
    ("a red star and a blue star", ["a red star", "a blue star"]),
    (
      "a cat drifting left and a dog drifting right over the sea at sunset",
      [
        "a cat drifting left over the sea at sunset", "a dog drifting right over the sea at sunset",
      ]
    ),
    (
      "in the snow, a fire truck to the left of some grapes",
      ["in the snow a fire truck", "in the snow some grapes"]
    ),
    (
      "a cat in the snow next to a dog, the camera zooms in",
      ["a cat in the snow", "a dog the camera zooms in in the snow"]
    ),
    (
      "a green toy bear both rising above the palm",
      ["a green toy bear rising", "the palm"]
    ),
    ("a cat moving in circles beside a dog", ["a cat moving in circles", "a dog"]),
  ])
  func `what is said of two things comes apart, the place with both`(
    sentence: String, clauses: [String]
  ) throws {
    #expect(try Support.lexicon.get().clauses(of: sentence) == clauses)
  }

  @Test(arguments: [
    "", "and", "a cat", "a cat and", "a sailboat drifting right over the sea at sunset",
    "a cat, a dog and a cow", "cat dog", "a cat moving in a circle, the camera pans left",
    "a house in a field of flowers under the stars", "and a cat", "some tea and a sofa",
  ])
  func `a sentence that is not about two things does not`(sentence: String) throws {
    #expect(try Support.lexicon.get().clauses(of: sentence) == nil)
  }

  @Test func `every caption of two subjects comes apart, and no other`() throws {
    let lexicon = try Support.lexicon.get()
    for isStill in [false, true] {
      for index in 0..<4000 {
        var random = RandomSource(seed: 22, index: UInt64(index))
        let (scene, mentions) = lexicon.sampler.scene(&random, isStill: isStill)
        var writer = CaptionWriter(random: random)
        let caption = writer.caption(scene, mentions, isStill: isStill)
        let clauses = lexicon.clauses(of: caption)
        #expect((clauses != nil) == (scene.actors.count == 2), "\(caption)")
        for (clause, actor) in zip(clauses ?? [], scene.actors) {
          let spaced = " \(clause) "
          let names = [actor.subject.name] + actor.subject.synonyms
          #expect(names.contains { spaced.contains(" \($0) ") }, "\(caption): \(clause)")
          #expect(actor.colour.map { spaced.contains(" \($0) ") } ?? true, "\(caption): \(clause)")
          #expect(lexicon.clauses(of: clause) == nil, "\(caption): \(clause)")
        }
      }
    }
  }
}
