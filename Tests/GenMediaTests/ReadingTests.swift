import GenMedia
import Testing

extension [UInt8] {
  /// Where a run of bytes starts, each time that it occurs.
  fileprivate func places(of run: [UInt8]) -> [Int] {
    guard count >= run.count else { return [] }
    return (0...count - run.count).filter { self[$0..<$0 + run.count].elementsEqual(run) }
  }
}

@Suite struct `Reading what others wrote` {
  let folder = TemporaryFolder()

  /// A film of frames of one grey each, in steps of 40.
  private func steps(_ count: Int) throws -> Video {
    try Video(
      frames: (0..<count).map { index in
        Image(width: 16, height: 16, filledWith: Array(repeating: UInt8(index * 40), count: 3))
      }, rate: FrameRate(10) ?? .film)
  }

  private func levels(_ path: String) throws -> [Int] {
    try MediaFile.readVideo(path).collected().map { Int($0[8, 8, 0] / 40) }
  }

  @Test func `a GIF whose frames stay unequally long keeps their lengths`() throws {
    let path = folder / "uneven.gif"
    try MediaFile.write(steps(5), to: path)
    var bytes = fileBytes(path)
    let delays = bytes.places(of: [0x21, 0xf9, 0x04])
    #expect(delays.count == 5)
    for (place, delay) in zip(delays, [10, 30, 10, 20, 10] as [UInt8]) { bytes[place + 4] = delay }
    writeBytes(bytes, to: path)
    let info = try MediaFile.probe(path)
    #expect(info.rate == FrameRate(10))
    #expect(info.frameCount == 8)
    #expect(try levels(path) == [0, 1, 1, 1, 2, 3, 3, 4])
  }

  @Test func `a WebP whose frames stay unequally long keeps their lengths`() throws {
    let path = folder / "uneven.webp"
    try MediaFile.write(steps(4), to: path, options: MediaWriteOptions(isLossless: true))
    var bytes = fileBytes(path)
    let frames = bytes.places(of: Array("ANMF".utf8))
    #expect(frames.count == 4)
    for (place, delay) in zip(frames, [100, 200, 100, 100] as [UInt8]) { bytes[place + 20] = delay }
    writeBytes(bytes, to: path)
    let info = try MediaFile.probe(path)
    #expect(info.rate == FrameRate(10))
    #expect(try levels(path) == [0, 1, 1, 2, 3])
    #expect(info.frameCount == 5)
  }

  @Test func `a film that a telephone turned is turned upright`() throws {
    let path = folder / "turned.mp4"
    var picture = Image(width: 32, height: 16, filledWith: [0, 0, 0])
    let white = Image(width: 8, height: 8, filledWith: [255, 255, 255])
    picture = picture.overlaid(with: white)
    try MediaFile.write(Video(frames: [picture, picture], rate: .film), to: path)
    var bytes = fileBytes(path)
    let header = try #require(bytes.places(of: Array("tkhd".utf8)).first)
    // A quarter clockwise: the matrix stands 40 bytes behind the version.
    let matrix: [UInt32] = [0, 0x10000, 0, 0xffff_0000, 0, 0, 16 << 16, 0, 0x4000_0000]
    let raw = matrix.flatMap { value in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
    bytes.replaceSubrange(header + 44..<header + 80, with: raw)
    writeBytes(bytes, to: path)
    let frame = try MediaFile.readImage(path)
    #expect(frame.width == 16 && frame.height == 32)
    #expect(frame[12, 3, 0] > 200 && frame[3, 3, 0] < 60 && frame[12, 28, 0] < 60)
  }

  @Test func `alpha is kept where it can be and blended where it cannot`() throws {
    let film = try Video.scene(32, 32, frames: 4, channelCount: 4)
    for ending in [".gif", ".webp", ".apng"] {
      let path = folder / ("clear" + ending)
      try MediaFile.write(film, to: path, options: MediaWriteOptions(isLossless: true))
      let frames = try MediaFile.readVideo(path).collected()
      #expect(frames.count == 4)
      for (frame, original) in zip(frames, try film.collected()) {
        #expect(frame.channelCount == 4, "\(ending)")
        for pixel in 0..<frame.pixelCount {
          #expect(frame.pixels[pixel * 4 + 3] == original.pixels[pixel * 4 + 3], "\(ending)")
          if original.pixels[pixel * 4 + 3] == 255 {
            #expect(abs(Int(frame.pixels[pixel * 4]) - Int(original.pixels[pixel * 4])) <= 6)
          }
        }
      }
    }
    var options = MediaWriteOptions()
    options.background = Color(0, 0, 255)
    try MediaFile.write(film, to: folder / "blue.mp4", options: options)
    let frame = try MediaFile.readImage(folder / "blue.mp4")
    #expect(frame[31, 1, 2] > 240 && frame[31, 1, 0] < 15)
  }

  @Test func `grey films are written to formats of colour`() throws {
    for ending in [".mp4", ".webm", ".gif", ".webp"] {
      let film = try Video.scene(32, 32, frames: 3, channelCount: 1)
      try MediaFile.write(film, to: folder / ("grey" + ending))
      let frame = try MediaFile.readImage(folder / ("grey" + ending))
      #expect(frame.converted(toChannelCount: 1).difference(from: try film.frame(at: 0)) < 6)
    }
  }

  @Test func `a film is saved over the file that it is read from`() throws {
    let path = folder / "film.mp4"
    try MediaFile.write(Video.scene(32, 32, frames: 12), to: path)
    try MediaFile.write(MediaFile.readVideo(path).grayscaled(), to: path)
    let film = try MediaFile.readVideo(path)
    #expect(try film.countedFrames() == 12)
    let frame = try film.frame(at: 0)
    #expect(abs(Int(frame[0, 0, 0]) - Int(frame[0, 0, 2])) <= 4)
  }

  @Test func `numbered pictures are a film without gaps`() throws {
    let pattern = folder / "frame-%03d.png"
    try MediaFile.write(steps(4), to: pattern)
    #expect(folder.names() == (1...4).map { "frame-00\($0).png" })
    #expect(try levels(pattern) == [0, 1, 2, 3])
    #expect(throws: MediaError.self) { try MediaFile.write(steps(2), to: pattern) }
    #expect(folder.names().count == 4)
    #expect(FramePattern("100%.png") == nil && FramePattern("a%d/b.png") == nil)
    #expect(FramePattern("a%5d.png") == nil && FramePattern("a%d-%d.png") == nil)
  }

  @Test func `a file has no name, or a hidden one, until it is whole`() throws {
    for isNameless in [true, false] {
      let path = folder / "whole.txt"
      writeBytes(Array("old".utf8), to: path)
      do {
        let file = try AtomicFile(path, staysNameless: isNameless)
        try file.write(Array("half".utf8))
      }
      #expect(folder.names() == ["whole.txt"])
      #expect(fileBytes(path) == Array("old".utf8))
      let file = try AtomicFile(path, staysNameless: isNameless)
      try file.write(Array("new".utf8))
      try file.commit()
      #expect(folder.names() == ["whole.txt"])
      #expect(fileBytes(path) == Array("new".utf8))
    }
  }
}
