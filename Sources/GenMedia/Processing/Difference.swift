import Foundation

/// How far two pictures of one size are apart, or the frames of two films together.
///
/// - Units: samples of 0…255.
public struct PixelDifference: Sendable, Hashable {
  public private(set) var pixelCount = 0
  /// Pixels of which at least one sample differs.
  public private(set) var differingCount = 0
  /// The largest difference of a sample.
  public private(set) var largest = 0
  private var sampleCount = 0
  private var sum = 0
  private var sumOfSquares = 0

  public init() {}

  /// - Throws: ``MediaError/mismatch`` when the sizes differ.
  public init(_ first: Image, _ second: Image) throws {
    guard first.width == second.width, first.height == second.height else {
      throw MediaError.mismatch(
        "one picture is \(first.width)x\(first.height), the other \(second.width)x\(second.height)")
    }
    let channels = max(first.channelCount, second.channelCount)
    let (one, other) = (
      first.converted(toChannelCount: channels).pixels,
      second.converted(toChannelCount: channels).pixels
    )
    pixelCount = first.pixelCount
    sampleCount = one.count
    guard one != other else { return }
    for start in stride(from: 0, to: one.count, by: channels) {
      var differs = false
      for index in start..<start + channels where one[index] != other[index] {
        let distance = abs(Int(one[index]) - Int(other[index]))
        differs = true
        largest = max(largest, distance)
        sum += distance
        sumOfSquares += distance * distance
      }
      if differs { differingCount += 1 }
    }
  }

  public mutating func add(_ other: PixelDifference) {
    pixelCount += other.pixelCount
    differingCount += other.differingCount
    largest = max(largest, other.largest)
    sampleCount += other.sampleCount
    sum += other.sum
    sumOfSquares += other.sumOfSquares
  }

  public var isNone: Bool { differingCount == 0 }

  /// The mean difference of all samples.
  public var mean: Double { sampleCount == 0 ? 0 : Double(sum) / Double(sampleCount) }

  /// The root of the mean squared difference of all samples.
  public var rootMeanSquare: Double {
    sampleCount == 0 ? 0 : (Double(sumOfSquares) / Double(sampleCount)).squareRoot()
  }

  /// The peak signal-to-noise ratio in decibels; nil for pictures that are the same.
  public var signalToNoise: Double? {
    sumOfSquares > 0 ? 20 * log10(255 / rootMeanSquare) : nil
  }
}

extension Video {
  /// The differences of the frames that both films have, first to first.
  ///
  /// - Throws: ``MediaError``, or what making frames throws.
  public func differences(from other: Video) throws -> [PixelDifference] {
    var (one, two) = (try makeFrames(), try other.makeFrames())
    var all: [PixelDifference] = []
    while let first = try one.next(), let second = try two.next() {
      try Task.checkCancellation()
      all.append(try PixelDifference(first, second))
    }
    return all
  }
}
