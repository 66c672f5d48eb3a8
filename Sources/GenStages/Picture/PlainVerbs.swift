import GenMedia
import GenPipeline

/// Pictures that need no model.
enum PlainVerbs {
  @CatalogBuilder static var stages: [Stage] {
    Stage(
      "plain", "A picture of one colour.", topic: "pictures",
      Parameter("width", "Its width, in pixels.", in: 1...16384),
      Parameter("height", "Its height, in pixels.", in: 1...16384),
      Parameter("color", "Its colour, such as \"teal\" or \"#008080\".", default: .black),
      examples: [.init("plain(8, 6, color: \"teal\")", "Image 8x6")]
    ) { (width: Int, height: Int, color: Color) in
      try Image.checkSize(width: width, height: height)
      let opaque = [color.red, color.green, color.blue]
      return Image(
        width: width, height: height,
        filledWith: color.alpha == 255 ? opaque : opaque + [color.alpha])
    }
    Stage(
      "color", "A colour by its CSS name or its digits.", topic: "pictures",
      Parameter("name", "Such as \"tomato\", \"#f60\" or \"#ff6600\"."),
      examples: [.init("color(\"#f00\")", "#ff0000")], effort: .instant
    ) { (name: Color) in name }
  }
}
