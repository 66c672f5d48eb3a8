extension Video {
  /// The film with every frame rewritten, one at a time, when somebody asks for it.
  ///
  /// - Input: a frame and its index from 0.
  /// - Output: frames of the given size and channels, which are the film's own where not given.
  public func mapFrames(
    width: Int? = nil, height: Int? = nil, channelCount: Int? = nil,
    _ transform: @escaping @Sendable (Image, Int) throws -> Image
  ) -> Video {
    let film = self
    return Video(
      width: width ?? self.width, height: height ?? self.height,
      channelCount: channelCount ?? self.channelCount, rate: rate, frameCount: frameCount
    ) {
      var frames = try film.makeFrames()
      var index = 0
      return ClosureFrames {
        guard let frame = try frames.next() else { return nil }
        defer { index += 1 }
        return try transform(frame, index)
      }
    }
  }

  /// The first `count` frames, or all when there are fewer.
  public func prefix(_ count: Int) -> Video {
    if case .memory(let frames) = source, count > 0 {
      return keepingFrames(Array(frames.prefix(count)))
    }
    let film = self
    return keeping(count: frameCount.map { min($0, max(0, count)) }) {
      var frames = try film.makeFrames()
      var left = count
      return ClosureFrames {
        guard left > 0 else { return nil }
        left -= 1
        return try frames.next()
      }
    }
  }

  /// The film from the frame of index `count` on.
  public func dropFirst(_ count: Int) -> Video {
    if case .memory(let frames) = source, count < frames.count {
      return keepingFrames(Array(frames.dropFirst(max(0, count))))
    }
    let film = self
    return keeping(count: frameCount.map { max(0, $0 - max(0, count)) }) {
      var frames = try film.makeFrames()
      var left = count
      return ClosureFrames {
        while left > 0 {
          left -= 1
          guard try frames.next() != nil else { return nil }
        }
        return try frames.next()
      }
    }
  }

  /// The same frames, played at another rate.
  public func withRate(_ rate: FrameRate) -> Video {
    Video(
      width: width, height: height, channelCount: channelCount, rate: rate, frameCount: frameCount,
      source: source)
  }

  /// The film with 1, 3 or 4 channels; alpha that is dropped is blended over `background`.
  public func converted(toChannelCount count: Int, over background: Color = .black) -> Video {
    guard count != channelCount else { return self }
    return mapFrames(channelCount: count) { frame, _ in
      frame.converted(toChannelCount: count, over: background)
    }
  }

  /// The frame of an index from 0; a negative index counts from the end.
  ///
  /// - Throws: ``MediaError`` when the film is shorter.
  public func frame(at index: Int) throws -> Image {
    let place = index < 0 ? try countedFrames() + index : index
    if case .memory(let frames) = source, frames.indices.contains(place) { return frames[place] }
    if place >= 0, frameCount.map({ place < $0 }) ?? true {
      var rest = try dropFirst(place).makeFrames()
      if let frame = try rest.next() { return frame }
    }
    throw MediaError.badArgument(
      "there is no frame \(index) in a film of \(try countedFrames()) frames")
  }

  /// The number of frames; makes all of them once where the film does not know it.
  public func countedFrames() throws -> Int {
    if let frameCount { return frameCount }
    var frames = try makeFrames()
    var count = 0
    while try frames.next() != nil { count += 1 }
    return count
  }

  /// All frames in memory.
  ///
  /// - Throws: ``MediaError`` when they take more than `byteLimit` bytes.
  public func collected(byteLimit: Int = 4 << 30) throws -> [Image] {
    if case .memory(let frames) = source { return frames }
    var frames = try makeFrames()
    var all: [Image] = []
    var bytes = 0
    while let frame = try frames.next() {
      bytes += frame.byteCount
      guard bytes <= byteLimit else {
        throw MediaError.badArgument(
          "the film takes more than \(byteLimit >> 20) MiB in memory; work on a part of it (trim) "
            + "or a smaller one (resize)")
      }
      all.append(frame)
    }
    return all
  }

  /// The same film with its frames in memory, so that they are made once.
  public func inMemory(byteLimit: Int = 4 << 30) throws -> Video {
    isInMemory ? self : try Video(frames: collected(byteLimit: byteLimit), rate: rate)
  }

  /// Hands everything that tells this film from another to `consume`: rate, then each frame.
  public func feedContent(into consume: (UnsafeRawBufferPointer) throws -> Void) throws {
    let parts = [rate.numerator, rate.denominator].map { UInt64($0).littleEndian }
    try parts.withUnsafeBytes(consume)
    var frames = try makeFrames()
    while let frame = try frames.next() { try frame.feedContent(into: consume) }
  }

  /// A film of the same kind with other frames.
  func keeping(
    count: Int?, rate: FrameRate? = nil,
    _ makeFrames: @escaping @Sendable () throws -> any FrameIterator
  ) -> Video {
    Video(
      width: width, height: height, channelCount: channelCount, rate: rate ?? self.rate,
      frameCount: count, makeFrames: makeFrames)
  }

  private func keepingFrames(_ frames: [Image]) -> Video {
    Video(
      width: width, height: height, channelCount: channelCount, rate: rate,
      frameCount: frames.count, source: .memory(frames))
  }
}
