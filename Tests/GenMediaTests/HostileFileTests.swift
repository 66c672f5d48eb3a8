import GenMedia
import Testing

/// Runs the body for each seed and names the one that fails.
private func withEvery(_ name: String, in seeds: Range<UInt64>, _ body: (UInt64) throws -> Void) {
  for seed in seeds {
    do {
      try body(seed)
    } catch {
      Issue.record("\(name) \(seed): \(error)")
    }
  }
}

@Suite struct `Files from strangers` {
  let folder = TemporaryFolder()
  static let endings = [".mp4", ".webm", ".gif", ".apng", ".png", ".jpg", ".webp"]

  /// Reads everything; what goes wrong has to be a `MediaError` that is no crash and no hang.
  private func read(_ path: String) throws {
    do {
      _ = try MediaFile.probe(path)
      _ = try MediaFile.readImage(path)
      _ = try MediaFile.readVideo(path).countedFrames()
    } catch let error as MediaError {
      switch error {
      case .toolCrashed, .toolStalled, .toolMissing, .toolConfused: throw error
      default: #expect(!error.message.isEmpty)
      }
    }
  }

  private func sample(_ ending: String) throws -> [UInt8] {
    let path = folder / ("sample" + ending)
    let film = try Video.scene(24, 16, frames: [".png", ".jpg"].contains(ending) ? 1 : 5)
    try MediaFile.write(film, to: path, manifest: "a manifest")
    return fileBytes(path)
  }

  @Test(arguments: endings)
  func `a file that breaks off is an error`(ending: String) throws {
    let whole = try sample(ending)
    let path = folder / ("cut" + ending)
    for share in [0.02, 0.3, 0.6, 0.9] {
      writeBytes(Array(whole.prefix(Int(Double(whole.count) * share))), to: path)
      let error = #expect(throws: MediaError.self, "\(share)") {
        let count = try MediaFile.readVideo(path).countedFrames()
        let frames = try MediaFile.readVideo(path).collected()
        #expect(frames.count == count)
      }
      switch error {
      case .damaged, .formatUnknown: break
      default: Issue.record("\(share): \(String(describing: error))")
      }
    }
  }

  @Test(arguments: endings)
  func `changed bytes never crash or hang the reader`(ending: String) throws {
    let whole = try sample(ending)
    let path = folder / ("changed" + ending)
    withEvery("seed", in: 0..<6) { seed in
      var numbers = SeededNumbers(seed + 1)
      var bytes = whole
      for _ in 0..<Int.random(in: 1...20, using: &numbers) {
        let place = Int.random(in: 0..<bytes.count, using: &numbers)
        bytes[place] = UInt8.random(in: 0...255, using: &numbers)
      }
      writeBytes(bytes, to: path)
      try read(path)
    }
  }

  @Test func `noise behind a known head never crashes or hangs the reader`() throws {
    let heads: [[UInt8]] = [
      [], Array("\u{0}\u{0}\u{0}\u{18}ftypisom".utf8), [0x1a, 0x45, 0xdf, 0xa3],
      Array("GIF89a".utf8),
      [137, 80, 78, 71, 13, 10, 26, 10], [0xff, 0xd8, 0xff, 0xe0],
      Array("RIFF\u{40}\u{1}\u{0}\u{0}WEBPVP8 ".utf8),
    ]
    let path = folder / "noise"
    withEvery("seed", in: 0..<14) { seed in
      var numbers = SeededNumbers(seed + 1)
      let noise = (0..<Int.random(in: 0...4000, using: &numbers)).map { _ in
        UInt8.random(in: 0...255, using: &numbers)
      }
      writeBytes(heads[Int(seed) % heads.count] + noise, to: path)
      try read(path)
    }
  }

  @Test func `a picture that claims to be huge is refused by its size`() throws {
    var bytes = try sample(".png")
    // Width and height stand behind the signature and the first chunk's head; the sum is left
    // wrong, which a reader finds out only after having seen the size.
    bytes.replaceSubrange(16..<24, with: [0, 1, 0, 0, 0, 1, 0, 0])
    let path = folder / "huge.png"
    writeBytes(bytes, to: path)
    #expect(throws: MediaError.self) { try MediaFile.probe(path) }
    #expect(throws: MediaError.self) { try MediaFile.readImage(path) }

    var gif = try sample(".gif")
    gif.replaceSubrange(6..<10, with: [255, 255, 255, 255])
    writeBytes(gif, to: folder / "huge.gif")
    #expect(throws: MediaError.tooLarge(path: folder / "huge.gif", width: 65535, height: 65535)) {
      try MediaFile.probe(folder / "huge.gif")
    }
  }

  @Test func `text, an empty file and a program are no pictures`() throws {
    let contents: [[UInt8]] = [
      [], Array("once upon a time".utf8),
      [0x7f, 0x45, 0x4c, 0x46] + Array(repeating: 0, count: 500),
    ]
    for (index, bytes) in contents.enumerated() {
      let path = folder / "no\(index)"
      writeBytes(bytes, to: path)
      #expect(throws: MediaError.formatUnknown(path: path)) { try MediaFile.probe(path) }
      #expect(throws: MediaError.formatUnknown(path: path)) { try MediaFile.readImage(path) }
    }
  }
}
