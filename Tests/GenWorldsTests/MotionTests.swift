import Testing

@testable import GenWorlds

@Suite(.enabled(if: Support.hasFont, "the package fonts-noto-color-emoji is not installed"))
struct MotionTests {
  private func films(of motion: Motion, count: Int = 4) throws -> [[Footprint]] {
    let world = try Support.world.get()
    let cat = try #require(world.lexicon.subjects.first { $0.name == "cat" })
    return (0..<count).map { number in
      var random = RandomSource(seed: 11, index: UInt64(number))
      let setting = Setting(place: .plain, colour: .blue)
      let actor = Actor(subject: cat, colour: nil, motion: motion)
      let scene = world.lexicon.sampler.placed([actor], setting, .still, &random)
      return Footprint.measured(scene, in: world, frames: 24)
    }
  }

  @Test(arguments: [
    (Motion.driftRight, 1.0, 0.0), (.driftLeft, -1, 0), (.rise, 0, -1), (.fall, 0, 1),
  ])
  func `a subject travels steadily where its motion says`(
    motion: Motion, x: Double, y: Double
  ) throws {
    for film in try films(of: motion) {
      for (earlier, later) in zip(film, film.dropFirst()) {
        let along = (later.x - earlier.x) * x + (later.y - earlier.y) * y
        let across = (later.x - earlier.x) * y + (later.y - earlier.y) * x
        #expect(along > 0.4 && along < 2)
        #expect(abs(across) < 0.35)
      }
      let path = (film[23].x - film[0].x) * x + (film[23].y - film[0].y) * y
      #expect(path > 18)
    }
  }

  @Test(arguments: [
    (Motion.enterLeft, -1.0), (.enterRight, 1), (.leaveLeft, -1), (.leaveRight, 1),
  ])
  func `a subject crosses the border that its motion names`(motion: Motion, side: Double) throws {
    for film in try films(of: motion) {
      let isEntering = motion == .enterLeft || motion == .enterRight
      let inOrder = isEntering ? film : film.reversed()
      #expect(inOrder[0].mass == 0)
      #expect(inOrder[23].mass > 200)
      let first = try #require(inOrder.first { $0.mass > 0 })
      #expect((first.x - 32) * side > 20)
    }
  }

