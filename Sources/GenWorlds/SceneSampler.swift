/// Which parts of a scene its caption names.
struct Mentions: Sendable {
  var motion = true
  var setting = true
  var camera = true
}

/// Draws scenes at random; what a caption leaves unsaid comes from a narrow default.
struct SceneSampler: Sendable {
  let emoji: [Subject]
  let shapes: [Subject]
  /// How many scenes have two subjects, which are harder to draw than one.
  var pairShare: Float = 0.4

  /// A scene for training: no combination in it is held out.
  func scene(_ random: inout RandomSource, isStill: Bool) -> (Scene, Mentions) {
    var drawn = anyScene(&random, isStill: isStill)
    var attempts = 0
    while HeldOut.contains(drawn.0), attempts < 100 {
      drawn = anyScene(&random, isStill: isStill)
      attempts += 1
    }
    return drawn
  }

  private func anyScene(_ random: inout RandomSource, isStill: Bool) -> (Scene, Mentions) {
    var mentions = Mentions()
    mentions.setting = random.chance(0.88)
    mentions.motion = random.chance(isStill ? 0.6 : 0.88)
    var actors = [actor(&random)]
    if random.chance(pairShare), let second = companion(of: actors[0], &random) {
      actors.append(second)
    }
    let setting = mentions.setting ? namedSetting(&random) : unnamedSetting(actors[0], &random)
    setMotions(&actors, &random, isNamed: mentions.motion)
    let camera = isStill ? .still : camera(&random, setting, actors)
    let scene = placed(actors, setting, camera, &random)
    return (scene, mentions)
  }

  /// A second subject, which is another one.
  func companion(of first: Actor, _ random: inout RandomSource) -> Actor? {
    var second = actor(&random)
    if second.subject == first.subject {
      second = Actor(subject: shapes[0], colour: anyColour(&random), motion: .still)
    }
    return second.subject == first.subject ? nil : second
  }

  private func anyColour(_ random: inout RandomSource) -> Colour {
    random.pick(Colour.allCases, otherwise: .red)
  }

  private func actor(_ random: inout RandomSource) -> Actor {
    let isShape = emoji.isEmpty || random.chance(0.22)
    let subject = random.pick(isShape ? shapes : emoji, otherwise: Subject(shape: .circle))
    let isTinted = subject.shape != nil || (subject.takesColour && random.chance(0.6))
    return Actor(subject: subject, colour: isTinted ? anyColour(&random) : nil, motion: .still)
  }

  func namedSetting(_ random: inout RandomSource) -> Setting {
    let place = random.pick(Place.allCases, otherwise: .plain)
    if place == .plain { return Setting(place: .plain, colour: anyColour(&random)) }
    let times: [TimeOfDay] = place.hasTimes ? [.day, .day, .sunset, .night] : [.day]
    return Setting(place: place, time: random.pick(times, otherwise: .day))
  }

  private func unnamedSetting(_ actor: Actor, _ random: inout RandomSource) -> Setting {
    if let home = actor.subject.home, random.chance(0.75) { return Setting(place: home) }
    return Setting(place: .plain)
  }

  private func setMotions(_ actors: inout [Actor], _ random: inout RandomSource, isNamed: Bool) {
    var motion = Motion.still
    if isNamed {
      let possible = Motion.allCases.filter { SceneSampler.canSee($0, of: actors[0].subject) }
      motion = random.pick(possible, otherwise: .still)
    } else if random.chance(0.2) {
      motion = random.chance(0.5) ? .driftLeft : .driftRight
    }
    actors[0].motion = motion
    guard actors.count > 1 else { return }
    actors[1].motion = secondMotion(beside: motion, of: actors[1].subject, isNamed, &random)
  }

  /// What a second subject may do beside one that does something else; circles need all the room,
  /// and what is up in the middle frame would be met there by who enters or leaves.
  func otherMotion(
    than first: Motion, of subject: Subject, _ random: inout RandomSource
  ) -> Motion {
    let others = Motion.allCases.filter {
      $0 != first && $0 != .circle && SceneSampler.canSee($0, of: subject)
        && !($0 == .bounce && first.isCrossing) && !(first == .bounce && $0.isCrossing)
    }
    return first == .circle ? first : random.pick(others, otherwise: .still)
  }

