import Foundation
import Testing

@testable import GenMedia

/// A file that another program wrote; see `scripts/reference/media_fixture.py`.
func fixture(_ name: String) -> String {
  URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)").path
}

extension Audio {
  /// How often it crosses zero upwards in a second: the pitch of a plain tone.
  var pitch: Double {
    let samples = channels[0]
    let crossings = samples.indices.dropFirst().filter { samples[$0 - 1] < 0 && samples[$0] >= 0 }
    guard let first = crossings.first, let last = crossings.last, last > first else { return 0 }
    return Double(crossings.count - 1) * Double(sampleRate) / Double(last - first)
  }
}

@Suite struct `Sounds` {
  let folder = TemporaryFolder()
  let manifest = "{\"script\": \"a <b> & 100 % \\\"sea\\\"\",\n \"é\": \"船\"}"

  @Test(arguments: ["u8", "s16", "s24", "s32", "f32", "f64"])
  func `what sox wrote is read with its rate, channels, level and pitch`(form: String) throws {
    let sound = try MediaFile.readAudio(fixture("tone-\(form).wav"))
    #expect(sound.sampleRate == 8000 && sound.channelCount == 2 && sound.frameCount == 800)
    #expect(abs(sound.peakDecibels + 6) < (form == "u8" ? 0.15 : 0.02))
    #expect(abs(sound.pitch - 1000) < 2)
    #expect(sound.channels[1].allSatisfy { abs($0) < 0.01 })
  }

  @Test(arguments: [(".wav", 16), (".wav", 24), (".wav", 32), (".flac", 16), (".flac", 24)])
  func `a sound comes back to the last bit that the format has`(ending: String, bits: Int) throws {
    let path = folder / ("tone" + ending)
    let tone = try Audio.tone(440, seconds: 0.31, decibels: -3, sampleRate: 44_100)
    let sound = try Audio(
      sampleRate: 44_100, channels: [tone.channels[0], tone.reversed().channels[0]])
    var options = MediaWriteOptions()
    options.sampleBits = bits
    let report = try MediaFile.write(sound, to: path, manifest: manifest, options: options)
    #expect(report.sound?.frameCount == sound.frameCount)
    #expect(report.byteCount == fileBytes(path).count)

    let info = try MediaFile.probe(path)
    #expect(info.medium == .audio && info.manifest == manifest)
    #expect(info.sound == report.sound)
    let back = try MediaFile.readAudio(path)
    let difference = try #require(sound.difference(from: back))
    #expect(difference.largest <= (bits == 32 ? 0 : 0.5001 / Double(1 << (bits - 1))))
  }

  @Test func `Opus keeps length, level, pitch and manifest`() throws {
    let path = folder / "tone.opus"
    let tone = try Audio.tone(1000, seconds: 1.5, decibels: -12, sampleRate: 44_100)
    try MediaFile.write(tone, to: path, manifest: manifest)
    let info = try MediaFile.probe(path)
    #expect(info.manifest == manifest && info.sound?.sampleRate == 48_000)
    let back = try MediaFile.readAudio(path)
    #expect(back.sampleRate == 48_000 && abs(back.duration - 1.5) < 0.001)
    #expect(abs(back.pitch - 1000) < 1 && abs(back.peakDecibels + 12) < 1)
  }

  @Test func `equal sounds give equal files`() throws {
    let tone = try Audio.tone(440, seconds: 0.2)
    for ending in [".wav", ".flac", ".opus"] {
      for name in ["a", "b"] { try MediaFile.write(tone, to: folder / (name + ending)) }
      #expect(fileBytes(folder / ("a" + ending)) == fileBytes(folder / ("b" + ending)), "\(ending)")
    }
  }

  @Test func `what is beyond full scale is cut, but in floating point`() throws {
    let loud = try Audio(sampleRate: 8000, channels: [[2, -3, 0.5]])
    try MediaFile.write(loud, to: folder / "a.wav")
    #expect(try MediaFile.readAudio(folder / "a.wav").peak == 1)
    var options = MediaWriteOptions()
    options.sampleBits = 32
    try MediaFile.write(loud, to: folder / "b.wav", options: options)
    #expect(try MediaFile.readAudio(folder / "b.wav") == loud)
  }

  @Test func `loudness is what the recommendation says of its test tones`() throws {
    // BS.1770-4: a sine of 997 Hz at full scale in one channel is -3.01 LUFS.
    for rate in [44_100, 48_000, 96_000] {
      let tone = try Audio.tone(997, seconds: 2, sampleRate: rate)
      #expect(abs(tone.loudness + 3.01) < 0.02, "\(rate): \(tone.loudness)")
      #expect(abs(tone.gained(decibels: -20).loudness + 23.01) < 0.02)
      let both = try tone.converted(toChannelCount: 2)
      #expect(abs(both.loudness) < 0.02)
    }
    // Silence is gated out.
    let tone = try Audio.tone(997, seconds: 3)
    let silence = Audio(rate: 48_000, [[Float](repeating: 0, count: 480_000)])
    #expect(abs(try tone.concatenated(with: [silence]).loudness + 3.01) < 0.3)
    #expect(silence.loudness == -.infinity && silence.peakDecibels == -.infinity)
  }

