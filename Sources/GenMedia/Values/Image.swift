/// A picture: rows of interleaved 8-bit samples, sRGB, top row first.
///
/// - Channels: 1 (grey), 3 (RGB) or 4 (RGB and straight alpha).
/// - Invariant: `pixels.count == width * height * channelCount`, width and height at least 1.
public struct Image: Sendable, Hashable {
  public let width: Int
  public let height: Int
  public let channelCount: Int
  public internal(set) var pixels: [UInt8]

  /// The most pixels that a picture made or read here may have: 64 Mi.
  public static let maximumPixelCount = 1 << 26

  /// Takes samples as they are; nil when their number does not fit the size.
  public init?(width: Int, height: Int, channelCount: Int = 3, pixels: [UInt8]) {
    guard width > 0, height > 0, [1, 3, 4].contains(channelCount) else { return nil }
    let (area, areaOverflow) = width.multipliedReportingOverflow(by: height)
    let (count, countOverflow) = area.multipliedReportingOverflow(by: channelCount)
    guard !areaOverflow, !countOverflow, pixels.count == count else { return nil }
    self.width = width
    self.height = height
    self.channelCount = channelCount
    self.pixels = pixels
  }

  /// A picture of one colour. Sizes below 1 are taken as 1.
  public init(width: Int, height: Int, filledWith samples: [UInt8] = [0, 0, 0]) {
    let channels = [1, 3, 4].contains(samples.count) ? samples : [0, 0, 0]
    self.width = max(1, width)
    self.height = max(1, height)
    self.channelCount = channels.count
    self.pixels = Array(repeating: channels[0], count: self.width * self.height * channels.count)
    guard channels.contains(where: { $0 != channels[0] }) else { return }
    for start in stride(from: 0, to: pixels.count, by: channels.count) {
      for channel in 1..<channels.count { pixels[start + channel] = channels[channel] }
    }
  }

  /// A picture whose samples `body` writes; they are zero before.
  init(
    width: Int, height: Int, channelCount: Int,
    writingWith body: (UnsafeMutableBufferPointer<UInt8>) throws -> Void
  ) rethrows {
    self.width = width
    self.height = height
    self.channelCount = channelCount
    let count = width * height * channelCount
    self.pixels = try Array(unsafeUninitializedCapacity: count) { buffer, filled in
      buffer.initialize(repeating: 0)
      filled = count
      try body(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
    }
  }

  public var pixelCount: Int { width * height }
  public var byteCount: Int { pixels.count }
  public var hasAlpha: Bool { channelCount == 4 }

  @inlinable public subscript(column: Int, row: Int, channel: Int) -> UInt8 {
    pixels[(row * width + column) * channelCount + channel]
  }

  /// The same picture with every sample rewritten in place by `body`.
  public func mappingPixels(_ body: (inout [UInt8]) -> Void) -> Image {
    var copy = self
    body(&copy.pixels)
    precondition(copy.pixels.count == pixels.count, "a picture keeps its size")
    return copy
  }

  /// Throws unless a picture of this size may be made.
  public static func checkSize(width: Int, height: Int) throws {
    guard width > 0, height > 0 else {
      throw MediaError.badArgument("a picture of \(width)x\(height) pixels has no area")
    }
    let (area, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, area <= maximumPixelCount else {
      throw MediaError.tooLarge(path: nil, width: width, height: height)
    }
  }
}

extension Image {
  /// Hands everything that tells this picture from another to `consume`: sizes, then samples.
  public func feedContent(into consume: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    let sizes = [width, height, channelCount].map { UInt64($0).littleEndian }
    try sizes.withUnsafeBytes(consume)
    try pixels.withUnsafeBytes(consume)
  }
}
