/// Frames per second as an exact fraction in lowest terms, above zero.
public struct FrameRate: Sendable, Hashable, Codable, CustomStringConvertible {
  public let numerator: Int
  public let denominator: Int

  /// nil unless both parts lie in 1…1,000,000 after reduction.
  public init?(_ numerator: Int, _ denominator: Int = 1) {
    guard numerator > 0, denominator > 0 else { return nil }
    let divisor = FrameRate.greatestCommonDivisor(numerator, denominator)
    guard numerator / divisor <= 1_000_000, denominator / divisor <= 1_000_000 else { return nil }
    self.numerator = numerator / divisor
    self.denominator = denominator / divisor
  }

  /// The nearest fraction: whole, a broadcast rate (n·1000/1001), or in thousandths.
  public init?(framesPerSecond: Double) {
    guard framesPerSecond.isFinite, framesPerSecond >= 0.001, framesPerSecond <= 1000 else {
      return nil
    }
    let whole = framesPerSecond.rounded()
    let broadcast = (framesPerSecond * 1.001).rounded()
    if abs(framesPerSecond - whole) < 1e-6 {
      self.init(Int(whole))
    } else if abs(framesPerSecond - broadcast / 1.001) < 5e-4, broadcast > 0 {
      self.init(Int(broadcast) * 1000, 1001)
    } else {
      self.init(Int((framesPerSecond * 1000).rounded()), 1000)
    }
  }

  private init(unchecked numerator: Int, _ denominator: Int) {
    self.numerator = numerator
    self.denominator = denominator
  }

  public static let film = FrameRate(unchecked: 24, 1)
  public static let one = FrameRate(unchecked: 1, 1)

  public var framesPerSecond: Double { Double(numerator) / Double(denominator) }

  /// Seconds that one frame stays.
  public var frameDuration: Double { Double(denominator) / Double(numerator) }

  /// `24` or `30000/1001`.
  public var description: String {
    denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)"
  }

  /// The number of frames nearest to `seconds`; never negative, at most 2^40.
  public func frameCount(inSeconds seconds: Double) -> Int {
    let count = (seconds * framesPerSecond).rounded()
    guard count.isFinite, count > 0 else { return 0 }
    return Int(min(count, 0x1p40))
  }

  private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
    var (larger, smaller) = (first, second)
    while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
    return larger
  }
}