  @Test(arguments: [(44_100, 48_000), (48_000, 16_000), (8000, 44_100)])
  func `another rate keeps pitch, level and length`(rate: Int, other: Int) throws {
    let tone = try Audio.tone(1000, seconds: 0.5, decibels: -6, sampleRate: rate)
    let changed = try tone.resampled(to: other)
    #expect(changed.sampleRate == other && abs(changed.duration - 0.5) < 0.001)
    #expect(abs(changed.pitch - 1000) < 1)
    let middle = try changed.trimmed(from: 0.1, to: 0.4)
    #expect(abs(middle.peakDecibels + 6) < 0.05)
    // Against the tone made at that rate, away from the ends.
    let made = try Audio.tone(1000, seconds: 0.5, decibels: -6, sampleRate: other)
    let difference = try #require(middle.difference(from: made.trimmed(from: 0.1, to: 0.4)))
    #expect(difference.signalToNoise ?? 200 > 70, "\(difference)")
  }

  @Test func `tones that the new rate cannot hold do not fold back`() throws {
    let high = try Audio.tone(7000, seconds: 0.5, sampleRate: 48_000)
    let low = try high.resampled(to: 8000).trimmed(from: 0.1, to: 0.4)
    #expect(low.peakDecibels < -60)
  }

  @Test func `parts, ends and sums are where they should be`() throws {
    let sound = try Audio(sampleRate: 1000, channels: [(0..<1000).map { Float($0) / 1000 }])
    #expect(try sound.trimmed(from: 0.25, to: 0.5).channels[0].first == 0.25)
    #expect(try sound.trimmed(from: 0.25, to: 0.5).frameCount == 250)
    #expect(sound.reversed().channels[0].first == 0.999)
    #expect(try sound.looped(3).duration == 3)
    #expect(try sound.sped(by: 2).frameCount == 500)
    let faded = try sound.faded(in: 0.1, out: 0.1)
    #expect(faded.channels[0].last == 0 && faded.channels[0][500] == sound.channels[0][500])
    #expect(try sound.mixed(with: [sound]).peak == 2 * sound.peak)
    #expect(abs(sound.normalized(peak: -6).peakDecibels + 6) < 0.001)
    #expect(try sound.concatenated(with: [sound.resampled(to: 2000)]).frameCount == 2000)
  }

  @Test func `what is no sound is refused in a sentence`() throws {
    #expect(throws: MediaError.self) { try Audio(sampleRate: 44_100, channels: []) }
    #expect(throws: MediaError.self) { try Audio(sampleRate: 44_100, channels: [[.nan]]) }
    #expect(throws: MediaError.self) { try Audio(sampleRate: 1, channels: [[0]]) }
    #expect(throws: MediaError.self) { try Audio(sampleRate: 8000, channels: [[0], [0, 1]]) }
    let sound = try Audio.tone(440, seconds: 0.1)
    #expect(throws: MediaError.self) { try sound.trimmed(from: 5) }
    #expect(throws: MediaError.self) { try sound.looped(.max) }
    #expect(throws: MediaError.self) { try MediaFile.write(sound, to: folder / "a.png") }
    #expect(throws: MediaError.self) { try MediaFile.readImage(fixture("tone-s16.wav")) }
    #expect(throws: MediaError.self) { try MediaFile.readAudio(fixture("boxes.glb")) }
    #expect(folder.names().isEmpty)
  }

  @Test(arguments: [".wav", ".flac", ".opus"])
  func `files that break off or have changed bytes are errors at most`(ending: String) throws {
    let path = folder / ("sample" + ending)
    try MediaFile.write(try Audio.tone(440, seconds: 0.1, sampleRate: 8000), to: path)
    let whole = fileBytes(path)
    var numbers = SeededNumbers(7)
    for round in 0..<(ending == ".wav" ? 400 : 12) {
      var bytes = whole
      if round % 2 == 0 {
        bytes = Array(bytes.prefix(Int(numbers.next() % UInt64(whole.count))))
      } else {
        for _ in 0..<3 {
          bytes[Int(numbers.next() % UInt64(min(200, whole.count)))] = UInt8(
            truncatingIfNeeded: numbers.next())
        }
      }
      writeBytes(bytes, to: path)
      do {
        _ = try MediaFile.probe(path)
        _ = try MediaFile.readAudio(path)
      } catch let error as MediaError {
        switch error {
        case .toolCrashed, .toolStalled, .toolMissing: Issue.record("\(round): \(error)")
        default: #expect(!error.message.isEmpty)
        }
      }
    }
  }
}
