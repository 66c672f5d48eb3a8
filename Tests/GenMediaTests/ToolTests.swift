import GenMedia
import Glibc
import Testing

/// A program that stands in for `gen-media`, made of a line of shell.
private func stranger(_ line: String, in folder: TemporaryFolder) -> MediaTool {
  let path = folder / "stranger"
  writeBytes(Array("#!/bin/sh\n\(line)\n".utf8), to: path)
  chmod(path, 0o755)
  return MediaTool(executable: path, stallSeconds: 1)
}

@Suite struct `The program that reads and writes films` {
  let folder = TemporaryFolder()

  private func film(_ name: String = "film.mp4") throws -> String {
    let path = folder / name
    try MediaFile.write(Video.scene(32, 32, frames: 6), to: path)
    return path
  }

  @Test func `equal films give equal bytes`() throws {
    for ending in [".mp4", ".webm", ".gif", ".apng", ".webp", ".png", ".jpg"] {
      let isPicture = [".png", ".jpg"].contains(ending)
      let film = try Video.scene(48, 32, frames: isPicture ? 1 : 12)
      let paths = ["one", "two"].map { folder / ($0 + ending) }
      for path in paths { try MediaFile.write(film, to: path, manifest: "m") }
      #expect(fileBytes(paths[0]) == fileBytes(paths[1]), "\(ending)")
    }
  }

  @Test func `odd sizes are kept where they can be and told where they cannot`() throws {
    let film = try Video.scene(33, 17, frames: 3)
    for ending in [".webm", ".gif", ".apng", ".webp"] {
      let report = try MediaFile.write(film, to: folder / ("odd" + ending))
      #expect(report.width == 33 && report.height == 17, "\(ending)")
      let info = try MediaFile.probe(folder / ("odd" + ending))
      #expect(info.width == 33 && info.height == 17, "\(ending)")
    }
    let report = try MediaFile.write(film, to: folder / "odd.mp4")
    #expect(report.width == 34 && report.height == 18)
    let frame = try MediaFile.readImage(folder / "odd.mp4")
    let part = try frame.cropped(x: 0, y: 0, width: 33, height: 17)
    #expect(part.difference(from: try film.frame(at: 0)) < 15)
  }

  @Test func `loops are counted as asked`() throws {
    for ending in [".gif", ".apng", ".webp"] {
      for count in [0, 1, 3] {
        let path = folder / "loop\(count)\(ending)"
        let options = MediaWriteOptions(loopCount: count)
        try MediaFile.write(Video.scene(16, 16, frames: 3), to: path, options: options)
        #expect(try MediaFile.probe(path).loopCount == count, "\(ending)")
      }
    }
  }

