import CFFmpeg
import GenMedia
import Glibc

/// One `gen-media record`: a request and samples come in, a file appears or a failure is told.
struct SoundRecording {
  private let partner: Partner
  private let request: ToolSoundRequest

  init(_ partner: Partner) throws {
    self.partner = partner
    let head = try partner.nextHead()
    guard head.kind == .request else {
      throw MediaError.toolConfused(path: "-", reason: "it was sent a \(head.kind) first")
    }
    request = try partner.decode(ToolSoundRequest.self, count: head.count)
  }

  func run() throws -> MediaWriteReport {
    guard Audio.sampleRates.contains(request.sampleRate),
      (1...Audio.maximumChannelCount).contains(request.channelCount)
    else { throw MediaError.toolConfused(path: request.path, reason: "a sound of no shape") }
    let file = try AtomicFile(request.path)
    let writer = try open(file)
    defer { gm_sound_writer_close(writer) }
    try eachRecord { samples in
      var error = GMError()
      let count = Int32(samples.count / 4 / request.channelCount)
      let code = samples.withUnsafeBytes {
        gm_sound_writer_add(writer, $0.bindMemory(to: Float.self).baseAddress, count, &error)
      }
      guard code == 0 else { throw failure(error) }
    }
    var error = GMError()
    guard gm_sound_writer_finish(writer, &error) == 0 else { throw failure(error) }
    try file.commit()
    return MediaWriteReport(
      path: request.path, format: request.format, frameCount: 0, width: 0, height: 0,
      byteCount: file.byteCount)
  }

  private func open(_ file: AtomicFile) throws -> OpaquePointer {
    var spec = GMSoundSpec()
    spec.sample_rate = Int32(request.sampleRate)
    spec.channel_count = Int32(request.channelCount)
    spec.sample_bits = Int32(request.options.sampleBits)
    // Two channels of music sound as the original from about 128 kbit a second on.
    let quality = request.options.quality ?? 60
    spec.bit_rate = Int32((16 + quality * 2) * 500 * (request.channelCount + 1))
    let isOpus = request.format == .opus
    let opened = (request.manifest ?? "").withCString { comment in
      (isOpus ? "opus" : "flac").withCString { container in
        (isOpus ? "libopus" : "flac").withCString { codec in
          spec.container = container
          spec.codec = codec
          spec.comment = request.manifest == nil ? nil : comment
          var error = GMError()
          let writer = gm_sound_writer_open(file.descriptorPath, &spec, &error)
          return Result<OpaquePointer, MediaError>(writer, or: failure(error))
        }
      }
    }
    return try opened.get()
  }

  private func eachRecord(_ body: ([UInt8]) throws -> Void) throws {
    while true {
      let head = try partner.nextHead()
      if head.kind == .end { return }
      guard head.kind == .frame, head.count <= ToolRecord.soundLimit,
        head.count % (4 * request.channelCount) == 0
      else {
        throw MediaError.toolConfused(
          path: request.path, reason: "it was sent a \(head.kind) of \(head.count) bytes")
      }
      var samples = [UInt8](repeating: 0, count: head.count)
      try partner.fill(&samples)
      try body(samples)
    }
  }

  private func failure(_ error: GMError) -> MediaError {
    let reason = cText(error.text)
    return error.problem == GMSystem
      ? .cannotWrite(path: request.path, reason: reason)
      : .formatUnfit(format: request.format, reason: reason)
  }
}

extension Result {
  fileprivate init(_ value: Success?, or failure: @autoclosure () -> Failure) {
    self = value.map(Self.success) ?? .failure(failure())
  }
}
