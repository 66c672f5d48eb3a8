import Glibc

extension Audio {
  /// A sine tone of one channel.
  ///
  /// - Throws: ``MediaError`` for what is no sound, and for tones above half of the rate.
  public static func tone(
    _ frequency: Double, seconds: Double, decibels: Double = 0, sampleRate: Int = 48_000
  ) throws -> Audio {
    guard frequency > 0, frequency < Double(sampleRate) / 2 else {
      throw MediaError.badArgument(
        "a tone of \(frequency) Hz does not fit into \(sampleRate) samples a second")
    }
    let level = pow(10, decibels / 20)
    let step = 2 * Double.pi * frequency / Double(sampleRate)
    let count = (seconds * Double(sampleRate)).rounded()
    guard count >= 1, count <= Double(maximumSampleCount) else {
      throw MediaError.badArgument("a tone cannot last \(seconds) s")
    }
    return try Audio(
      sampleRate: sampleRate,
      channels: [(0..<Int(count)).map { Float(level * sin(step * Double($0))) }])
  }

  /// The part from one moment to another, in seconds; to the end when `end` is nil.
  ///
  /// - Throws: ``MediaError/badArgument(_:)`` when nothing lies there.
  public func trimmed(from start: Double, to end: Double? = nil) throws -> Audio {
    guard start.isFinite, start >= 0, (end ?? start + 1) > start else {
      throw MediaError.badArgument(
        "a part from \(start) s to \(end.map { "\($0) s" } ?? "the end") has no length")
    }
    let first = sampleIndex(start)
    guard first < frameCount else {
      throw MediaError.badArgument("the sound ends at \(duration) s, before \(start) s")
    }
    let last = min(frameCount, max(first + 1, end.map(sampleIndex) ?? frameCount))
    return mapChannels { Array($0[first..<last]) }
  }

  /// The sound backwards.
  public func reversed() -> Audio { mapChannels { $0.reversed() } }

  /// The sound `count` times, one after another.
  public func looped(_ count: Int) throws -> Audio {
    let (total, overflow) = frameCount.multipliedReportingOverflow(by: count)
    guard count >= 1, !overflow else {
      throw MediaError.badArgument("a sound cannot be repeated \(count) times")
    }
    try Audio.checkShape(sampleRate: sampleRate, channelCount: channelCount, frameCount: total)
    return mapChannels { samples in (0..<count).flatMap { _ in samples } }
  }

  /// The sound coming out of silence and going back into it, in seconds.
  ///
  /// The level follows a quarter of a sine, so that a fade out over a fade in keeps its loudness.
  public func faded(in fadeIn: Double = 0, out fadeOut: Double = 0) throws -> Audio {
    guard fadeIn.isFinite, fadeOut.isFinite, fadeIn >= 0, fadeOut >= 0 else {
      throw MediaError.badArgument("a fade cannot last \(fadeIn) s or \(fadeOut) s")
    }
    let (lead, tail, count) = (sampleIndex(fadeIn), sampleIndex(fadeOut), frameCount)
    func level(_ index: Int, of length: Int) -> Float {
      index < length ? Float(sin(Double.pi / 2 * Double(index) / Double(length))) : 1
    }
    return mapChannels { samples in
      samples.indices.map {
        samples[$0] * level($0, of: lead) * level(count - 1 - $0, of: tail)
      }
    }
  }

  /// The sound louder or, with negative decibels, quieter.
  public func gained(decibels: Double) -> Audio {
    let factor = Float(pow(10, decibels / 20))
    let limit = Float.greatestFiniteMagnitude
    return mapChannels { $0.map { max(-limit, min(limit, $0 * factor)) } }
  }

  /// The sound as loud as it can be without a sample above `peak` decibels below full scale;
  /// silence stays.
  public func normalized(peak decibels: Double) -> Audio {
    peak > 0 ? gained(decibels: decibels - peakDecibels) : self
  }

  /// The sound with one channel, the mean of all; or one channel spread over several.
  ///
  /// - Throws: ``MediaError/badArgument(_:)`` for other changes, as they have no one meaning.
  public func converted(toChannelCount count: Int) throws -> Audio {
    if count == channelCount { return self }
    if channelCount == 1, (1...Audio.maximumChannelCount).contains(count) {
      return Audio(rate: sampleRate, Array(repeating: channels[0], count: count))
    }
    guard count == 1 else {
      throw MediaError.badArgument(
        "a sound of \(channelCount) channels does not become one of \(count)")
    }
    let share = 1 / Float(channelCount)
    return Audio(
      rate: sampleRate,
      [(0..<frameCount).map { index in channels.reduce(0) { $0 + $1[index] } * share }])
  }

  /// The sound with others behind it, at its own rate and with its own channels.
  public func concatenated(with others: [Audio]) throws -> Audio {
    let all = [self] + (try others.map(fitted))
    let total = all.reduce(0) { $0 + $1.frameCount }
    try Audio.checkShape(sampleRate: sampleRate, channelCount: channelCount, frameCount: total)
    return Audio(
      rate: sampleRate, (0..<channelCount).map { channel in all.flatMap { $0.channels[channel] } })
  }

  /// The sound together with others that begin with it, at its own rate and with its own channels.
  public func mixed(with others: [Audio]) throws -> Audio {
    let all = [self] + (try others.map(fitted))
    let count = all.reduce(0) { max($0, $1.frameCount) }
    return Audio(
      rate: sampleRate,
      (0..<channelCount).map { channel in
        var sum = [Float](repeating: 0, count: count)
        for sound in all {
          for (index, sample) in sound.channels[channel].enumerated() { sum[index] += sample }
        }
        return sum
      })
  }

  /// Another sound at this one's rate and with its channels.
  private func fitted(_ other: Audio) throws -> Audio {
    try other.resampled(to: sampleRate).converted(toChannelCount: channelCount)
  }

  private func sampleIndex(_ seconds: Double) -> Int {
    Int(min(seconds * Double(sampleRate), Double(Audio.maximumSampleCount)).rounded())
  }
}
