import GenMedia
import GenPipeline

/// Verbs that change the pixels of pictures and films and keep their size.
enum ToneVerbs {
  static var stages: [Stage] { forms(Image.self) + forms(Video.self) }

  @CatalogBuilder private static func forms<Medium: Pictorial>(_ medium: Medium.Type) -> [Stage] {
    Stage(
      "blur", "Softens with a Gaussian.", topic: "pictures",
      Parameter(Medium.noun, "What to soften."),
      Parameter("radius", "Its standard deviation, in pixels.", in: 0...500, default: 2),
      examples: [.init("\(Medium.sample) |> blur(radius: 1)", Medium.named(8, 6))],
      cost: .pixels(of: Medium.noun, weight: 1)
    ) { (picture: Medium, radius: Double) in try picture.blurred(radius: radius) }
    Stage(
      "sharpen", "Raises edges by what a blur would take away.", topic: "pictures",
      Parameter(Medium.noun, "What to sharpen."),
      Parameter("amount", "How much of it is added.", in: 0...10, default: 1),
      Parameter("radius", "The blur's standard deviation, in pixels.", in: 0...500, default: 1),
      examples: [.init("\(Medium.sample) |> sharpen(50%)", Medium.named(8, 6))],
      cost: .pixels(of: Medium.noun, weight: 1.5)
    ) { (picture: Medium, amount: Double, radius: Double) in
      try picture.sharpened(amount: amount, radius: radius)
    }
    Stage(
      "tint", "Looks at it through coloured glass.", topic: "pictures",
      Parameter(Medium.noun, "What to tint."),
      Parameter("color", "The glass, such as \"orange\" or \"#ffa500\"."),
      Parameter("amount", "0 is clear, 100% the full colour.", in: 0...1, default: 0.5),
      examples: [.init("\(Medium.sample) |> tint(\"orange\", 30%)", Medium.named(8, 6))],
      cost: .pixels(of: Medium.noun, weight: 0.3)
    ) { (picture: Medium, color: Color, amount: Double) in
      picture.tinted(color, amount: amount)
    }
    Stage(
      "grain", "Adds film grain.", topic: "pictures",
      Parameter(Medium.noun, "What to roughen."),
      Parameter("amount", "Its standard deviation as a share of white.", in: 0...1, default: 0.05),
      Parameter("seed", "Another seed, another grain.", in: 0...4_294_967_295, setting: "seed"),
      examples: [.init("\(Medium.sample) |> grain(8%)", Medium.named(8, 6))],
      cost: .pixels(of: Medium.noun, weight: 1.5)
    ) { (picture: Medium, amount: Double, seed: Int) in
      try picture.grained(amount: amount, seed: UInt64(bitPattern: Int64(seed)))
    }
    Stage(
      "grayscale", "Keeps brightness alone.", topic: "pictures",
      Parameter(Medium.noun, "What to take the colour from."),
      examples: [.init("\(Medium.sample) |> grayscale", Medium.named(8, 6))],
      cost: .pixels(of: Medium.noun, weight: 0.3)
    ) { (picture: Medium) in picture.grayscaled() }
    Stage(
      "overlay", "Lays a picture over it.", topic: "pictures",
      Parameter(Medium.noun, "What lies below."),
      Parameter("upper", "What is laid over it; its alpha lets through."),
      Parameter("x", "Where its left edge is, in pixels.", in: -16384...16384, default: 0),
      Parameter("y", "Where its upper edge is, in pixels.", in: -16384...16384, default: 0),
      Parameter("opacity", "How much of it is seen.", in: 0...1, default: 1),
      examples: [
        .init("\(Medium.sample) |> overlay(plain(2, 2, color: \"red\"), x: 3)", Medium.named(8, 6))
      ],
      cost: .pixels(of: Medium.noun, weight: 0.5)
    ) { (picture: Medium, upper: Image, x: Int, y: Int, opacity: Double) in
      picture.overlaid(with: upper, x: x, y: y, opacity: opacity)
    }
  }
}
