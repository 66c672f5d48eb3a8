import GenMedia
import Testing

/// What each format is written from and how near it comes back.
struct RoundTrip: Sendable, CustomTestStringConvertible {
  var ending: String
  var format: String
  var channelCount = 3
  var quality: Int?
  var isLossless = false
  /// The greatest root mean square difference of a frame, in samples.
  var tolerance: Double

  var testDescription: String { "\(ending), \(channelCount) channels" }

  static let films = [
    RoundTrip(ending: ".mp4", format: "mp4 h264", tolerance: 8),
    RoundTrip(ending: ".webm", format: "webm vp9", tolerance: 8),
    RoundTrip(ending: ".gif", format: "gif", tolerance: 5),
    RoundTrip(ending: ".apng", format: "apng", tolerance: 0),
    RoundTrip(ending: ".apng", format: "apng", channelCount: 4, tolerance: 0),
    RoundTrip(ending: ".apng", format: "apng", channelCount: 1, tolerance: 0),
    RoundTrip(ending: ".webp", format: "webp", tolerance: 9),
    RoundTrip(ending: ".webp", format: "webp", isLossless: true, tolerance: 0),
    RoundTrip(ending: "-%03d.png", format: "png", tolerance: 0),
    RoundTrip(ending: "-%03d.png", format: "png", channelCount: 4, tolerance: 0),
  ]

  static let pictures = [
    RoundTrip(ending: ".png", format: "png", tolerance: 0),
    RoundTrip(ending: ".png", format: "png", channelCount: 1, tolerance: 0),
    RoundTrip(ending: ".png", format: "png", channelCount: 4, tolerance: 0),
    RoundTrip(ending: ".jpg", format: "jpeg", tolerance: 3),
    RoundTrip(ending: ".jpg", format: "jpeg", quality: 100, tolerance: 2.5),
    RoundTrip(ending: ".webp", format: "webp", tolerance: 9),
    RoundTrip(ending: ".webp", format: "webp", isLossless: true, tolerance: 0),
    RoundTrip(ending: ".gif", format: "gif", tolerance: 6),
    RoundTrip(ending: ".apng", format: "png", tolerance: 0),
  ]

  var options: MediaWriteOptions {
    MediaWriteOptions(quality: quality, isLossless: isLossless)
  }
}

@Suite struct `What is written is read back` {
  let folder = TemporaryFolder()
  let manifest = "{\"script\": \"a <b> & 100 % \\\"boat\\\"\",\n \"seed\": 7, \"é\": \"船\"}"

  @Test(arguments: RoundTrip.films)
  func `a film keeps size, rate, number of frames, pixels and manifest`(trip: RoundTrip) throws {
    let path = folder / ("film" + trip.ending)
    let film = try Video.scene(64, 48, frames: 10, channelCount: trip.channelCount)
    let report = try MediaFile.write(film, to: path, manifest: manifest, options: trip.options)
    #expect(report.frameCount == 10)
    #expect(report.width == 64 && report.height == 48)

    let info = try MediaFile.probe(path)
    #expect(info.format == trip.format)
    #expect(info.isFilm)
    #expect(info.width == 64 && info.height == 48)
    #expect(info.rate == .film)
    #expect(info.frameCount == 10)
    #expect(info.manifest == manifest)

    let read = try MediaFile.readVideo(path).collected()
    #expect(read.count == 10)
    for (frame, original) in zip(read, try film.collected()) {
      let loss = frame.difference(from: original)
      #expect(loss <= trip.tolerance, "\(loss)")
    }
  }

  @Test(arguments: RoundTrip.pictures)
  func `a picture keeps size, pixels and manifest`(trip: RoundTrip) throws {
    let path = folder / ("picture" + trip.ending)
    let picture = Image.scene(61, 47, step: 5, channelCount: trip.channelCount)
    try MediaFile.write(picture, to: path, manifest: manifest, options: trip.options)
    let info = try MediaFile.probe(path)
    #expect(info.format == trip.format)
    #expect(!info.isFilm)
    #expect(info.frameCount == 1)
    #expect(info.channelCount == trip.channelCount)
    #expect(info.manifest == manifest)
    let read = try MediaFile.readImage(path)
    let loss = read.difference(from: picture)
    #expect(loss <= trip.tolerance, "\(loss)")
  }

  @Test(arguments: [".mp4", ".webm", ".jpg", ".webp", ".gif"])
  func `flat colours come back as they were`(ending: String) throws {
    let colors = ["red", "lime", "blue", "white", "black", "#c08040", "teal"].compactMap {
      Color($0)
    }
    #expect(colors.count == 7)
    for color in colors {
      let path = folder / ("flat" + ending)
      let samples = [color.red, color.green, color.blue]
      let picture = Image(width: 32, height: 32, filledWith: samples)
      try MediaFile.write(picture, to: path, options: MediaWriteOptions(quality: 90))
      let read = try MediaFile.readImage(path)
      let worst = zip(read.pixels, picture.pixels).map { abs(Int($0) - Int($1)) }.max()
      #expect(worst ?? 255 <= 3, "\(color)")
    }
  }
}
