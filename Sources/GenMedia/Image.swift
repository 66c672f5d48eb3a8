/// A picture: rows of interleaved 8-bit samples, sRGB, top row first.
///
/// - Channels: 1 (grey), 3 (RGB) or 4 (RGB and straight alpha).
/// - Invariant: `pixels.count == width * height * channelCount`, width and height at least 1.
public struct Image: Sendable, Hashable {
  public let width: Int
  public let height: Int
  public let channelCount: Int
  public internal(set) var pixels: [UInt8]

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
    self.pixels = (0..<self.width * self.height).flatMap { _ in channels }
  }

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
}
