import CPng

/// Pictures as PNG files, through libpng, in this process.
enum PNGFile {
  static func read(_ path: String) throws -> Image {
    try decode(FileBytes.read(path), path)
  }

  static func decode(_ bytes: [UInt8], _ path: String) throws -> Image {
    guard !bytes.starts(with: PNGChunk.signature) || PNGChunk.all(of: bytes) != nil else {
      throw MediaError.damaged(path: path, reason: "its chunks break off")
    }
    var control = png_image()
    control.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&control) }
    return try bytes.withUnsafeBytes { file in
      guard png_image_begin_read_from_memory(&control, file.baseAddress, file.count) != 0 else {
        throw damage(control, path)
      }
      let (width, height) = (Int(control.width), Int(control.height))
      guard width * height <= Image.maximumPixelCount else {
        throw MediaError.tooLarge(path: path, width: width, height: height)
      }
      let channelCount = channelCount(of: control.format)
      control.format = format(channelCount: channelCount)
      return try Image(width: width, height: height, channelCount: channelCount) { samples in
        guard png_image_finish_read(&control, nil, samples.baseAddress, 0, nil) != 0 else {
          throw damage(control, path)
        }
      }
    }
  }

  static func encode(_ picture: Image, manifest: String?, for path: String) throws -> [UInt8] {
    var control = png_image()
    control.version = UInt32(PNG_IMAGE_VERSION)
    control.width = UInt32(picture.width)
    control.height = UInt32(picture.height)
    control.format = format(channelCount: picture.channelCount)
    defer { png_image_free(&control) }
    let raw = picture.byteCount + picture.height
    let file = try [UInt8](unsafeUninitializedCapacity: raw + raw / 100 + 4096) { buffer, count in
      var size = png_alloc_size_t(buffer.count)
      let isDone = picture.pixels.withUnsafeBytes {
        png_image_write_to_memory(&control, buffer.baseAddress, &size, 0, $0.baseAddress, 0, nil)
      }
      guard isDone != 0 else {
        throw MediaError.cannotWrite(path: path, reason: message(of: control))
      }
      count = Int(size)
    }
    guard let manifest else { return file }
    return file.dropLast(PNGChunk.endCount) + PNGChunk.encoded(manifest: manifest)
      + file.suffix(PNGChunk.endCount)
  }

  static func write(_ picture: Image, to path: String, manifest: String?) throws -> MediaWriteReport
  {
    let bytes = try encode(picture, manifest: manifest, for: path)
    let file = try AtomicFile(path)
    try file.write(bytes)
    try file.commit()
    return MediaWriteReport(
      path: path, format: .png, frameCount: 1, width: picture.width, height: picture.height,
      byteCount: bytes.count)
  }

  static func info(_ path: String) throws -> MediaInfo {
    let bytes = try FileBytes.read(path)
    guard let chunks = PNGChunk.all(of: bytes), let head = chunks.first, head.kind == "IHDR",
      head.payload.count == 13
    else { throw MediaError.damaged(path: path, reason: "its chunks break off") }
    let start = head.payload.startIndex
    let width = Int(PNGChunk.bigEndian(head.payload[start..<start + 4]))
    let height = Int(PNGChunk.bigEndian(head.payload[start + 4..<start + 8]))
    guard width > 0, height > 0, width * height <= Image.maximumPixelCount else {
      throw MediaError.tooLarge(path: path, width: width, height: height)
    }
    let colorType = head.payload[start + 9]
    let isSeeThrough = colorType & 4 != 0 || chunks.contains { $0.kind == "tRNS" }
    return MediaInfo(
      format: "png", width: width, height: height,
      channelCount: isSeeThrough ? 4 : colorType == 0 ? 1 : 3, isFilm: false, rate: .one,
      frameCount: 1, manifest: PNGChunk.manifest(in: chunks))
  }

  private static func channelCount(of format: UInt32) -> Int {
    if format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0 { return 4 }
    return format & UInt32(PNG_FORMAT_FLAG_COLOR) != 0 ? 3 : 1
  }

  private static func format(channelCount: Int) -> UInt32 {
    switch channelCount {
    case 1: 0
    case 3: UInt32(PNG_FORMAT_FLAG_COLOR)
    default: UInt32(PNG_FORMAT_FLAG_COLOR) | UInt32(PNG_FORMAT_FLAG_ALPHA)
    }
  }

  private static func damage(_ control: png_image, _ path: String) -> MediaError {
    .damaged(path: path, reason: message(of: control))
  }

  private static func message(of control: png_image) -> String {
    withUnsafeBytes(of: control.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

extension Image {
  /// The bytes of a PNG file that holds it.
  ///
  /// - Throws: ``MediaError/cannotWrite(path:reason:)`` when there is no memory for them.
  public func png() throws -> [UInt8] {
    try PNGFile.encode(self, manifest: nil, for: "a picture")
  }
}
