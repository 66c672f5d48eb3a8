import GenMedia
import GenModels
import GenPipeline

extension Studio {
  /// Verbs that draw what is missing around what is given.
  @CatalogBuilder var redrawingVerbs: [Stage] {
    Stage(
      "animate", "Lets a still picture move; the film's first frame is the picture.",
      topic: "generation",
      Parameter("picture", "The picture; it is cut to a square of 64 pixels."),
      Parameter("prompt", "What it shows and how that moves."),
      Parameter("frames", "Length of the film.", in: 2...24, default: 24),
      Drawing.seed, Drawing.steps, Drawing.guidance, Drawing.sampler, Drawing.model,
      examples: [
        .init("plain(64, 64) |> animate(\"a star\", frames: 4, steps: 1)", "Video 64x64, 4 frames")
      ],
      effort: .heavy, check: films.check, models: FilmMaker.models
    ) {
      (
        picture: Image, prompt: Prompt, frames: Int, seed: Int, steps: Int, guidance: Double,
        sampler: SamplerPlan?, model: ModelChoice?
      ) in
      let given = try FilmSamples(Array(repeating: picture, count: frames))
      return try await complete(
        given, givenFrames: [0], prompt,
        manner(seed, steps, guidance, sampler, model)
      ).video()
    }
    Stage(
      "inbetween", "Fills in between two pictures.", topic: "generation",
      Parameter("first", "The film's first frame."),
      Parameter("last", "Its last frame."),
      Parameter("frames", "Length of the film, both pictures among it.", in: 3...24, default: 24),
      Drawing.optionalPrompt("What happens between them."),
      Drawing.seed, Drawing.steps, Drawing.guidance, Drawing.sampler, Drawing.model,
      examples: [
        .init(
          "inbetween(plain(64, 64), plain(64, 64), frames: 4, steps: 1)", "Video 64x64, 4 frames")
      ],
      effort: .heavy, check: films.check, models: FilmMaker.models
    ) {
      (
        first: Image, last: Image, frames: Int, prompt: Prompt, seed: Int, steps: Int,
        guidance: Double, sampler: SamplerPlan?, model: ModelChoice?
      ) in
      let given = try FilmSamples(Array(repeating: first, count: frames - 1) + [last])
      return try await complete(
        given, givenFrames: [0, frames - 1], prompt,
        manner(seed, steps, guidance, sampler, model)
      ).video()
    }
    Stage(
      "extend", "Lets a film go on.", topic: "generation",
      Parameter("video", "The film; it is drawn on at 64x64 pixels."),
      Parameter("seconds", "How much is added.", in: 0.04...60, default: Seconds(0.5)),
      Drawing.optionalPrompt("What happens; the film's own prompt, if it is to go on alike."),
      Drawing.seed, Drawing.steps, Drawing.guidance, Drawing.sampler, Drawing.model,
      examples: [
        .init(
          "film([plain(64, 64)]) |> extend(seconds: 125ms, steps: 1)", "Video 64x64, 4 frames")
      ],
      effort: .heavy, check: films.check, models: FilmMaker.models
    ) {
      (
        video: Video, seconds: Seconds, prompt: Prompt, seed: Int, steps: Int, guidance: Double,
        sampler: SamplerPlan?, model: ModelChoice?
      ) in
      try await extended(
        video, by: max(1, video.rate.frameCount(inSeconds: seconds.amount)), prompt,
        manner(seed, steps, guidance, sampler, model))
    }
  }

  func manner(
    _ seed: Int, _ steps: Int, _ guidance: Double, _ sampler: SamplerPlan?, _ model: ModelChoice?
  ) -> FilmMaker.Manner {
    FilmMaker.Manner(
      model: model, seed: seed, steps: steps, guidance: guidance, sampler: sampler, shift: nil)
  }

  /// Draws the frames that are not given and says how well the model's own drawing met the others.
  func complete(
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
  private func extended(
    _ video: Video, by count: Int, _ prompt: Prompt, _ manner: FilmMaker.Manner
  ) async throws -> Video {
    var frames = try FilmSamples(video.collected()).images
    let target = frames.count + count
    var manner = manner
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
