import CFFmpeg
import GenMedia
import Glibc

/// Samples of a file's sound, some at a time.
struct SoundReader {
  let info: MediaInfo
  private let path: String
  private let reader: OpaquePointer
  private let channelCount: Int

  /// The file stays open as long as the process lives.
  init(_ path: String) throws {
    self.path = path
    let descriptor = try FileBytes.open(path)
    let head = try FileBytes.read(descriptor, at: 0, count: 16, of: path)
    try FileEnd.check(descriptor, head: head, path)
    var about = GMSoundInfo()
    var error = GMError()
    guard let reader = gm_sound_open(descriptor, &about, &error) else {
      throw error.asMediaError(path)
    }
    self.reader = reader
    channelCount = Int(about.channel_count)
    let names = [cText(about.container), cText(about.codec)]
    let short = names[0].split(separator: ",").first.map(String.init) ?? names[0]
    info = MediaInfo(
      format: short == names[1] ? short : "\(short == "mov" ? "mp4" : short) \(names[1])",
      sound: .init(
        sampleRate: Int(about.sample_rate), channelCount: channelCount,
        frameCount: about.frame_count >= 0 ? Int(about.frame_count) : nil),
      manifest: gm_sound_metadata(reader, "comment").map { String(cString: $0) })
  }

  /// Sends all samples.
  func send(to partner: Partner) throws {
    let capacity = ToolRecord.soundLimit / 4 / channelCount
    var samples = [Float](repeating: 0, count: capacity * channelCount)
    while true {
      var error = GMError()
      let count = samples.withUnsafeMutableBufferPointer {
        gm_sound_next(reader, $0.baseAddress, Int32(capacity), &error)
      }
      guard count >= 0 else { throw error.asMediaError(path) }
      if count == 0 { return }
      let part = samples[..<(Int(count) * channelCount)]
      try partner.send(.frame, part.withUnsafeBytes { Array($0) })
    }
  }
}
