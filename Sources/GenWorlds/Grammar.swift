/// The words of captions: for every fact the phrases that say it.
enum Grammar {
  /// A verb with "-ing" and with "-s".
  struct Verb: Sendable {
    let participle: String
    let finite: String

    init(_ participle: String, _ finite: String) {
      (self.participle, self.finite) = (participle, finite)
    }
  }

  /// Verbs that go with each of the endings.
  struct Phrases: Sendable {
    let verbs: [Verb]
    let endings: [String]
  }

  static let going = [
    Verb("drifting", "drifts"), Verb("moving", "moves"), Verb("floating", "floats"),
    Verb("gliding", "glides"), Verb("sliding", "slides"), Verb("flying", "flies"),
    Verb("sailing", "sails"), Verb("travelling", "travels"), Verb("going", "goes"),
  ]
  static let coming = [
    Verb("entering", "enters"), Verb("coming in", "comes in"), Verb("arriving", "arrives"),
    Verb("appearing", "appears"),
  ]
  static let parting = [
    Verb("leaving", "leaves"), Verb("disappearing", "disappears"),
    Verb("going away", "goes away"), Verb("going out", "goes out"),
  ]

  static func phrases(for motion: Motion) -> [Phrases] {
    switch motion {
    case .still:
      return [
        Phrases(
          verbs: [
            Verb("standing still", "stands still"), Verb("staying still", "stays still"),
            Verb("not moving", "does not move"), Verb("resting", "rests"),
          ], endings: [""])
      ]
    case .driftRight: return [Phrases(verbs: going, endings: ["right", "to the right"])]
    case .driftLeft: return [Phrases(verbs: going, endings: ["left", "to the left"])]
    case .rise:
      return [
        Phrases(
          verbs: [
            Verb("rising", "rises"), Verb("climbing", "climbs"), Verb("ascending", "ascends"),
          ],
          endings: ["", "up"]),
        Phrases(verbs: Array(going.prefix(6)), endings: ["up", "upwards"]),
      ]
    case .fall:
      return [
        Phrases(
          verbs: [
            Verb("falling", "falls"), Verb("sinking", "sinks"), Verb("dropping", "drops"),
            Verb("descending", "descends"),
          ], endings: ["", "down"]),
        Phrases(verbs: Array(going.prefix(6)), endings: ["down", "downwards"]),
      ]
    case .enterLeft: return [Phrases(verbs: coming, endings: ["from the left"])]
    case .enterRight: return [Phrases(verbs: coming, endings: ["from the right"])]
    case .leaveLeft: return [Phrases(verbs: parting, endings: ["to the left"])]
    case .leaveRight: return [Phrases(verbs: parting, endings: ["to the right"])]
    default: return livelyPhrases(for: motion)
    }
  }

  private static func livelyPhrases(for motion: Motion) -> [Phrases] {
    switch motion {
    case .bounce:
      let verbs = [Verb("bouncing", "bounces"), Verb("jumping", "jumps"), Verb("hopping", "hops")]
      return [Phrases(verbs: verbs, endings: ["", "up and down"])]
    case .circle:
      return [
        Phrases(verbs: [Verb("circling", "circles")], endings: ["", "around"]),
        Phrases(
          verbs: [Verb("moving", "moves"), Verb("flying", "flies"), Verb("going", "goes")],
          endings: ["in a circle", "in circles"]),
      ]
    case .spin:
      let verbs = [
        Verb("spinning", "spins"), Verb("rotating", "rotates"), Verb("turning", "turns"),
        Verb("twirling", "twirls"),
      ]
      return [Phrases(verbs: verbs, endings: ["", "around"])]
    case .grow:
      return [
        Phrases(verbs: [Verb("growing", "grows")], endings: ["", "bigger", "larger"]),
        Phrases(
          verbs: [Verb("getting", "gets"), Verb("becoming", "becomes")],
          endings: ["bigger", "larger"]),
      ]
    case .shrink:
      return [
        Phrases(verbs: [Verb("shrinking", "shrinks")], endings: [""]),
        Phrases(
          verbs: [Verb("getting", "gets"), Verb("becoming", "becomes")], endings: ["smaller"]),
      ]
    case .swing:
      let verbs = [
        Verb("swinging", "swings"), Verb("swaying", "sways"), Verb("rocking", "rocks"),
      ]
      return [Phrases(verbs: verbs, endings: ["", "back and forth", "from side to side"])]
    case .pulse:
      let verbs = [
        Verb("pulsing", "pulses"), Verb("throbbing", "throbs"), Verb("beating", "beats"),
      ]
      return [Phrases(verbs: verbs, endings: [""])]
    default:
      return [
        Phrases(verbs: [Verb("zigzagging", "zigzags")], endings: ["", "around"]),
        Phrases(
          verbs: [Verb("moving", "moves"), Verb("flying", "flies")], endings: ["in a zigzag"]),
      ]
    }
  }

