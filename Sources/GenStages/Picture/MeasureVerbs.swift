import GenMedia
import GenPipeline

/// Verbs that turn pictures into numbers.
enum MeasureVerbs {
  @CatalogBuilder static var stages: [Stage] {
    Stage(
      "difference", "How far two pictures are apart: 0 is the same, 255 is black against white.",
      topic: "pictures",
      Parameter("picture", "A picture."),
      Parameter("other", "Another one of the same size."),
      examples: [.init("difference(plain(8, 6), plain(8, 6, color: \"white\"))", "255")]
    ) { (picture: Image, other: Image) in try picture.difference(from: other) }
    Stage(
      "difference", "How far two films are apart, over all frames that both have.", topic: "films",
      Parameter("video", "A film."),
      Parameter("other", "Another one of the same size."),
      examples: [.init("difference(\(Video.sample), \(Video.sample))", "0")]
    ) { (video: Video, other: Video) in
      guard (video.width, video.height) == (other.width, other.height) else {
        throw Diagnostic.differentSizes(
          (video.width, video.height), (other.width, other.height))
      }
      return try video.differences(from: other).reduce(into: PixelDifference()) { $0.add($1) }
        .rootMeanSquare
    }
    Stage(
      "average", "The mean colour of a picture, each part from 0 to 255.", topic: "pictures",
      Parameter("picture", "The picture."),
      examples: [
        .init("average(plain(8, 6, color: \"#102030\"))", "{red: 16, green: 32, blue: 48}")
      ]
    ) { (picture: Image) in picture.average }
    Stage(
      "heat", "Lays a map over a picture in the colours of glowing iron.", topic: "pictures",
      Parameter("picture", "The picture, which is darkened."),
      Parameter("map", "Bright where the picture is to glow; of any size."),
      examples: [.init("plain(8, 6) |> heat(plain(2, 2, color: \"white\"))", "Image 8x6")]
    ) { (picture: Image, map: Image) in try picture.heated(by: map) }
  }
}

/// A mean colour, as a record.
struct MeanColor: ValueConvertible {
  let red: Double
  let green: Double
  let blue: Double

  static var valueType: ValueType {
    .record(["red", "green", "blue"].map { .init($0, .number) })
  }

  init(red: Double, green: Double, blue: Double) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  init?(_ value: Value) { nil }

  var value: Value {
    .record([
      .init("red", .number(red)), .init("green", .number(green)), .init("blue", .number(blue)),
    ])
  }
}

extension Image {
  /// The root of the mean squared difference of red, green and blue.
  ///
  /// - Throws: ``Diagnostic`` for pictures of different sizes.
  func difference(from other: Image) throws -> Double {
    guard (width, height) == (other.width, other.height) else {
      throw Diagnostic.differentSizes((width, height), (other.width, other.height))
    }
    return try PixelDifference(
      converted(toChannelCount: 3), other.converted(toChannelCount: 3)
    ).rootMeanSquare
  }

  var average: MeanColor {
    let pixels = converted(toChannelCount: 3).pixels
    let sums = (0..<3).map { channel in
      stride(from: channel, to: pixels.count, by: 3).reduce(0) { $0 + Int(pixels[$1]) }
    }
    let means = sums.map { Double($0) / Double(pixelCount) }
    return MeanColor(red: means[0], green: means[1], blue: means[2])
  }
}

extension Diagnostic {
  fileprivate static func differentSizes(
    _ first: (width: Int, height: Int), _ second: (width: Int, height: Int)
  ) -> Diagnostic {
    Diagnostic(
      "E0711",
      message: "pictures of \(first.width)x\(first.height) and \(second.width)x\(second.height) "
        + "pixels cannot be compared",
      hint: "bring them to one size: resize(width: \(first.width), height: \(first.height))")
  }
}
