import Foundation
import Testing

@testable import GenWorlds

@Suite(.enabled(if: Support.hasFont, "the package fonts-noto-color-emoji is not installed"))
struct WorldTests {
  @Test func `equal seeds give equal clips, others give others`() throws {
    let world = try Support.world.get()
    for frames in [1, 24] {
      let clip = world.clip(index: 7, seed: 1, frames: frames)
      #expect(clip == world.clip(index: 7, seed: 1, frames: frames))
      #expect(clip.pixels != world.clip(index: 8, seed: 1, frames: frames).pixels)
      #expect(clip.pixels != world.clip(index: 7, seed: 2, frames: frames).pixels)
      #expect(clip.pixels.count == frames * 64 * 64 * 3)
      #expect(clip.frames.count == frames)
    }
  }

  @Test(.enabled(if: Support.hasTrainingFont, "another version of the font draws other emoji"))
  func `the clips that a seed gives are the ones the shipped weights were trained on`() throws {
    let world = try Support.world.get()
    var pixels: [UInt8] = []
    var captions: [UInt8] = []
    for index in 0..<24 {
      for frames in [1, 3] {
        let clip = world.clip(index: index, seed: 424_242, frames: frames)
        pixels += clip.pixels
        captions += Array(clip.caption.utf8)
      }
    }
    #expect(Support.digest(captions) == 6_810_361_237_613_829_154)
    #expect(Support.digest(pixels) == 6_445_745_245_468_251_829)
  }

  @Test func `held-out combinations are never drawn for training`() throws {
    let sampler = try Support.lexicon.get().sampler
    for index in 0..<30_000 {
      var random = RandomSource(seed: 2, index: UInt64(index))
      let (scene, _) = sampler.scene(&random, isStill: index % 2 == 0)
      for actor in scene.actors {
        #expect(
          !HeldOut.contains(
            subject: actor.subject.name, motion: actor.motion, place: scene.setting.place))
      }
    }
  }

  @Test func `the film of the first example belongs to the training set`() {
    #expect(!HeldOut.contains(subject: "sailboat", motion: .driftRight, place: .sea))
  }

  @Test func `the evaluation asks for 500 different held-out combinations`() throws {
    let lexicon = try Support.lexicon.get()
    let prompts = lexicon.evaluationPrompts(count: 500)
    #expect(prompts.count == 500)
    let combinations = Set(
      prompts.map { "\($0.labels.subjects)\($0.labels.motions)\($0.labels.setting.place)" })
    #expect(combinations.count == 500)
    for prompt in prompts {
      #expect(
        HeldOut.contains(
          subject: prompt.labels.subjects[0], motion: prompt.labels.motions[0],
          place: prompt.labels.setting.place))
    }
    #expect(lexicon.evaluationPrompts(count: 20).map(\.caption) == prompts[..<20].map(\.caption))
  }

  @Test func `pairs are asked for that do different things, unless they circle`() throws {
    let prompts = try Support.lexicon.get().evaluationPrompts(count: 500, pairs: true)
    #expect(Set(prompts.map(\.caption)).count == 500)
    for prompt in prompts {
      let labels = prompt.labels
      #expect(Set(labels.subjects).count == 2)
      #expect((Set(labels.motions).count == 2) == (labels.motions[0] != .circle))
      #expect(
        HeldOut.contains(
          subject: labels.subjects[0], motion: labels.motions[0], place: labels.setting.place))
    }
  }

  @Test func `the truth of an evaluation prompt is drawn as labelled`() throws {
    let world = try Support.world.get()
    let prompt = try #require(world.lexicon.evaluationPrompts(count: 1).first)
    let clip = world.clip(for: prompt, frames: 24)
    #expect(clip.caption == prompt.caption)
    #expect(clip.labels == prompt.labels)
    #expect(Set(clip.pixels).count > 20)
  }

  @Test func `the world is as wide as it says`() throws {
    let lexicon = try Support.lexicon.get()
    #expect(lexicon.subjects.count >= 100)
    #expect(Motion.allCases.count >= 12)
    #expect(Place.allCases.count >= 10)
    #expect(Colour.allCases.count == 8)
    let names = lexicon.subjects.flatMap { [$0.name] + $0.synonyms }
    #expect(Set(names).count == names.count)
  }

  @Test func `every setting drawn is one of the listed, each with a name of its own`() throws {
    let sampler = try Support.lexicon.get().sampler
    var drawn: Set<Setting> = []
    for index in 0..<5000 {
      var random = RandomSource(seed: 9, index: UInt64(index))
      drawn.insert(sampler.scene(&random, isStill: true).0.setting)
    }
    #expect(drawn == Set(Setting.all))
    #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
  }

  @Test func `every subject can be told from every other`() throws {
    let world = try Support.world.get()
    var pictures: [(String, [Int])] = []
    for subject in world.lexicon.subjects {
      var random = RandomSource(seed: 1, index: 1)
      let colour: Colour? = subject.shape == nil ? nil : .red
      let actor = Actor(subject: subject, colour: colour, motion: .grow)
      let scene = world.lexicon.sampler.placed([actor], Setting(place: .plain), .still, &random)
      let pixels = world.drawn(scene, frames: 1)
      let thumbnail = stride(from: 0, to: pixels.count, by: 29).map { Int(pixels[$0]) }
      pictures.append((subject.name, thumbnail))
    }
    for (number, picture) in pictures.enumerated() {
      for other in pictures[..<number] {
        let difference = zip(picture.1, other.1).reduce(0) { $0 + abs($1.0 - $1.1) }
        #expect(difference > 700, "\(picture.0) and \(other.0)")
      }
    }
  }

  @Test func `places with moving parts move and plain grounds do not`() throws {
    let world = try Support.world.get()
    let size = World.side * World.side * 3
    for place in Place.allCases {
      var random = RandomSource(seed: 4, index: 0)
      var scene = world.lexicon.sampler.placed(
        [Actor(subject: Subject(shape: .circle), colour: .red, motion: .still)],
        Setting(place: place), .still, &random)
      scene.actors = []
      let pixels = world.drawn(scene, frames: 24)
      let moves = pixels[..<size] != pixels[(12 * size)..<(13 * size)]
      #expect(moves == (place != .plain), "\(place)")
    }
  }
}
