import GenMedia
import GenPipeline

/// Verbs that change when a film's frames are seen.
enum TimeVerbs {
  private static let sample = Video.sample

  @CatalogBuilder static var stages: [Stage] {
    Stage(
      "trim", "Keeps a part of a film.", topic: "films",
      Parameter("video", "The film."),
      Parameter("from", "Where the part begins.", in: 0...1e7, default: Seconds(0)),
      Parameter("to", "Where it ends; the film's end unless it is given.", in: 0...1e7),
      examples: [.init("\(sample) |> trim(from: 40ms)", "Video 8x6, 1 frame")],
      cost: .frames(of: "video") { call, film in
        let from: Seconds = try call.read("from")
        let to: Seconds? = try call.read("to")
        let first = Int((from.amount * film.rate).rounded())
        let end = to.map { Int(($0.amount * film.rate).rounded()) } ?? film.frameCount
        return film.with(frameCount: max(1, min(end, film.frameCount) - first))
      }
    ) { (video: Video, from: Seconds, to: Seconds?) in
      try video.trimmed(from: from.amount, to: to?.amount)
    }
    Stage(
      "reverse", "Plays a film backwards.", topic: "films",
      Parameter("video", "The film."),
      examples: [.init("\(sample) |> reverse", "Video 8x6, 2 frames")]
    ) { (video: Video) in try video.reversed() }
    Stage(
      "loop", "Plays a film several times over.", topic: "films",
      Parameter("video", "The film."),
      Parameter("times", "How often.", in: 1...10_000, default: 2),
      examples: [.init("\(sample) |> loop(3)", "Video 8x6, 6 frames")],
      cost: .frames(of: "video") { call, film in
        film.with(frameCount: film.frameCount * (try call.read("times") as Int))
      }
    ) { (video: Video, times: Int) in try video.looped(times) }
    Stage(
      "speed", "Plays a film faster or slower at its own rate.", topic: "films",
      Parameter("video", "The film."),
      Parameter("by", "2 is twice as fast, 50% half as fast.", in: 0.01...100),
      examples: [.init("\(sample) |> speed(50%)", "Video 8x6, 4 frames")],
      cost: .frames(of: "video") { call, film in
        let by: Double = try call.read("by")
        return film.with(frameCount: max(1, Int((Double(film.frameCount) / by).rounded())))
      }
    ) { (video: Video, by: Double) in try video.sped(by: by) }
    Stage(
      "concat", "Puts films one after another.", topic: "films",
      Parameter("videos", "The films, in order; the first one gives size and rate."),
      Parameter(
        "fit", "What happens to a film of another size.",
        oneOf: FittingRule.allCases.map(\.rawValue), default: FittingRule.refuse.rawValue),
      examples: [.init("concat([\(sample), \(sample)])", "Video 8x6, 4 frames")]
    ) { (videos: [Video], fit: String) in
      guard let first = videos.first else { throw Diagnostic.nothingToJoin }
      return try first.concatenated(
        with: Array(videos.dropFirst()), fitting: FittingRule(rawValue: fit) ?? .refuse)
    }
    Stage(
      "overlay", "Lays a film over a film, from its start.", topic: "films",
      Parameter("video", "What lies below."),
      Parameter("upper", "What is laid over it; its last frame stays when it is shorter."),
      Parameter("x", "Where its left edge is, in pixels.", in: -16384...16384, default: 0),
      Parameter("y", "Where its upper edge is, in pixels.", in: -16384...16384, default: 0),
      Parameter("opacity", "How much of it is seen.", in: 0...1, default: 1),
      examples: [.init("\(sample) |> overlay(\(sample), opacity: 50%)", "Video 8x6, 2 frames")],
      cost: .pixels(of: "video", weight: 0.5)
    ) { (video: Video, upper: Video, x: Int, y: Int, opacity: Double) in
      video.overlaid(with: upper, x: x, y: y, opacity: opacity)
    }
    Stage(
      "fade", "Lets a film come out of a colour and go back into it.", topic: "films",
      Parameter("video", "The film."),
      Parameter("in", "How long the start takes.", in: 0...3600, default: Seconds(0)),
      Parameter("out", "How long the end takes.", in: 0...3600, default: Seconds(0)),
      Parameter("color", "The colour.", default: .black),
      examples: [.init("\(sample) |> fade(in: 40ms)", "Video 8x6, 2 frames")],
      cost: .pixels(of: "video", weight: 0.3)
    ) { (video: Video, fadeIn: Seconds, fadeOut: Seconds, color: Color) in
      try video.faded(in: fadeIn.amount, out: fadeOut.amount, color: color)
    }
  }
}
