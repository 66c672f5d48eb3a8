import GenMedia
import GenPipeline

/// Verbs that change the size of pictures and films.
enum ShapeVerbs {
  static var stages: [Stage] { forms(Image.self) + forms(Video.self) }

  @CatalogBuilder private static func forms<Medium: Pictorial>(_ medium: Medium.Type) -> [Stage] {
    Stage(
      "resize", "Resamples to another size; where one side is left out, the shape is kept.",
      topic: "pictures",
      Parameter(Medium.noun, "What to resample."),
      Parameter("width", "Width of the result, in pixels.", in: 1...16384),
      Parameter("height", "Height of the result, in pixels.", in: 1...16384),
      Parameter(
        "filter", "How pixels are mixed: lanczos is sharp, nearest keeps pixel art hard.",
        oneOf: ResizeFilter.allCases.map(\.rawValue), default: "lanczos"),
      examples: [
        .init("\(Medium.sample) |> resize(width: 4)", Medium.named(4, 3)),
        .init("\(Medium.sample) |> resize(width: 4, height: 4)", Medium.named(4, 4)),
      ],
      cost: .pixels(of: Medium.noun) { call, source in
        let size = try size(
          of: source, width: try call.read("width"), height: try call.read("height"))
        return source.with(width: size.width, height: size.height)
      },
      check: { call in
        call.given.isDisjoint(with: ["width", "height"])
          ? [Diagnostic.sizeMissing.placed(at: call.places[Medium.noun])] : []
      }
    ) { (picture: Medium, width: Int?, height: Int?, filter: String) in
      let size = try size(
        of: .init(width: picture.width, height: picture.height), width: width, height: height)
      return try picture.resized(
        width: size.width, height: size.height, filter: ResizeFilter(rawValue: filter) ?? .lanczos)
    }
    Stage(
      "crop", "Cuts a rectangle out; in the middle unless it is said where.", topic: "pictures",
      Parameter(Medium.noun, "What to cut."),
      Parameter("width", "Width of the rectangle, in pixels.", in: 1...16384),
      Parameter("height", "Height of the rectangle, in pixels.", in: 1...16384),
      Parameter("x", "Its left edge, in pixels from the left.", in: 0...16384),
      Parameter("y", "Its upper edge, in pixels from the top.", in: 0...16384),
      examples: [.init("\(Medium.sample) |> crop(4, 4)", Medium.named(4, 4))],
      cost: .pixels(of: Medium.noun, weight: 0.2) { call, source in
        source.with(width: try call.read("width"), height: try call.read("height"))
      }
    ) { (picture: Medium, width: Int, height: Int, x: Int?, y: Int?) in
      try picture.cropped(
        x: x ?? max(0, (picture.width - width) / 2), y: y ?? max(0, (picture.height - height) / 2),
        width: width, height: height)
    }
    Stage(
      "pad", "Adds a border of one colour.", topic: "pictures",
      Parameter(Medium.noun, "What to frame."),
      Parameter(
        "by", "Pixels on every side that is not given by itself.", in: 0...8192, default: 0),
      Parameter("left", "Pixels on the left.", in: 0...8192),
      Parameter("right", "Pixels on the right.", in: 0...8192),
      Parameter("top", "Pixels above.", in: 0...8192),
      Parameter("bottom", "Pixels below.", in: 0...8192),
      Parameter("color", "The border's colour, such as \"black\" or \"#10a0ff\".", default: .black),
      examples: [.init("\(Medium.sample) |> pad(by: 2)", Medium.named(12, 10))],
      cost: .pixels(of: Medium.noun, weight: 0.2) { call, source in
        let by: Int = try call.read("by")
        func side(_ name: String) throws -> Int { (try call.read(name) as Int?) ?? by }
        return source.with(
          width: source.width + (try side("left")) + (try side("right")),
          height: source.height + (try side("top")) + (try side("bottom")))
      }
    ) {
      (
        picture: Medium, by: Int, left: Int?, right: Int?, top: Int?, bottom: Int?, color: Color
      ) in
      try picture.padded(
        left: left ?? by, top: top ?? by, right: right ?? by, bottom: bottom ?? by, color: color)
    }
  }

  private static func size(
    of picture: Cost.Extent, width: Int?, height: Int?
  ) throws -> (width: Int, height: Int) {
    let (w, h) = (Double(picture.width), Double(picture.height))
    switch (width, height) {
    case (let width?, let height?): return (width, height)
    case (let width?, nil): return (width, max(1, Int((Double(width) * h / w).rounded())))
    case (nil, let height?): return (max(1, Int((Double(height) * w / h).rounded())), height)
    case (nil, nil): throw Diagnostic.sizeMissing
    }
  }
}