  /// What the second subject does: the same, nothing, or, where words tell, something else. Circles
  /// are gone round by both.
  private func secondMotion(
    beside first: Motion, of subject: Subject, _ isNamed: Bool, _ random: inout RandomSource
  ) -> Motion {
    guard first != .circle else { return .circle }
    if isNamed, random.chance(0.5) { return otherMotion(than: first, of: subject, &random) }
    let isShared = first == .still || random.chance(0.6)
    return isShared && SceneSampler.canSee(first, of: subject) ? first : .still
  }

  /// A disc that spins looks like a disc that does not.
  static func canSee(_ motion: Motion, of subject: Subject) -> Bool {
    motion != .spin || (subject.shape != .circle && subject.shape != .ring)
  }

  private func camera(
    _ random: inout RandomSource, _ setting: Setting, _ actors: [Actor]
  ) -> Camera {
    guard setting.place != .plain, actors.count == 1, random.chance(0.22) else { return .still }
    let camera = random.pick(Array(Camera.allCases.dropFirst()), otherwise: .still)
    switch actors[0].motion {
    case .still, .bounce, .spin, .swing, .circle: return camera
    default: return .still
    }
  }

  /// Gives every actor its place and room, so that nothing is cut off but who enters or leaves.
  func placed(
    _ actors: [Actor], _ setting: Setting, _ camera: Camera, _ random: inout RandomSource
  ) -> Scene {
    var placed = actors
    let arrangement = SceneSampler.arrangement(of: actors)
    for number in placed.indices {
      placed[number].stand =
        arrangement == .alone
        ? alone(actors[number].motion, camera, &random)
        : paired(actors[number].motion, isFirst: number == 0, arrangement, &random)
    }
    return Scene(
      actors: placed, setting: setting, camera: camera, arrangement: arrangement,
      groundSeed: random.next())
  }

  private static func arrangement(of actors: [Actor]) -> Scene.Arrangement {
    guard actors.count > 1 else { return .alone }
    guard actors.contains(where: { $0.motion.isHorizontal }) else { return .sideBySide }
    return actors.contains { $0.motion.isVertical } ? .cornered : .stacked
  }

  /// The place of the first of two, which is above or to the left of the other, or of the second.
  private func paired(
    _ motion: Motion, isFirst: Bool, _ arrangement: Scene.Arrangement,
    _ random: inout RandomSource
  ) -> Stand {
    var stand = Stand(size: random.number(in: 24...26))
    if arrangement == .cornered { stand.size -= 3 }
    var room: (x: Float, y: Float) = (32, 32)
    switch arrangement {
    case .alone: break
    case .stacked: (stand.y, room.y) = (isFirst ? 17 : 47, 16)
    case .sideBySide where motion == .circle: stand.phase = isFirst ? 0 : 0.5
    case .sideBySide: (stand.x, room.x) = (isFirst ? 17 : 47, 16)
    case .cornered where motion.isHorizontal:
      (stand.x, stand.y) = isFirst ? (26, 15) : (38, 49)
      room = (26, 15)
    case .cornered:
      (stand.x, stand.y) = isFirst ? (15, 26) : (49, 38)
      room = (15, 26)
    }
    (stand.reachX, stand.reachY) = (room.x - stand.size / 2 - 1, room.y - stand.size / 2 - 1)
    if motion == .circle { (stand.reachX, stand.reachY) = (16, 16) }
    if motion == .swing { (stand.size, stand.y) = (stand.size * 0.92, stand.y + 2) }
    return stand
  }

  private func alone(_ motion: Motion, _ camera: Camera, _ random: inout RandomSource) -> Stand {
    var stand = Stand(size: random.number(in: 29...36))
    var room: Float = 64
    if camera == .zoomIn || camera == .zoomOut {
      stand.size = 25
      room = 64 / 1.45
    }
    if motion == .grow || motion == .shrink { stand.size = random.number(in: 35...40) }
    let free = max(0, room / 2 - stand.size * (motion == .spin ? 0.6 : 0.5) - 1.5)
    let jitterX = random.number(in: -0.35...0.35)
    let jitterY = random.number(in: -0.3...0.3)
    switch motion {
    case .still, .spin, .enterLeft, .enterRight, .leaveLeft, .leaveRight:
      stand.x += free * jitterX
      stand.y += free * jitterY
    case .driftLeft, .driftRight: stand.y += free * jitterY
    case .rise, .fall, .bounce: stand.x += free * jitterX
    case .swing: stand.y += min(3, free)
    default: break
    }
    (stand.reachX, stand.reachY) = (free, free)
    return stand
  }
}
