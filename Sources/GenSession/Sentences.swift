import GenMedia
import GenStages

extension MediaWriteReport {
  /// `saved boat.mp4 (MP4, 256x256, 24 frames, 48 kB)`.
  public var sentence: String { "saved \(path) (\(facts))" }
  /// `unchanged: boat.mp4 (MP4, 256x256, 24 frames, 48 kB)`.
  public var sentenceOfKept: String { "unchanged: \(path) (\(facts))" }

  /// `MP4, 256x256, 24 frames, 48 kB`.
  private var facts: String {
    let size = byteText(byteCount)
    if let sound {
      let seconds = Double(sound.frameCount ?? 0) / Double(sound.sampleRate)
      return "\(format.name), \(timeText(seconds)), \(sound.sampleRate) Hz, \(size)"
    }
    if let rows {
      return "\(format.name), \(rows.rowCount) row\(rows.rowCount == 1 ? "" : "s"), "
        + "\(rows.columnCount) column\(rows.columnCount == 1 ? "" : "s"), \(size)"
    }
    if let solid {
      return "\(format.name), \(solid.triangleCount) triangles, \(size)"
    }
    let frames = format.holdsFilm ? ", \(frameCount) frame\(frameCount == 1 ? "" : "s")" : ""
    return "\(format.name), \(width)x\(height)\(frames), \(size)"
  }
}

/// A time as people say it: `35 ms`, `2.1 s`, `2 min 5 s`.
func timeText(_ seconds: Double) -> String {
  switch seconds {
  case ..<0.0995: "\(Int((max(0, seconds) * 1000).rounded())) ms"
  case ..<60: "\((seconds * 10).rounded() / 10) s"
  default: ProgressLine.time(seconds)
  }
}
