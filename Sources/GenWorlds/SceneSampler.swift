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
    if random.chance(0.2) {
      var second = actor(&random)
      if second.subject == actors[0].subject { second = Actor(subject: shapes[0], motion: .still) }
      if second.subject.shape != nil, second.colour == nil { second.colour = anyColour(&random) }
      if second.subject != actors[0].subject { actors.append(second) }
    }
    let setting = mentions.setting ? namedSetting(&random) : unnamedSetting(actors[0], &random)
    setMotions(&actors, &random, isNamed: mentions.motion)
    let camera = isStill ? .still : camera(&random, setting, actors)
    let scene = placed(actors, setting, camera, &random)
    return (scene, mentions)
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
    let isShared = motion == .still || motion == .circle || random.chance(0.5)
    actors[1].motion =
      isShared && SceneSampler.canSee(motion, of: actors[1].subject) ? motion : .still
    if motion == .circle { actors[1].motion = .circle }
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
    var arrangement = Scene.Arrangement.alone
    if actors.count == 1 {
      placed[0].stand = alone(actors[0].motion, camera, &random)
    } else {
      let isStacked = actors.contains { $0.motion.isHorizontal }
      arrangement = isStacked ? .stacked : .sideBySide
      let isOrbit = actors.allSatisfy { $0.motion == .circle }
      for number in placed.indices {
        var stand = Stand(size: random.number(in: 24...26))
        if actors[number].motion == .swing { stand.size *= 0.92 }
        stand.x = isStacked || isOrbit ? 32 : (number == 0 ? 17 : 47)
        stand.y = isStacked ? (number == 0 ? 17 : 47) : 32
        stand.reachX = (isStacked ? 32 : 16) - stand.size / 2 - 1
        stand.reachY = (isStacked ? 16 : 32) - stand.size / 2 - 1
        if isOrbit {
          (stand.reachX, stand.reachY) = (16, 16)
          stand.phase = Float(number) * 0.5
        }
        placed[number].stand = stand
      }
    }
    return Scene(
      actors: placed, setting: setting, camera: camera, arrangement: arrangement,
      groundSeed: random.next())
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
