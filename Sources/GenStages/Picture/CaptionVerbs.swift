import GenMedia
import GenPipeline

/// Verbs that write on pictures and put them side by side.
enum CaptionVerbs {
  @CatalogBuilder static var stages: [Stage] {
    Stage(
      "text", "Writes a caption on a picture.", topic: "pictures",
      Parameter("picture", "The picture."),
      Parameter("caption", "What to write; it is wrapped to the width."),
      Parameter("size", "Height of the letters, in pixels.", in: 4...1000, default: 24),
      Parameter("color", "The letters' colour.", default: .white),
      Parameter("at", "Where it stands.", oneOf: places, default: "bottom"),
      examples: [.init("\(large(Image.sample)) |> text(\"Hello\", size: 12)", "Image 80x60")],
      cost: .pixels(of: "picture", weight: 0.3)
    ) { (picture: Image, caption: String, size: Double, color: Color, at: String) in
      try picture.captioned(caption, style: style(size, color), place: place(at))
    }
    Stage(
      "text", "Writes a caption on every frame of a film.", topic: "films",
      Parameter("video", "The film."),
      Parameter("caption", "What to write; it is wrapped to the width."),
      Parameter("size", "Height of the letters, in pixels.", in: 4...1000, default: 24),
      Parameter("color", "The letters' colour.", default: .white),
      Parameter("at", "Where it stands.", oneOf: places, default: "bottom"),
      examples: [.init("\(large(Video.sample)) |> text(\"Hi\", size: 9)", "Video 80x60, 2 frames")],
      cost: .pixels(of: "video", weight: 0.3)
    ) { (video: Video, caption: String, size: Double, color: Color, at: String) in
      try video.captioned(caption, style: style(size, color), place: place(at))
    }
    Stage(
      "sheet", "Puts pictures side by side, with a caption under each.", topic: "pictures",
      Parameter("pictures", "The pictures, row by row."),
      Parameter("captions", "A text for each picture, or none.", default: []),
      Parameter("columns", "Pictures in a row; as square as it can be unless given.", in: 1...1000),
      Parameter("gap", "Pixels between them.", in: 0...1000, default: 4),
      examples: [.init("sheet([plain(8, 6), plain(8, 6)], columns: 2, gap: 2)", "Image 22x10")],
      cost: .sheet(of: "pictures") { $1.frameCount }
    ) { (pictures: [Image], captions: [String], columns: Int?, gap: Int) in
      guard captions.isEmpty || captions.count == pictures.count else {
        throw Diagnostic.captionCount(captions.count, pictures: pictures.count)
      }
      return try Image.sheet(of: pictures, labels: captions, columns: columns, gap: gap)
    }
    Stage(
      "sheet", "Puts frames of a film side by side, each with its second.", topic: "films",
      Parameter("video", "The film."),
      Parameter("count", "How many frames, evenly over the film.", in: 1...1000, default: 16),
      Parameter("columns", "Frames in a row; as square as it can be unless given.", in: 1...1000),
      examples: [], cost: .sheet(of: "video") { call, _ in try call.read("count") }
    ) { (video: Video, count: Int, columns: Int?) in
      try video.sheet(count: count, columns: columns)
    }
  }

  private static let places = ["top", "center", "bottom"]

  private static func large(_ sample: String) -> String { "\(sample) |> resize(width: 80)" }

  private static func style(_ size: Double, _ color: Color) -> TextStyle {
    TextStyle(size: size, color: color)
  }

  private static func place(_ name: String) -> TextPlace {
    switch name {
    case "top": .top
    case "center": .center
    default: .bottom
    }
  }
}
