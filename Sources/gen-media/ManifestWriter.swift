import GenMedia
import Glibc

/// Puts a manifest into a finished file whose container FFmpeg does not do it for.
struct ManifestWriter {
  private let request: ToolWriteRequest
  private let file: AtomicFile

  init(_ request: ToolWriteRequest, _ file: AtomicFile) {
    self.request = request
    self.file = file
  }

  func run() throws {
    guard let manifest = request.manifest else { return }
    switch request.format {
    case .gif: try insert(GIFBlocks.encoded(comment: manifest), before: 1)
    case .apng: try insert(PNGChunk.encoded(manifest: manifest), before: PNGChunk.endCount)
    case .jpeg:
      let bytes = try content()
      let place = JPEGSegments(bytes)?.commentPlace ?? 2
      try replace(bytes[..<place] + JPEGSegments.encoded(comment: manifest) + bytes[place...])
    case .webp:
      guard let chunks = WebPChunks(try content()) else {
        throw MediaError.cannotWrite(path: request.path, reason: "the encoder made no WebP")
      }
      try replace(
        chunks.file(
          with: manifest, width: request.width, height: request.height,
          hasAlpha: request.channelCount == 4)[...])
    default: return
    }
  }

  private func content() throws -> [UInt8] {
    try FileBytes.read(file.descriptor, at: 0, count: file.byteCount, of: request.path)
  }

  /// Puts bytes before the last `count` ones.
  private func insert(_ bytes: [UInt8], before count: Int) throws {
    let place = file.byteCount - count
    let tail = try FileBytes.read(file.descriptor, at: place, count: count, of: request.path)
    lseek(file.descriptor, off_t(place), SEEK_SET)
    try file.write(bytes + tail)
  }

  private func replace(_ bytes: ArraySlice<UInt8>) throws {
    guard ftruncate(file.descriptor, 0) == 0 else {
      throw MediaError.cannotWrite(path: request.path, reason: String(cString: strerror(errno)))
    }
    lseek(file.descriptor, 0, SEEK_SET)
    try file.write(Array(bytes))
  }
}
