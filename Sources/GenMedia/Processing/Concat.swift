/// What happens when films that are put together differ in size.
public enum FittingRule: String, Sendable, Hashable, CaseIterable {
  /// It is an error.
  case refuse
  /// Later films are stretched to the first one's size.
  case stretch
  /// Later films are scaled to lie inside the first one's size, between black borders.
  case fit
  /// Later films are scaled to cover the first one's size; what stands out is cut.
  case fill
}

extension Video {
  /// This film and others, one after another, at this one's rate.
  ///
  /// Films of another rate keep their speed: frames are left out or repeated. Grey films become
  /// RGB and films without alpha get it where another one has it.
  public func concatenated(
    with others: [Video], fitting rule: FittingRule = .refuse
  ) throws -> Video {
    let channels = ([self] + others).map(\.channelCount).max() ?? channelCount
    let first = converted(toChannelCount: channels)
    let parts =
      try [first]
      + others.map { other in
        try other.resampled(to: rate).converted(toChannelCount: channels)
          .fitted(width: width, height: height, rule)
      }
    let counts = parts.compactMap(\.frameCount)
    let total = counts.count == parts.count ? counts.reduce(0, +) : nil
    return first.keeping(count: total) {
      var left = parts.dropFirst()
      var frames = try first.makeFrames()
      return ClosureFrames {
        while true {
          if let frame = try frames.next() { return frame }
          guard let next = left.popFirst() else { return nil }
          frames = try next.makeFrames()
        }
      }
    }
  }

  /// The film in another size, by the given rule.
  public func fitted(width: Int, height: Int, _ rule: FittingRule) throws -> Video {
    guard width != self.width || height != self.height else { return self }
    try Image.checkSize(width: width, height: height)
    guard rule != .refuse else {
      throw MediaError.mismatch(
        "one film has \(self.width)x\(self.height) pixels, the other \(width)x\(height)")
    }
    return mapFrames(width: width, height: height) { frame, _ in
      try frame.fitted(width: width, height: height, rule)
    }
  }
}

extension Image {
  /// The picture in another size, by the given rule.
  public func fitted(width: Int, height: Int, _ rule: FittingRule) throws -> Image {
    try Image.checkSize(width: width, height: height)
    let across = Double(width) / Double(self.width)
    let down = Double(height) / Double(self.height)
    switch rule {
    case .refuse:
      guard width == self.width, height == self.height else {
        throw MediaError.mismatch(
          "one picture has \(self.width)x\(self.height) pixels, the other \(width)x\(height)")
      }
      return self
    case .stretch: return try resized(width: width, height: height)
    case .fit, .fill:
      let scale = rule == .fit ? min(across, down) : max(across, down)
      let size = (
        width: max(1, Int((Double(self.width) * scale).rounded())),
        height: max(1, Int((Double(self.height) * scale).rounded()))
      )
      let scaled = try resized(width: size.width, height: size.height)
      let (left, top) = ((width - size.width) / 2, (height - size.height) / 2)
      if rule == .fill {
        return try scaled.cropped(x: -left, y: -top, width: width, height: height)
      }
      return try scaled.padded(
        left: left, top: top, right: width - size.width - left,
        bottom: height - size.height - top)
    }
  }
}
