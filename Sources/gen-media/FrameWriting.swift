import CFFmpeg
import GenMedia
import Glibc

/// One `gen-media write`: a request and its frames come in, a file appears or a failure is told.
struct FrameWriting {
  private let partner: Partner
  private let request: ToolWriteRequest

  init(_ partner: Partner) throws {
    self.partner = partner
    let head = try partner.nextHead()
    guard head.kind == .request else {
      throw MediaError.toolConfused(path: "-", reason: "it was sent a \(head.kind) first")
    }
    request = try partner.decode(ToolWriteRequest.self, count: head.count)
  }

  func run() throws -> MediaWriteReport {
    let limit = Image.maximumPixelCount
    guard request.width > 0, request.height > 0, request.width <= limit / request.height,
      [1, 3, 4].contains(request.channelCount)
    else {
      throw MediaError.tooLarge(path: request.path, width: request.width, height: request.height)
    }
    let file = try AtomicFile(request.path)
    let encoder = try FrameEncoder(request, file)
    let count = request.format == .gif ? try writeGIF(encoder, file) : try writeFrames(encoder)
    while try encoder.drainSome() { try tell(count) }
    try encoder.finish()
    try ManifestWriter(request, file).run()
    try file.commit()
    return MediaWriteReport(
      path: request.path, format: request.format, frameCount: count, width: encoder.width,
      height: encoder.height, byteCount: file.byteCount)
  }

  private func writeFrames(_ encoder: FrameEncoder) throws -> Int {
    var count = 0
    try eachFrame { samples in
      try encoder.add(samples)
      count += 1
    }
    return count
  }

  /// A GIF's palette needs all frames before the first can be written, so they wait in a nameless
  /// file of their own.
  private func writeGIF(_ encoder: FrameEncoder, _ file: AtomicFile) throws -> Int {
    let spool = try AtomicFile(request.path)
    var colors = ColorCount()
    var count = 0
    try eachFrame { samples in
      try spool.write(samples)
      colors.add(samples, channelCount: request.channelCount)
      count += 1
    }
    let palette = Palette(colors)
    let frameBytes = request.width * request.height * request.channelCount
    for index in 0..<count {
      let samples = try FileBytes.read(
        spool.descriptor, at: index * frameBytes, count: frameBytes, of: request.path)
      let indices = palette.indices(
        of: samples, width: request.width, channelCount: request.channelCount)
      try encoder.add(indices, palette: palette.entries)
      try tell(index)
    }
    return count
  }

  /// A sign of life, since the last steps may take long.
  private func tell(_ count: Int) throws {
    try partner.send(.progress, message: ToolProgress(framesEncoded: count))
  }

  private func eachFrame(_ body: ([UInt8]) throws -> Void) throws {
    var samples = [UInt8](
      repeating: 0, count: request.width * request.height * request.channelCount)
    while true {
      let head = try partner.nextHead()
      if head.kind == .end { return }
      guard head.kind == .frame, head.count == samples.count else {
        throw MediaError.toolConfused(
          path: request.path, reason: "it was sent a \(head.kind) of \(head.count) bytes")
      }
      try partner.fill(&samples)
      try body(samples)
    }
  }
}

/// FFmpeg's encoder and muxer for one file.
final class FrameEncoder {
  private let writer: OpaquePointer
  private let request: ToolWriteRequest

  init(_ request: ToolWriteRequest, _ file: AtomicFile) throws {
    self.request = request
    var error = GMError()
    let recipe = try FormatRecipe(request)
    let comment = recipe.keepsComment ? request.manifest : nil
    let opened: OpaquePointer? = FrameEncoder.withStrings([
      recipe.container, recipe.codec, recipe.codecOptions, recipe.containerOptions,
      recipe.pixelFormat, comment,
    ]) { strings in
      var spec = GMWriteSpec()
      spec.container = strings[0]
      spec.codec = strings[1]
      spec.codec_options = strings[2]
      spec.container_options = strings[3]
      spec.pixel_format = strings[4]
      spec.comment = strings[5]
      spec.width = Int32(request.width)
      spec.height = Int32(request.height)
      spec.channel_count = Int32(request.channelCount)
      spec.is_indexed = request.format == .gif ? 1 : 0
      spec.size_multiple = Int32(recipe.sizeMultiple)
      spec.rate_numerator = Int32(request.rate.numerator)
      spec.rate_denominator = Int32(request.rate.denominator)
      spec.quantizer = Int32(recipe.quantizer)
      spec.is_still = request.isStill ? 1 : 0
      return gm_writer_open(file.descriptorPath, &spec, &error)
    }
    guard let opened else { throw error.asWriteError(request) }
    writer = opened
  }

  deinit { gm_writer_close(writer) }

  var width: Int { Int(gm_writer_width(writer)) }
  var height: Int { Int(gm_writer_height(writer)) }

  func add(_ samples: [UInt8], palette: [UInt32]? = nil) throws {
    var error = GMError()
    let code = samples.withUnsafeBufferPointer { samples in
      guard let palette else { return gm_writer_add(writer, samples.baseAddress, nil, &error) }
      return palette.withUnsafeBufferPointer {
        gm_writer_add(writer, samples.baseAddress, $0.baseAddress, &error)
      }
    }
    guard code == 0 else { throw error.asWriteError(request) }
  }

  /// Encodes a part of what is still in flight; false when nothing is left.
  func drainSome() throws -> Bool {
    var error = GMError()
    let code = gm_writer_drain(writer, &error)
    guard code >= 0 else { throw error.asWriteError(request) }
    return code == 1
  }

  func finish() throws {
    var error = GMError()
    guard gm_writer_finish(writer, &error) == 0 else { throw error.asWriteError(request) }
  }

  private static func withStrings<Result>(
    _ strings: [String?], _ body: ([UnsafePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = strings.map { $0.flatMap { strdup($0) } }
    defer { for copy in copies { free(copy) } }
    return body(copies.map { UnsafePointer($0) })
  }
}

extension GMError {
  fileprivate func asWriteError(_ request: ToolWriteRequest) -> MediaError {
    let reason = cText(self.text)
    return problem == GMSystem
      ? .cannotWrite(path: request.path, reason: reason)
      : .formatUnfit(format: request.format, reason: reason)
  }
}
