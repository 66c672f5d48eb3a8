import CFFmpeg
import GenMedia
import Glibc

/// Reads and writes films, pictures and sounds for another program; see `ToolRecordKind` for what is said.
@main
enum GenMediaTool {
  static func main() {
    let words = CommandLine.arguments.dropFirst()
    gm_start()
    signal(SIGPIPE, SIG_DFL)
    let partner = Partner()
    do {
      switch (words.first, words.count) {
      case ("probe", 2):
        Limits.forReading()
        partner.endWhenItGoes()
        try partner.send(.info, message: probe(words[2]))
      case ("read", 2), ("read", 3):
        Limits.forReading()
        partner.endWhenItGoes()
        try read(words[2], onlyFirst: words.count == 3, for: partner)
      case ("write", 1):
        Limits.forWriting()
        try partner.send(.report, message: FrameWriting(partner).run())
      case ("listen", 2):
        Limits.forReading()
        partner.endWhenItGoes()
        let reader = try SoundReader(words[2])
        try partner.send(.info, message: reader.info)
        try reader.send(to: partner)
        try partner.send(.end, [])
      case ("record", 1):
        Limits.forWriting()
        try partner.send(.report, message: SoundRecording(partner).run())
      default:
        complain("usage: gen-media probe PATH | read PATH [first] | write | listen PATH | record")
        exit(2)
      }
    } catch let error as MediaError {
      try? partner.send(.failure, message: error)
      exit(1)
    } catch {
      complain("\(error)")
      exit(1)
    }
  }

  /// Of pictures where there are some, otherwise of sound.
  private static func probe(_ path: String) throws -> MediaInfo {
    do {
      return try FrameReader.open(path).info
    } catch let error as MediaError {
      guard case .formatUnknown = error, let sound = try? SoundReader(path).info else {
        throw error
      }
      return sound
    }
  }

  private static func read(_ path: String, onlyFirst: Bool, for partner: Partner) throws {
    var reader = try FrameReader.open(path)
    try partner.send(.info, message: reader.info)
    var samples = [UInt8](repeating: 0, count: reader.info.frameByteCount)
    while try reader.next(into: &samples) {
      try partner.send(.frame, samples)
      if onlyFirst { break }
    }
    try partner.send(.end, [])
  }

  private static func complain(_ text: String) {
    let line = Array(("gen-media: " + text + "\n").utf8)
    _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
  }
}

extension MediaInfo {
  var frameByteCount: Int { width * height * channelCount }
}
