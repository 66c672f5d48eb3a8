/// Sounds as WAV files, read and written in this process.
///
/// Reads PCM of 8, 16, 24 and 32 bits and floating point of 32 and 64; writes PCM of 16 and 24 bits
/// and floating point of 32. The manifest is the comment (`ICMT`) of the file's `INFO` list.
/// - Source: Microsoft, "Multimedia Programming Interface and Data Specifications 1.0", RIFF and
///   WAVE; "Multiple channel audio data and WAVE files" for the extensible format.
enum WAVFile {
  static func read(_ path: String) throws -> Audio { try decode(FileBytes.read(path), path) }

  static func decode(_ bytes: [UInt8], _ path: String) throws -> Audio {
    let file = try Layout(bytes, path)
    let layout = file.format
    let count = file.data.count / layout.frameByteCount
    guard count > 0 else { throw damage(path, "it holds no samples") }
    try Audio.checkShape(
      sampleRate: layout.sampleRate, channelCount: layout.channelCount, frameCount: count)
    let samples = file.data.withUnsafeBytes { data in
      (0..<layout.channelCount).map { channel in
        (0..<count).map { index in
          layout.sample(data, at: (index * layout.channelCount + channel) * layout.byteCount)
        }
      }
    }
    guard samples.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw damage(path, "it holds samples that are no numbers")
    }
    return Audio(rate: layout.sampleRate, samples)
  }

  static func info(_ path: String) throws -> MediaInfo {
    let file = try Layout(FileBytes.read(path), path)
    let kind = file.format.isFloat ? "f" : "s"
    return MediaInfo(
      format: "wav pcm_\(kind)\(file.format.byteCount * 8)",
      sound: MediaInfo.Sound(
        sampleRate: file.format.sampleRate, channelCount: file.format.channelCount,
        frameCount: file.data.count / file.format.frameByteCount), manifest: file.comment)
  }

  static func write(
    _ sound: Audio, to path: String, manifest: String?, bits: Int
  ) throws -> MediaWriteReport {
    let bytes = try encode(sound, manifest: manifest, bits: bits, for: path)
    let file = try AtomicFile(path)
    try file.write(bytes)
    try file.commit()
    return MediaWriteReport(path: path, format: .wav, sound: sound, byteCount: bytes.count)
  }

  /// - Parameter bits: 16, 24, or 32 for floating point.
  static func encode(
    _ sound: Audio, manifest: String?, bits: Int, for path: String
  ) throws -> [UInt8] {
    let width = bits / 8
    let count = sound.frameCount * sound.channelCount * width
    var body = Array("WAVEfmt ".utf8)
    body.append(littleEndian: UInt32(16))
    body.append(littleEndian: UInt16(bits == 32 ? 3 : 1))
    body.append(littleEndian: UInt16(sound.channelCount))
    body.append(littleEndian: UInt32(sound.sampleRate))
    body.append(littleEndian: UInt32(sound.sampleRate * sound.channelCount * width))
    body.append(littleEndian: UInt16(sound.channelCount * width))
    body.append(littleEndian: UInt16(bits))
    body += manifest.map(comment) ?? []
    body += Array("data".utf8)
    guard count + body.count < Int(UInt32.max) - 16 else {
      throw MediaError.formatUnfit(format: .wav, reason: "it ends at 4 GiB; write .flac")
    }
    body.append(littleEndian: UInt32(count))
    body.reserveCapacity(body.count + count + 1)
    for sample in sound.interleaved { append(sample, bits: bits, to: &body) }
    if count & 1 == 1 { body.append(0) }
    var file = Array("RIFF".utf8)
    file.append(littleEndian: UInt32(body.count))
    return file + body
  }

  private static func append(_ sample: Float, bits: Int, to bytes: inout [UInt8]) {
    guard bits < 32 else { return bytes.append(littleEndian: sample) }
    let whole = sample.wholeSample(bits: bits)
    for place in 0..<bits / 8 { bytes.append(UInt8(truncatingIfNeeded: whole >> (8 * place))) }
  }

  /// An `INFO` list with one comment, which ends with a zero.
  private static func comment(_ text: String) -> [UInt8] {
    let words = Array(text.utf8) + [0]
    var list = Array("INFOICMT".utf8)
    list.append(littleEndian: UInt32(words.count))
    list += words + (words.count & 1 == 1 ? [0] : [])
    var chunk = Array("LIST".utf8)
    chunk.append(littleEndian: UInt32(list.count))
    return chunk + list
  }

  fileprivate static func damage(_ path: String, _ reason: String) -> MediaError {
    .damaged(path: path, reason: reason)
  }
}

