import GenMedia
import GenModels
import GenPipeline

extension Studio {
  /// Verbs that draw what is missing around what is given.
  @CatalogBuilder var redrawingVerbs: [Stage] {
    Stage(
      "animate", "Lets a still picture move; the film's first frame is the picture.",
      topic: "generation",
      parameters: [
        Parameter<Image>("picture", "The picture; it is cut to a square of 64 pixels.").info,
        Parameter<Prompt>("prompt", "What it shows and how that moves.").info,
        Parameter("frames", "Length of the film.", in: 2...24, default: 24).info,
      ] + Drawing.manner, result: .fixed(.video),
      examples: [
        .init("plain(64, 64) |> animate(\"a star\", frames: 4, steps: 1)", "Video 64x64, 4 frames")
      ],
      version: FilmMaker.version, effort: .heavy, cost: films.completingCost, check: films.check,
      models: FilmMaker.models
    ) { arguments in
      let picture: Image = try arguments.read("picture")
      let given = try FilmSamples(Array(repeating: picture, count: arguments.read("frames")))
      return .video(try await complete(given, givenFrames: [0], arguments).video())
    }
    Stage(
      "inbetween", "Fills in between two pictures.", topic: "generation",
      parameters: [
        Parameter<Image>("first", "The film's first frame.").info,
        Parameter<Image>("last", "Its last frame.").info,
        Parameter(
          "frames", "Length of the film, both pictures among it.", in: 3...24, default: 24
        ).info,
        Parameter("prompt", "What happens between them.", default: Prompt("")).info,
      ] + Drawing.manner, result: .fixed(.video),
      examples: [
        .init(
          "inbetween(plain(64, 64), plain(64, 64), frames: 4, steps: 1)", "Video 64x64, 4 frames")
      ],
      version: FilmMaker.version, effort: .heavy, cost: films.completingCost, check: films.check,
      models: FilmMaker.models
    ) { arguments in
      let (first, last): (Image, Image) = (try arguments.read("first"), try arguments.read("last"))
      let count: Int = try arguments.read("frames")
      let given = try FilmSamples(Array(repeating: first, count: count - 1) + [last])
      return .video(try await complete(given, givenFrames: [0, count - 1], arguments).video())
    }
    Stage(
      "extend", "Lets a film go on.", topic: "generation",
      parameters: [
        Parameter<Video>("video", "The film; it is drawn on at 64x64 pixels.").info,
        Parameter("seconds", "How much is added.", in: 0.04...60, default: Seconds(0.5)).info,
        Parameter(
          "prompt", "What happens; the film's own prompt, if it is to go on alike.",
          default: Prompt("")
        ).info,
      ] + Drawing.manner, result: .fixed(.video),
      examples: [
        .init(
          "film([plain(64, 64)]) |> extend(seconds: 125ms, steps: 1)", "Video 64x64, 4 frames")
      ],
      version: FilmMaker.version, effort: .heavy, cost: films.extendingCost, check: films.check,
      models: FilmMaker.models
    ) { arguments in .video(try await extended(arguments)) }
  }

  private func complete(
    _ film: FilmSamples, givenFrames: Set<Int>, _ arguments: Arguments
  ) async throws -> FilmSamples {
    try await complete(
      film, givenFrames: givenFrames, arguments.read("prompt"), FilmMaker.Manner(arguments))
  }

  /// Draws the frames that are not given and says how well the model's own drawing met the others.
  private func complete(
    _ film: FilmSamples, givenFrames: Set<Int>, _ prompt: Prompt, _ manner: FilmMaker.Manner
  ) async throws -> FilmSamples {
    let conditioning = try FilmConditioning(film: film, givenFrames: givenFrames)
    let drawing = try await films.draw(
      prompt, frameCount: film.frameCount, manner, conditioning: conditioning)
    let tenths = (drawing.deviation * 10).rounded() / 10
    announce(.noted("given frames are kept; the model's own differed by \(tenths) of 255"))
    return drawing.film
  }

  /// Adds frames in windows: the last ones of what is there are given, the rest is drawn.
  private func extended(_ arguments: Arguments) async throws -> Video {
    let video: Video = try arguments.read("video")
    let (seconds, prompt): (Seconds, Prompt) = (
      try arguments.read("seconds"), try arguments.read("prompt")
    )
    var manner = try FilmMaker.Manner(arguments)
    var frames = try FilmSamples(video.collected()).images
    let target = frames.count + max(1, video.rate.frameCount(inSeconds: seconds.amount))
    while frames.count < target {
      let known = frames.suffix(FilmMaker.frameLimit / 3)
      let length = min(FilmMaker.frameLimit, known.count + target - frames.count)
      guard let last = known.last else { throw Diagnostic.nothingToJoin }
      let blank = Array(repeating: last, count: length - known.count)
      let window = try await complete(
        FilmSamples(known + blank), givenFrames: Set(0..<known.count), prompt, manner)
      frames += window.images.dropFirst(known.count)
      manner.seed = (manner.seed + 1) & 0xFFFF_FFFF
    }
    return try Video(frames: frames, rate: video.rate)
  }
}
