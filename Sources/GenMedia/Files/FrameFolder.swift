import Glibc

/// A film as numbered PNGs, from the lowest number without a gap.
struct FrameFolder {
  private let pattern: FramePattern
  private let path: String
  private let folder: String

  /// The number of the first frame written.
  static let firstNumber = 1

  init(_ path: String) throws {
    guard let pattern = FramePattern(path) else { throw MediaError.endingUnknown(path: path) }
    self.pattern = pattern
    self.path = path
    let slash = pattern.prefix.lastIndex(of: "/")
    folder = slash.map { String(pattern.prefix[...$0]) } ?? "./"
  }

  func info() throws -> MediaInfo {
    let numbers = try numbers()
    guard let first = numbers.first else { throw MediaError.fileMissing(path: path) }
    var info = try PNGFile.info(pattern.path(first))
    info.isFilm = true
    info.rate = .film
    info.frameCount = numbers.count
    return info
  }

  /// The film; the rate is that of cinema, since PNGs know none.
  func video() throws -> Video {
    let numbers = try numbers()
    let info = try info()
    return Video(
      width: info.width, height: info.height, channelCount: info.channelCount, rate: info.rate,
      frameCount: numbers.count
    ) { [pattern] in
      var left = numbers.makeIterator()
      return ClosureFrames {
        guard let number = left.next() else { return nil }
        return try PNGFile.read(pattern.path(number))
          .converted(toChannelCount: info.channelCount)
      }
    }
  }

  /// Writes all frames beside their names and renames them when the last one is whole.
  func write(
    _ film: Video, manifest: String?, progress: ((Int) throws -> Void)?
  ) throws -> MediaWriteReport {
    let place = AtomicFile.hiddenName(in: String(folder.dropLast()))
    guard mkdir(place, 0o777) == 0 else {
      throw MediaError.cannotWrite(path: path, reason: systemReason())
    }
    var written: [String] = []
    defer {
      for name in written { unlink(name) }
      rmdir(place)
    }
    var frames = try film.makeFrames()
    var byteCount = 0
    while let frame = try frames.next() {
      try Task.checkCancellation()
      let bytes = try PNGFile.encode(
        frame, manifest: written.isEmpty ? manifest : nil, for: path)
      let name = "\(place)/\(written.count)"
      let file = try AtomicFile(name)
      try file.write(bytes)
      try file.commit()
      written.append(name)
      byteCount += bytes.count
      try progress?(written.count)
    }
    guard !written.isEmpty else {
      throw MediaError.formatUnfit(format: .pngFrames, reason: "the film has no frame")
    }
    try refuseLeftovers(after: written.count)
    for (index, name) in written.enumerated() {
      guard rename(name, pattern.path(FrameFolder.firstNumber + index)) == 0 else {
        throw MediaError.cannotWrite(path: path, reason: systemReason())
      }
    }
    return MediaWriteReport(
      path: path, format: .pngFrames, frameCount: written.count, width: film.width,
      height: film.height, byteCount: byteCount)
  }

  /// Frames of an older film would be read as part of this one.
  private func refuseLeftovers(after count: Int) throws {
    let last = FrameFolder.firstNumber + count - 1
    let others = try allNumbers().filter { $0 < FrameFolder.firstNumber || $0 > last }
    guard let one = others.first else { return }
    throw MediaError.cannotWrite(
      path: path,
      reason: "\"\(pattern.path(one))\" of another film lies there and would be taken for a frame")
  }

  /// The frames' numbers, without a gap.
  private func numbers() throws -> [Int] {
    let found = try allNumbers()
    guard let first = found.first, let last = found.last else {
      throw MediaError.fileMissing(path: path)
    }
    guard last - first == found.count - 1 else {
      let missing = zip(first..., found).first { $0 != $1 }?.0 ?? first
      throw MediaError.fileMissing(path: pattern.path(missing))
    }
    return found
  }

  private func allNumbers() throws -> [Int] {
    guard let listing = opendir(folder) else { throw MediaError.fileMissing(path: path) }
    defer { closedir(listing) }
    var found: [Int] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      let place = (folder == "./" && !pattern.prefix.hasPrefix("./") ? "" : folder) + name
      guard place.hasPrefix(pattern.prefix), place.hasSuffix(pattern.suffix) else { continue }
      let digits = place.dropFirst(pattern.prefix.count).dropLast(pattern.suffix.count)
      guard let number = Int(digits), pattern.path(number) == place else { continue }
      found.append(number)
    }
    return found.sorted()
  }
}