extension Float {
  /// The sample as a whole number of so many bits; what is beyond full scale is cut.
  func wholeSample(bits: Int) -> Int {
    let scale = Double(1 << (bits - 1))
    return Int(max(-scale, min(scale - 1, (Double(self) * scale).rounded())))
  }
}

/// How the samples of a WAV file lie.
private struct SampleFormat {
  let isFloat: Bool
  let channelCount: Int
  let sampleRate: Int
  /// Of one sample.
  let byteCount: Int

  var frameByteCount: Int { channelCount * byteCount }

  /// From the content of a `fmt ` chunk; nil for kinds that are not read.
  init?(_ chunk: ArraySlice<UInt8>) throws(ByteCursor.Ended) {
    var cursor = ByteCursor(chunk)
    var tag = try cursor.number(UInt16.self)
    channelCount = Int(try cursor.number(UInt16.self))
    sampleRate = Int(try cursor.number(UInt32.self))
    _ = try cursor.take(6)
    let bits = Int(try cursor.number(UInt16.self))
    if tag == 0xfffe {
      _ = try cursor.take(8)
      tag = try cursor.number(UInt16.self)
    }
    isFloat = tag == 3
    byteCount = bits / 8
    let isKnown = isFloat ? [32, 64].contains(bits) : tag == 1 && [8, 16, 24, 32].contains(bits)
    guard isKnown, channelCount > 0 else { return nil }
  }

  func sample(_ data: UnsafeRawBufferPointer, at place: Int) -> Float {
    switch (isFloat, byteCount) {
    case (true, 4):
      Float(
        bitPattern: .init(littleEndian: data.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
    case (true, _):
      Float(
        Double(
          bitPattern: .init(
            littleEndian: data.loadUnaligned(fromByteOffset: place, as: UInt64.self))))
    case (_, 1): (Float(data[place]) - 128) / 128
    default: whole(data, at: place)
    }
  }

  private func whole(_ data: UnsafeRawBufferPointer, at place: Int) -> Float {
    var value = Int32(0)
    for index in 0..<byteCount {
      value |= Int32(data[place + index]) << Int32(8 * (4 - byteCount + index))
    }
    return Float(value) / 2_147_483_648
  }
}

/// The chunks of a WAV file that matter here.
private struct Layout {
  var format: SampleFormat
  var data: ArraySlice<UInt8>
  var comment: String?

  init(_ bytes: [UInt8], _ path: String) throws {
    do {
      guard let found = try Layout.parse(bytes, path) else {
        throw WAVFile.damage(path, "it lacks its format or its samples")
      }
      self = found
    } catch is ByteCursor.Ended {
      throw WAVFile.damage(path, "it ends in the midst of a chunk")
    }
  }

  private init(_ format: SampleFormat, _ data: ArraySlice<UInt8>, _ comment: String?) {
    (self.format, self.data, self.comment) = (format, data, comment)
  }

  private static func parse(_ bytes: [UInt8], _ path: String) throws -> Layout? {
    var cursor = ByteCursor(bytes[...])
    _ = try cursor.take(12)
    var format: SampleFormat?
    var data: ArraySlice<UInt8>?
    var comment: String?
    while cursor.remainingCount >= 8 {
      let kind = String(decoding: try cursor.take(4), as: UTF8.self)
      let size = Int(try cursor.number(UInt32.self))
      // A program that wrote to a pipe could not know the length.
      let isOpen = kind == "data" && size >= 0x7fff_0000 && size > cursor.remainingCount
      let content = try cursor.take(isOpen ? cursor.remainingCount : size)
      if size & 1 == 1, cursor.remainingCount > 0 { _ = try cursor.take(1) }
      switch kind {
      case "fmt ":
        format = try SampleFormat(content)
        guard format != nil else {
          throw MediaError.damaged(path: path, reason: "its samples are of a kind that is not read")
        }
      case "data": data = data ?? content
      case "LIST": comment = comment ?? info(content)
      default: break
      }
    }
    guard let format, let data else { return nil }
    return Layout(format, data, comment)
  }

  /// The comment of an `INFO` list.
  private static func info(_ list: ArraySlice<UInt8>) -> String? {
    guard list.starts(with: "INFO".utf8) else { return nil }
    var cursor = ByteCursor(list.dropFirst(4))
    while let kind = try? cursor.take(4), let size = try? cursor.number(UInt32.self),
      let text = try? cursor.take(Int(size))
    {
      if kind.elementsEqual("ICMT".utf8) {
        return String(validating: text.prefix { $0 != 0 }, as: UTF8.self)
      }
      if size & 1 == 1 { _ = try? cursor.take(1) }
    }
    return nil
  }
}
