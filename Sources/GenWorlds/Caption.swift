extension Actor {
  fileprivate var isPlural: Bool { Grammar.plural.contains(subject.name) }
}

/// Says a scene in words.
///
/// - Output: lower-case words, single spaces, commas between parts.
struct CaptionWriter {
  private var random: RandomSource
  private var isSentence = false

  init(random: RandomSource) { self.random = random }

  mutating func caption(_ scene: Scene, _ mentions: Mentions, isStill: Bool) -> String {
    isSentence = false
    let place = mentions.setting ? settingPhrase(scene.setting) : ""
    var clause = subjectClause(scene, hasMotion: mentions.motion)
    let style = random.unit()
    if place.isEmpty {
      clause = opened(clause)
    } else if style < 0.24 {
      clause = "\(place), \(clause)"
    } else if style < 0.34, let time = leadingTime(scene.setting) {
      clause = "\(time), \(clause) \(placePhrase(scene.setting.place))"
    } else {
      clause = opened("\(clause) \(place)")
    }
    if scene.camera != .still, mentions.camera, !isStill {
      let words = random.pick(Grammar.phrases(for: scene.camera), otherwise: "")
      clause = random.chance(0.8) ? "\(clause), \(words)" : "\(words), \(clause)"
    }
    return clause
  }

  private mutating func opened(_ clause: String) -> String {
    guard !isSentence, random.chance(0.06) else { return clause }
    return "\(random.pick(Grammar.openings, otherwise: "")) \(clause)"
  }

  private mutating func subjectClause(_ scene: Scene, hasMotion: Bool) -> String {
    guard let first = scene.actors.first else { return "" }
    guard scene.actors.count > 1 else {
      let isFinite = hasMotion && !first.isPlural && random.chance(0.3)
      return spaced([noun(first), hasMotion ? motionPhrase(first, isFinite) : ""])
    }
    let second = scene.actors[1]
    if !hasMotion || second.motion == first.motion {
      let names = [noun(first), pairing(scene), noun(second)]
      let both = hasMotion && random.chance(0.3) ? "both" : ""
      return spaced(names + [both, hasMotion ? motionPhrase(first, false) : ""])
    }
    let saysBoth = second.motion != .still || random.chance(0.3)
    let isFinite = saysBoth && scene.actors.allSatisfy { !$0.isPlural } && random.chance(0.3)
    let start = [noun(first), motionPhrase(first, isFinite)]
    let joint = isFinite ? "and" : pairing(scene)
    return spaced(start + [joint, noun(second), saysBoth ? motionPhrase(second, isFinite) : ""])
  }

  private mutating func pairing(_ scene: Scene) -> String {
    if random.chance(0.2) {
      switch scene.arrangement {
      case .stacked: return "above"
      case .sideBySide where scene.actors[0].motion != .circle: return "to the left of"
      default: break
      }
    }
    return random.pick(["and", "and"] + Grammar.pairings, otherwise: "and")
  }

  private func spaced(_ parts: [String]) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private mutating func noun(_ actor: Actor) -> String {
    let subject = actor.subject
    let name =
      random.chance(0.65)
      ? subject.name : random.pick([subject.name] + subject.synonyms, otherwise: subject.name)
    let words = actor.colour.map { "\($0.rawValue) \(name)" } ?? name
    if random.chance(0.06) { return words }
    if Grammar.plural.contains(name) || Grammar.uncountable.contains(name) {
      return "some \(words)"
    }
    if Grammar.unique.contains(name) { return "the \(words)" }
    return "\(Grammar.article(before: words)) \(words)"
  }

  private mutating func motionPhrase(_ actor: Actor, _ isFinite: Bool) -> String {
    let phrases = Grammar.phrases(for: actor.motion)
    guard let group = random.pick(phrases.map(Optional.some), otherwise: nil) else { return "" }
    let verb = random.pick(group.verbs, otherwise: Grammar.Verb("", ""))
    let ending = random.pick(group.endings, otherwise: "")
    isSentence = isFinite
    return spaced([isFinite ? verb.finite : verb.participle, ending])
  }

  private mutating func placePhrase(_ place: Place) -> String {
    random.pick(Grammar.phrases(for: place), otherwise: "")
  }

  private mutating func leadingTime(_ setting: Setting) -> String? {
    guard setting.place.hasTimes, setting.place != .sky, setting.time != .day else { return nil }
    return random.pick(Grammar.phrases(for: setting.time), otherwise: "")
  }

  private mutating func settingPhrase(_ setting: Setting) -> String {
    switch setting.place {
    case .plain:
      return setting.colour.map { random.pick(Grammar.plainPhrases(for: $0), otherwise: "") } ?? ""
    case .sky: return random.pick(Grammar.skyPhrases(for: setting.time), otherwise: "")
    default: break
    }
    let place = placePhrase(setting.place)
    guard setting.place.hasTimes, setting.time != .day || random.chance(0.12) else { return place }
    return spaced([place, random.pick(Grammar.phrases(for: setting.time), otherwise: "")])
  }
}
