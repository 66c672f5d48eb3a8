extension Video {
  /// The part from one moment to another, in seconds; to the end when `end` is nil.
  ///
  /// - Throws: ``MediaError/badArgument(_:)`` when no frame lies there.
  public func trimmed(from start: Double, to end: Double? = nil) throws -> Video {
    guard start.isFinite, start >= 0, (end ?? start + 1) > start else {
      throw MediaError.badArgument(
        "a part from \(start) s to \(end.map { "\($0) s" } ?? "the end") has no length")
    }
    let first = rate.frameCount(inSeconds: start)
    if let frameCount, first >= frameCount {
      throw MediaError.badArgument(
        "the film ends at \(duration ?? 0) s, before \(start) s")
    }
    let rest = first > 0 ? dropFirst(first) : self
    guard let end else { return rest }
    return rest.prefix(max(1, rate.frameCount(inSeconds: end) - first))
  }

  /// The film backwards.
  ///
  /// A film that does not lie in memory is made anew for each part of it that fits in `memory`
  /// bytes, last part first: more work, never more memory.
  public func reversed(memory: Int = 256 << 20) throws -> Video {
    if case .memory(let frames) = source {
      return try Video(frames: frames.reversed(), rate: rate)
    }
    let film = self
    let count = try countedFrames()
    let chunk = max(1, memory / max(1, width * height * channelCount))
    return keeping(count: count) {
      var end = count
      var waiting: [Image] = []
      return ClosureFrames {
        if waiting.isEmpty, end > 0 {
          let start = max(0, end - chunk)
          waiting = try film.dropFirst(start).prefix(end - start).collected(byteLimit: .max)
          end = start
        }
        return waiting.popLast()
      }
    }
  }

  /// The film `count` times, one after another.
  public func looped(_ count: Int) throws -> Video {
    let (total, overflow) = (frameCount ?? 0).multipliedReportingOverflow(by: count)
    guard count >= 1, !overflow else {
      throw MediaError.badArgument("a film cannot be repeated \(count) times")
    }
    let film = self
    return keeping(count: frameCount == nil ? nil : total) {
      var left = count
      var frames = try film.makeFrames()
      return ClosureFrames {
        while left > 0 {
          if let frame = try frames.next() { return frame }
          left -= 1
          if left > 0 { frames = try film.makeFrames() }
        }
        return nil
      }
    }
  }

  /// The film `factor` times as fast, at its own rate: frames are left out or repeated.
  ///
  /// - Throws: ``MediaError/badArgument(_:)`` for factors outside 0.01…100.
  public func sped(by factor: Double) throws -> Video {
    guard factor.isFinite, (0.01...100).contains(factor) else {
      throw MediaError.badArgument("a film cannot be played \(factor) times as fast (0.01...100)")
    }
    return picking(step: factor, rate: rate)
  }

  /// The film at another rate and the same speed: frames are left out or repeated.
  public func resampled(to rate: FrameRate) -> Video {
    rate == self.rate
      ? self : picking(step: self.rate.framesPerSecond / rate.framesPerSecond, rate: rate)
  }

  /// Frame `i` of the result is the one shown at `(i + 1/2) * step` frames of this film.
  private func picking(step: Double, rate: FrameRate) -> Video {
    let film = self
    let count = frameCount.map { max(1, Int((Double($0) / step).rounded())) }
    return keeping(count: count, rate: rate) {
      var frames = try film.makeFrames()
      var current = try frames.next()
      var taken = 0
      var index = 0
      return ClosureFrames {
        let wanted = Int((Double(index) + 0.5) * step)
        if let count, index >= count { return nil }
        while taken < wanted, current != nil {
          guard let next = try frames.next() else {
            // Rounding may ask for one frame more than there is.
            if count == nil { current = nil }
            break
          }
          current = next
          taken += 1
        }
        index += 1
        return current
      }
    }
  }
}