  @Test(arguments: [".mp4", ".webm", ".gif", ".apng", ".png", ".jpg", ".webp"])
  func `a manifest of a mebibyte is kept whole`(ending: String) throws {
    let line = "0123456789 <&> % \" \\ äöü 船 "
    let manifest = String(repeating: line, count: MediaFile.manifestLimit / line.utf8.count)
    let path = folder / ("big" + ending)
    try MediaFile.write(Image.scene(16, 16, step: 0), to: path, manifest: manifest)
    #expect(try MediaFile.probe(path).manifest == manifest)
    #expect(throws: MediaError.self) {
      try MediaFile.write(
        Image(width: 2, height: 2), to: path, manifest: manifest + manifest)
    }
    #expect(throws: MediaError.self) {
      try MediaFile.write(Image(width: 2, height: 2), to: path, manifest: "a\u{0}b")
    }
  }

  @Test func `what a format cannot hold is said before anything is written`() throws {
    let film = try Video.scene(16, 16, frames: 3)
    for name in ["film.png", "film.jpg"] {
      #expect(throws: MediaError.self) { try MediaFile.write(film, to: folder / name) }
    }
    #expect(throws: MediaError.endingUnknown(path: folder / "film.xyz")) {
      try MediaFile.write(film, to: folder / "film.xyz")
    }
    let rate = try #require(FrameRate(120))
    #expect(throws: MediaError.self) {
      try MediaFile.write(film.withRate(rate), to: folder / "film.gif")
    }
    #expect(throws: MediaError.self) {
      try MediaFile.write(film.prefix(0), to: folder / "none.mp4")
    }
    #expect(folder.names().isEmpty)
  }

  @Test func `a film that fails in its midst leaves nothing behind and what was there stays`()
    throws
  {
    struct Trouble: Error {}
    let path = try film()
    let before = fileBytes(path)
    let broken = try Video.scene(32, 32, frames: 20).mapFrames { frame, index in
      if index == 10 { throw Trouble() }
      return frame
    }
    for name in ["film.mp4", "film.gif", "film-%d.png", "new.webm"] {
      #expect(throws: Trouble.self) { try MediaFile.write(broken, to: folder / name) }
    }
    #expect(throws: Trouble.self) {
      try MediaFile.write(Video.scene(8, 8, frames: 9), to: path) { count in
        if count == 4 { throw Trouble() }
      }
    }
    #expect(folder.names() == ["film.mp4"])
    #expect(fileBytes(path) == before)
  }

  @Test func `a full disk is an error that leaves nothing behind`() throws {
    // The shell's limit on file sizes, in blocks of 512 or 1024 bytes, stands in for a full disk.
    let tool = MediaTool.standard.executable
    var limited = stranger("ulimit -f 4; exec \(tool) \"$@\"", in: folder)
    limited.stallSeconds = MediaTool.standard.stallSeconds
    let noise = try Video(frames: (0..<4).map { .noise(96, 96, seed: $0) }, rate: .film)
    for ending in [".mp4", ".webm", ".gif", ".apng", ".webp"] {
      let path = folder / ("full" + ending)
      let options = MediaWriteOptions(quality: 100)
      let error = #expect(throws: MediaError.self, "\(ending)") {
        try MediaFile.write(noise, to: path, options: options, tool: limited)
      }
      guard case .cannotWrite = error else {
        Issue.record("\(ending): \(String(describing: error))")
        continue
      }
    }
    #expect(folder.names() == ["stranger"])
  }

  @Test func `a folder that is not there and a file that is none are errors`() throws {
    let film = try Video.scene(16, 16, frames: 2)
    let picture = Image(width: 2, height: 2)
    for name in ["no/such/film.mp4", "no/such/frame-%d.png"] {
      #expect(throws: MediaError.self) { try MediaFile.write(film, to: folder / name) }
    }
    #expect(throws: MediaError.self) { try MediaFile.write(picture, to: folder / "no/a.png") }
    #expect(throws: MediaError.fileMissing(path: folder / "a.mp4")) {
      try MediaFile.probe(folder / "a.mp4")
    }
    #expect(throws: MediaError.self) { try MediaFile.readImage(folder.path) }
    #expect(throws: MediaError.self) { try MediaFile.readVideo(folder / "frame-%03d.png") }
  }

  @Test func `a reader that crashes, hangs or babbles is an error and nothing worse`() throws {
    let path = try film()
    let cases: [(String, (MediaError) -> Bool)] = [
      ("kill -SEGV $$", { if case .toolCrashed(_, 11) = $0 { true } else { false } }),
      ("exit 3", { if case .toolConfused = $0 { true } else { false } }),
      ("exec sleep 30", { if case .toolStalled(_, 1) = $0 { true } else { false } }),
      ("head -c 4096 /dev/zero", { if case .toolConfused = $0 { true } else { false } }),
      (
        "printf 'I\\377\\377\\377\\377\\377\\377\\377\\177'",
        { if case .toolConfused = $0 { true } else { false } }
      ),
      (
        "printf 'I\\002\\0\\0\\0\\0\\0\\0\\0{}'",
        { if case .toolConfused = $0 { true } else { false } }
      ),
    ]
    for (line, isExpected) in cases {
      let tool = stranger(line, in: folder)
      let read = #expect(throws: MediaError.self) { try MediaFile.probe(path, tool: tool) }
      #expect(read.map(isExpected) ?? false, "\(line): \(String(describing: read))")
      let video = try Video.scene(64, 64, frames: 40)
      #expect(throws: MediaError.self, "\(line)") {
        try MediaFile.write(video, to: folder / "out.mp4", tool: tool)
      }
    }
    let missing = MediaTool(executable: folder / "nothing")
    #expect(throws: MediaError.toolMissing(executable: folder / "nothing")) {
      try MediaFile.probe(path, tool: missing)
    }
  }

  @Test func `a reader that is dropped in the midst is gone`() throws {
    let path = folder / "long.mp4"
    try MediaFile.write(Video.scene(64, 64, frames: 60), to: path)
    do {
      var frames = try MediaFile.readVideo(path).makeFrames()
      _ = try frames.next()
    }
    var status: Int32 = 0
    #expect(waitpid(-1, &status, WNOHANG) <= 0)
  }

  @Test func `a film that names other files opens none of them`() throws {
    let secret = folder / "secret.mp4"
    try MediaFile.write(Video.scene(16, 16, frames: 2), to: secret)
    let lists = [
      "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n\(secret)\n#EXT-X-ENDLIST\n",
      "ffconcat version 1.0\nfile '\(secret)'\n", "file:\(secret)", "concat:\(secret)",
    ]
    for (index, text) in lists.enumerated() {
      let path = folder / "list\(index).m3u8"
      writeBytes(Array(text.utf8), to: path)
      #expect(throws: MediaError.formatUnknown(path: path)) { try MediaFile.probe(path) }
    }
    #expect(throws: MediaError.self) { try MediaFile.probe("concat:\(secret)|\(secret)") }
  }
}