  @Test func `a still subject does not move by a pixel`() throws {
    for film in try films(of: .still) {
      for frame in film { #expect(frame.x == film[0].x && frame.y == film[0].y) }
    }
  }

  @Test func `a growing subject grows and a shrinking one shrinks`() throws {
    for film in try films(of: .grow) {
      #expect(film[23].mass > 3.5 * film[0].mass)
      #expect(zip(film, film.dropFirst()).allSatisfy { $0.mass <= $1.mass })
    }
    for film in try films(of: .shrink) { #expect(film[0].mass > 3.5 * film[23].mass) }
  }

  @Test func `a pulsing subject grows and shrinks twice`() throws {
    for film in try films(of: .pulse) {
      let mean = film.reduce(0) { $0 + $1.mass } / 24
      let crossings = zip(film, film.dropFirst()).filter { ($0.mass < mean) != ($1.mass < mean) }
      #expect(3...5 ~= crossings.count)
    }
  }

  @Test func `a bouncing subject goes up and down on the spot`() throws {
    for film in try films(of: .bounce) {
      let heights = film.map(\.y)
      #expect((heights.max() ?? 0) - (heights.min() ?? 0) > 18)
      let turns = zip(zip(heights, heights.dropFirst()), heights.dropFirst(2))
        .filter { ($0.0.1 - $0.0.0) * ($0.1 - $0.0.1) < 0 }
      #expect(turns.count >= 3)
      #expect(film.allSatisfy { abs($0.x - film[0].x) < 1 })
    }
  }

  @Test func `a circling subject visits all four sides of its path`() throws {
    for film in try films(of: .circle) {
      #expect((film.map(\.x).max() ?? 0) - (film.map(\.x).min() ?? 0) > 20)
      #expect((film.map(\.y).max() ?? 0) - (film.map(\.y).min() ?? 0) > 20)
      #expect(abs(film[0].x - film[23].x) < 1)
    }
  }

  @Test func `a zigzagging subject crosses the frame and turns on the way`() throws {
    for film in try films(of: .zigzag) {
      #expect(abs(film[23].x - film[0].x) > 18)
      let heights = film.map(\.y)
      #expect((heights.max() ?? 0) - (heights.min() ?? 0) > 14)
    }
  }

  @Test func `a spinning subject turns where it is`() throws {
    let world = try Support.world.get()
    let key = try #require(world.lexicon.subjects.first { $0.name == "key" })
    var random = RandomSource(seed: 3, index: 0)
    let actor = Actor(subject: key, colour: nil, motion: .spin)
    let scene = world.lexicon.sampler.placed([actor], Setting(place: .plain), .still, &random)
    #expect(scene.actors[0].pose(at: World.moment(0, of: 1)).angle == 0)
    #expect(
      abs(scene.actors[0].pose(at: 1).angle - scene.actors[0].pose(at: 0).angle - 2 * .pi) < 1e-5)
    let size = World.side * World.side * 3
    let pixels = world.drawn(scene, frames: 24)
    #expect(pixels[0..<size] != pixels[6 * size..<7 * size])
    #expect(scene.actors[0].pose(at: 0).x == scene.actors[0].pose(at: 0.7).x)
  }

  @Test func `who looks to a side looks where it goes`() throws {
    let lexicon = try Support.lexicon.get()
    for subject in lexicon.subjects {
      guard let faces = subject.faces else { continue }
      let left = Actor(subject: subject, colour: nil, motion: .driftLeft).pose(at: 0.5)
      let right = Actor(subject: subject, colour: nil, motion: .driftRight).pose(at: 0.5)
      #expect(left.isMirrored == (faces == .right))
      #expect(right.isMirrored == (faces == .left))
    }
  }

  @Test func `nothing is cut off but who enters or leaves`() throws {
    let world = try Support.world.get()
    for index in 0..<400 {
      var random = RandomSource(seed: 5, index: UInt64(index))
      let (scene, _) = world.lexicon.sampler.scene(&random, isStill: false)
      guard scene.actors.allSatisfy({ !$0.motion.isCrossing }) else { continue }
      for frame in Footprint.measured(scene, in: world, frames: 6) {
        #expect(!frame.touchesBorder, "clip \(index): \(scene.labels)")
        #expect(frame.mass > 60, "clip \(index): \(scene.labels)")
      }
    }
  }

  @Test func `a subject's matte is where its stations say`() throws {
    let world = try Support.world.get()
    var seenCounts = [1: 0, 2: 0]
    for index in 0..<60 {
      let clip = world.clip(index: index, seed: 8, frames: 24)
      #expect(clip.views.count == 24 && clip.things.count == clip.labels.subjects.count)
      for (number, thing) in clip.things.enumerated() {
        #expect(thing.matte.count == 24 * 64 * 64 && thing.stations.count == 24)
        for frame in stride(from: 0, to: 24, by: 4) {
          let station = thing.stations[frame]
          // What stands before another hides some of it.
          let isFree = clip.things.dropFirst(number + 1).allSatisfy { other in
            let there = other.stations[frame]
            return max(abs(there.x - station.x), abs(there.y - station.y)) > station.size
          }
          guard isFree, station.angle == 0 else { continue }
          let filled = (0..<4096).filter { thing.matte[frame * 4096 + $0] > 127 }
          let columns = filled.map { $0 % 64 }
          guard let left = columns.min(), let right = columns.max(), left > 0, right < 63,
            let first = filled.first, let last = filled.last
          else { continue }
          seenCounts[clip.things.count, default: 0] += 1
          #expect(abs(Float(left + right + 1) / 2 - station.x) < 1.6, "clip \(index), \(frame)")
          #expect(abs(Float(first / 64 + last / 64 + 1) / 2 - station.y) < 3.1, "clip \(index)")
          let extent = Float(max(right - left, last / 64 - first / 64) + 1)
          // What hits the ground is squashed, so a sixth wider.
          let possible = station.size * 0.85 - 2...station.size * 1.17 + 2
          #expect(possible.contains(extent), "clip \(index), \(frame)")
        }
      }
    }
    #expect(seenCounts.values.allSatisfy { $0 > 60 })
  }

  @Test func `of two subjects that do not circle each does its own in its own room`() throws {
    let world = try Support.world.get()
    var (pairCount, differentCount): (Double, Double) = (0, 0)
    for index in 0..<600 {
      var random = RandomSource(seed: 6, index: UInt64(index))
      let (scene, _) = world.lexicon.sampler.scene(&random, isStill: false)
      guard scene.actors.count == 2, scene.actors[0].motion != .circle else { continue }
      let moving = scene.actors.filter { $0.motion != .still }
      pairCount += 1
      if Set(moving.map(\.motion)).count == 2 { differentCount += 1 }
      for actor in moving where actor.motion.isVertical || actor.motion.isHorizontal {
        let places = scene.stations(of: actor, frames: 24)
          .map { actor.motion.isVertical ? $0.y : $0.x }
        #expect((places.max() ?? 0) - (places.min() ?? 0) > 17, "\(scene.labels)")
      }
      let middle = scene.actors.map { scene.stations(of: $0, frames: 1)[0] }
      let apart = max(abs(middle[0].x - middle[1].x), abs(middle[0].y - middle[1].y))
      #expect(apart > 21, "\(scene.labels)")
    }
    #expect(pairCount > 150 && differentCount > pairCount / 4)
  }
}
