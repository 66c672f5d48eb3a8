import GenMedia

/// What FFmpeg is asked for to make a file of a format.
///
/// Threads are a fixed number and every writer is told to be bit-exact, so that equal frames give
/// equal files on one kind of machine.
struct FormatRecipe {
  var container: String
  var codec: String
  var codecOptions = ""
  var containerOptions = ""
  var pixelFormat: String
  var sizeMultiple = 1
  /// For JPEG: 1 (best) to 31.
  var quantizer = 0
  /// Whether the container itself keeps a text under the key `comment`.
  var keepsComment = false

  init(_ request: ToolWriteRequest) throws {
    let options = request.options
    guard (0...100).contains(options.quality ?? 0), (0...65535).contains(options.loopCount) else {
      throw MediaError.badArgument(
        "a quality of \(options.quality ?? 0) (0...100) with \(options.loopCount) loops (0...65535)"
          + " cannot be written")
    }
    /// Quality 100 gives `best`, 0 gives `worst`.
    func scaled(best: Double, worst: Double, usual: Double) -> Double {
      options.quality.map { best + (worst - best) * Double(100 - $0) / 100 } ?? usual
    }
    switch request.format {
    case .mp4:
      let crf = scaled(best: 1, worst: 51, usual: 18)
      self.init(container: "mp4", codec: "libx264", pixelFormat: "yuv420p")
      codecOptions = "crf=\(crf):preset=medium:threads=4"
      containerOptions = "movflags=+faststart"
      sizeMultiple = 2
      keepsComment = true
    case .webm:
      let crf = scaled(best: 4, worst: 63, usual: 24)
      self.init(container: "webm", codec: "libvpx-vp9", pixelFormat: "yuv420p")
      codecOptions = "crf=\(Int(crf)):b=0:deadline=good:cpu-used=4:row-mt=1:threads=4"
      keepsComment = true
    case .gif:
      self.init(container: "gif", codec: "gif", pixelFormat: "pal8")
      // FFmpeg counts repeats after the first time, and -1 for none.
      let repeats = options.loopCount == 0 ? 0 : options.loopCount == 1 ? -1 : options.loopCount - 1
      containerOptions = "loop=\(repeats)"
      guard request.rate.framesPerSecond <= 100 else {
        throw MediaError.formatUnfit(
          format: .gif,
          reason: "its delays are hundredths of a second, and \(request.rate) frames "
            + "a second are faster")
      }
    case .apng:
      let formats = [1: "gray", 3: "rgb24", 4: "rgba"]
      self.init(
        container: "apng", codec: "apng", pixelFormat: formats[request.channelCount] ?? "rgba")
      codecOptions = "pred=mixed"
      containerOptions = "plays=\(options.loopCount)"
    case .jpeg:
      let isFine = options.quality ?? 92 >= 90
      self.init(
        container: "image2pipe", codec: "mjpeg", pixelFormat: isFine ? "yuvj444p" : "yuvj420p")
      quantizer = Int(scaled(best: 1, worst: 31, usual: 2).rounded())
    case .webp:
      self.init(
        container: "webp", codec: request.isStill ? "libwebp" : "libwebp_anim", pixelFormat: "bgra")
      let quality = options.isLossless ? 75 : options.quality ?? 90
      codecOptions = "lossless=\(options.isLossless ? 1 : 0):quality=\(quality)"
      containerOptions = "loop=\(options.loopCount)"
    case .png, .pngFrames, .wav, .flac, .opus, .obj, .glb, .stl, .csv, .tsv,
      .jsonLines, .sqlite:
      throw MediaError.toolConfused(
        path: request.path, reason: "\(request.format.name) is not written so")
    }
  }

  private init(container: String, codec: String, pixelFormat: String) {
    self.container = container
    self.codec = codec
    self.pixelFormat = pixelFormat
  }
}
