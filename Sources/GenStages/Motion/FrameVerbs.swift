import GenMedia
import GenPipeline

/// Verbs between films and their frames.
enum FrameVerbs {
  private static let sample = Video.sample

  @CatalogBuilder static var stages: [Stage] {
    Stage(
      "film", "Makes a film of pictures.", topic: "films",
      Parameter("frames", "The pictures, all of one size."),
      Parameter("rate", "How fast they follow one another.", in: 0.01...240, default: rate),
      examples: [.init(sample, "Video 8x6, 2 frames")]
    ) { (frames: [Image], rate: FramesPerSecond) in
      guard let rate = FrameRate(framesPerSecond: rate.amount) else {
        throw Diagnostic.nothingToJoin
      }
      return try Video(frames: frames, rate: rate)
    }
    Stage(
      "frame", "One frame of a film.", topic: "films",
      Parameter("video", "The film."),
      Parameter("index", "0 is the first, -1 the last.", default: 0),
      examples: [.init("\(sample) |> frame(-1)", "Image 8x6")],
      cost: .frames(of: "video") { $1.frame }
    ) { (video: Video, index: Int) in try video.frame(at: index) }
    Stage(
      "frames", "All frames of a film as a list of pictures.", topic: "films",
      Parameter("video", "The film."),
      examples: [.init("length(\(sample) |> frames)", "2")]
    ) { (video: Video) in try video.collected() }
    Stage(
      "with_rate", "Plays the same frames at another rate.", topic: "films",
      Parameter("video", "The film."),
      Parameter("rate", "Frames per second.", in: 0.01...240),
      examples: [.init("\(sample) |> with_rate(12fps)", "Video 8x6, 2 frames")]
    ) { (video: Video, rate: FramesPerSecond) in
      guard let rate = FrameRate(framesPerSecond: rate.amount) else {
        throw Diagnostic.nothingToJoin
      }
      return video.withRate(rate)
    }
  }

  private static let rate = FramesPerSecond(24)
}
