import GenMedia
import GenModels
import GenPipeline
import GenTensor
import GenWeights
import Synchronization

/// Enlarges pictures and films; loads each network once.
final class Enlarger: Sendable {
  static let model = "realesr-animevideov3"
  /// Another one where the same picture is enlarged to something else than before.
  static let version = 3
  private let store: ModelStore
  private let announce: @Sendable (Studio.Announcement) -> Void
  private let loaded = Mutex<[Loaded: Upscaler]>([:])

  private struct Loaded: Hashable {
    let factor: Int
    let precision: NumericMode
  }

  init(store: ModelStore, announce: @escaping @Sendable (Studio.Announcement) -> Void) {
    self.store = store
    self.announce = announce
  }

  /// The network of a factor, fetched first when it is not here.
  func upscaler(by factor: Int, _ precision: NumericMode) async throws -> Upscaler {
    let key = Loaded(factor: factor, precision: precision)
    if let known = loaded.withLock({ $0[key] }) { return known }
    let files = try await store.get(Self.model) { [announce] event in
      if let sentence = event.sentence { announce(.fetching(sentence)) }
    }
    let upscaler = try Upscaler(files: files, factor: factor, mode: precision)
    loaded.withLock { $0[key] = upscaler }
    return upscaler
  }

  /// The network, loaded anew.
  ///
  /// - Throws: when it has not been fetched.
  func loaded(by factor: Int, _ precision: NumericMode) throws -> Upscaler {
    try Upscaler(files: store.files(of: Self.model), factor: factor, mode: precision)
  }
}

extension Studio {
  @CatalogBuilder var enlargingVerbs: [Stage] {
    Stage(
      "upscale", "Enlarges a film with a super-resolution network, frame by frame.",
      topic: "generation",
      Parameter("video", "The film."),
      Parameter("by", "How many times as wide and high.", in: 2...4, default: 4), Drawing.precision,
      examples: [.init("film([plain(8, 6)]) |> upscale(by: 2)", "Video 16x12, 1 frame")],
      version: Enlarger.version, effort: .heavy, cost: enlarger.cost("video"),
      models: { _ in [Enlarger.model] }
    ) { (video: Video, by: Int, precision: String) in
      let upscaler = try await enlarger.upscaler(
        by: by, NumericMode(setting: precision))
      try Image.checkSize(width: video.width * by, height: video.height * by)
      return upscaler.enlarged(video)
    }
    Stage(
      "upscale", "Enlarges a picture with a super-resolution network.", topic: "generation",
      Parameter("picture", "The picture."),
      Parameter("by", "How many times as wide and high.", in: 2...4, default: 4), Drawing.precision,
      examples: [.init("plain(8, 6) |> upscale(by: 3)", "Image 24x18")],
      version: Enlarger.version, effort: .heavy, cost: enlarger.cost("picture"),
      models: { _ in [Enlarger.model] }
    ) { (picture: Image, by: Int, precision: String) in
      let upscaler = try await enlarger.upscaler(
        by: by, NumericMode(setting: precision))
      try Image.checkSize(width: picture.width * by, height: picture.height * by)
      let context = StageContext.current
      return try upscaler.enlarged([picture]) { share in
        context.report(.init(fraction: share, note: "\(Int(share * 100)) %"))
      }[0]
    }
  }
}

extension Upscaler {
  /// The film enlarged as its frames are asked for, a few at a time, in constant memory.
  func enlarged(_ video: Video) -> Video {
    let batch = Upscaler.picturesPerRun(height: video.height, width: video.width)
    let context = StageContext.current
    return Video(
      width: video.width * factor, height: video.height * factor, rate: video.rate,
      frameCount: video.frameCount
    ) { [self] in
      var source = try video.makeFrames()
      var ready: [Image] = []
      var doneCount = 0
      return ClosureFrames {
        if ready.isEmpty {
          var waiting: [Image] = []
          while waiting.count < batch, let frame = try source.next() { waiting.append(frame) }
          guard !waiting.isEmpty else { return nil }
          ready = try self.enlarged(waiting).reversed()
          doneCount += waiting.count
          context.report(.init("frame", doneCount, of: video.frameCount))
        }
        return ready.popLast()
      }
    }
  }

  /// Pictures of one size, enlarged; alpha is left out.
  func enlarged(_ pictures: [Image], progress: (Double) -> Void = { _ in }) throws -> [Image] {
    guard let first = pictures.first else { return [] }
    let samples = pictures.flatMap { picture in
      picture.converted(toChannelCount: 3).pixels.map { Float($0) / 255 }
    }
    let shape: GenTensor.Shape = [pictures.count, first.height, first.width, 3]
    let large = try enlarged(NDArray(samples, shape: shape), progress: progress).floats
    let (width, height) = (first.width * factor, first.height * factor)
    let perPicture = width * height * 3
    return (0..<pictures.count).compactMap { index in
      let part = large[index * perPicture..<(index + 1) * perPicture]
      return Image(
        width: width, height: height, pixels: part.map { UInt8(($0 * 255).rounded()) })
    }
  }
}