  /// Phrases for a place as it is by day; the time's phrase is said beside it.
  static func phrases(for place: Place) -> [String] {
    switch place {
    case .plain: []
    case .sky: skyPhrases(for: .day)
    case .sea: ["over the sea", "on the sea", "on the ocean", "above the waves", "at sea"]
    case .meadow: ["in a meadow", "over a green meadow", "in the grass", "in a field of flowers"]
    case .desert: ["in the desert", "over the desert", "among the sand dunes", "over the dunes"]
    case .snow: ["in the snow", "over the snow", "in a snowy field", "in winter"]
    case .rain: ["in the rain", "on a rainy day", "under grey clouds", "in rainy weather"]
    case .city: ["in the city", "over the city", "above the town", "among the buildings"]
    case .forest: ["in the forest", "in the woods", "among the trees", "in a green forest"]
    case .mountains: ["in the mountains", "over the mountains", "in front of snowy mountains"]
    case .underwater: ["underwater", "under water", "under the sea", "in the deep sea"]
    case .space: ["in space", "in outer space", "among the planets"]
    }
  }

  static func phrases(for time: TimeOfDay) -> [String] {
    switch time {
    case .day: ["by day", "on a sunny day", "in the daytime"]
    case .sunset: ["at sunset", "at dusk", "in the evening"]
    case .night: ["at night", "under the stars", "by night"]
    }
  }

  /// Phrases for the sky alone at an hour, which need no place beside them.
  static func skyPhrases(for time: TimeOfDay) -> [String] {
    switch time {
    case .day: ["in the blue sky", "in the sky", "among the clouds"]
    case .sunset: ["at sunset", "in the sunset sky", "in the evening sky"]
    case .night: ["at night", "in the night sky", "in the starry sky", "under the stars"]
    }
  }

  static func plainPhrases(for colour: Colour) -> [String] {
    let article = article(before: colour.rawValue)
    return [
      "on \(article) \(colour.rawValue) background", "on plain \(colour.rawValue)",
      "against \(article) \(colour.rawValue) wall",
      "in front of \(article) \(colour.rawValue) background",
    ]
  }

  /// "an" before a vowel's sound: an umbrella, a unicorn.
  static func article(before words: String) -> String {
    let isOpen = "aeio".contains(words.first ?? "b") || words.hasPrefix("umbrella")
    return isOpen ? "an" : "a"
  }

  static func phrases(for camera: Camera) -> [String] {
    switch camera {
    case .still: []
    case .zoomIn: ["the camera zooms in", "zooming in", "with a zoom in"]
    case .zoomOut: ["the camera zooms out", "zooming out", "with a zoom out"]
    case .panLeft: ["the camera pans left", "panning left", "with a pan to the left"]
    case .panRight: ["the camera pans right", "panning right", "with a pan to the right"]
    }
  }

  static let uncountable: Set<String> = ["corn", "cheese", "fire", "coffee"]
  static let plural: Set<String> = ["grapes", "cherries"]
  static let unique: Set<String> = ["earth", "moon", "sun"]
  static let openings = ["there is", "we see", "a film of", "a picture of"]
  static let articles = ["a", "an", "the", "some", "both"]
  static let relations = ["above", "to the left of"]
  static let pairings = ["and", "with", "next to", "beside"]
}
