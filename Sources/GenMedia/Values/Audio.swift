/// A sound: samples of one or more channels, taken at a steady rate.
///
///     let tone = try MediaFile.readAudio("tone.wav")
///     print(tone.duration, tone.peak, tone.loudness)
///     try MediaFile.write(tone.gained(decibels: -6), to: "quieter.flac")
///
/// Samples are usually in -1…1; larger ones are kept until a file that cannot hold them clips them.
/// - Invariant: there is a channel, all are of one length, and every sample is finite.
public struct Audio: Sendable, Hashable {
  /// In hertz.
  public let sampleRate: Int
  /// Samples by channel.
  public let channels: [[Float]]

  /// Hertz that a sound may have.
  public static let sampleRates = 1000...768_000
  public static let maximumChannelCount = 32
  /// Samples of all channels together that a sound may have: 1 GiB.
  public static let maximumSampleCount = 1 << 28

  /// - Throws: ``MediaError`` for what is no sound.
  public init(sampleRate: Int, channels: [[Float]]) throws {
    try Audio.checkShape(
      sampleRate: sampleRate, channelCount: channels.count, frameCount: channels.first?.count ?? 0)
    guard channels.allSatisfy({ $0.count == channels[0].count }) else {
      throw MediaError.mismatch("the channels of a sound differ in length")
    }
    guard channels.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw MediaError.badArgument("a sound holds samples that are no numbers")
    }
    self.sampleRate = sampleRate
    self.channels = channels
  }

  /// For samples that are known to be right.
  init(rate sampleRate: Int, _ channels: [[Float]]) {
    self.sampleRate = sampleRate
    self.channels = channels
  }

  /// Throws unless a sound of this shape may be made.
  static func checkShape(sampleRate: Int, channelCount: Int, frameCount: Int) throws {
    guard sampleRates.contains(sampleRate) else {
      throw MediaError.badArgument(
        "a sound of \(sampleRate) samples a second is not between \(sampleRates.lowerBound) and "
          + "\(sampleRates.upperBound) Hz")
    }
    guard (1...maximumChannelCount).contains(channelCount) else {
      throw MediaError.badArgument(
        "a sound of \(channelCount) channels is not between 1 and \(maximumChannelCount)")
    }
    guard frameCount > 0 else { throw MediaError.badArgument("a sound without samples") }
    guard frameCount <= maximumSampleCount / channelCount else {
      throw MediaError.badArgument(
        "a sound of \(frameCount / sampleRate) s takes more than 1 GiB; work on a part of it")
    }
  }

  public var channelCount: Int { channels.count }
  /// Samples of each channel.
  public var frameCount: Int { channels[0].count }
  /// In seconds.
  public var duration: Double { Double(frameCount) / Double(sampleRate) }
  public var byteCount: Int { channelCount * frameCount * MemoryLayout<Float>.stride }

  /// All samples, those of one moment side by side.
  public var interleaved: [Float] {
    guard channelCount > 1 else { return channels[0] }
    return [Float](unsafeUninitializedCapacity: channelCount * frameCount) { buffer, count in
      for (channel, samples) in channels.enumerated() {
        for (index, sample) in samples.enumerated() {
          buffer[index * channelCount + channel] = sample
        }
      }
      count = channelCount * frameCount
    }
  }

  /// The channels in samples that stand side by side; an incomplete end is left out.
  static func planar(_ samples: [Float], channelCount: Int) -> [[Float]] {
    guard channelCount > 1 else { return [samples] }
    let count = samples.count / channelCount
    return (0..<channelCount).map { channel in
      (0..<count).map { samples[$0 * channelCount + channel] }
    }
  }

  /// Each channel rewritten; all have to stay of one length.
  func mapChannels(_ body: ([Float]) throws -> [Float]) rethrows -> Audio {
    Audio(rate: sampleRate, try channels.map(body))
  }

  /// Hands everything that tells this sound from another to `consume`: rate, shape, then channels.
  public func feedContent(into consume: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    let sizes = [sampleRate, channelCount, frameCount].map { UInt64($0).littleEndian }
    try sizes.withUnsafeBytes(consume)
    for channel in channels { try channel.withUnsafeBytes(consume) }
  }
}
