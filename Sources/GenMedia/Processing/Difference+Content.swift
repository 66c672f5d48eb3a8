import Glibc

/// What differs between two sounds, or two meshes, of one shape.
public struct ContentDifference: Sendable, Hashable {
  /// `samples` or `vertices`.
  public let what: String
  public let count: Int
  public let differingCount: Int
  /// The largest difference: of samples, or how far a vertex lies from the other.
  public let largest: Double
  /// The root of the mean squared difference.
  public let rootMeanSquare: Double
  /// How far the first lies above the difference, in decibels; nil for what is the same.
  public let signalToNoise: Double?

  public var isNone: Bool { differingCount == 0 }

  init(what: String, distances: some Sequence<Double>, signal: Double) {
    var (count, differing, largest, sum) = (0, 0, 0.0, 0.0)
    for distance in distances {
      count += 1
      differing += distance != 0 ? 1 : 0
      largest = max(largest, distance)
      sum += distance * distance
    }
    self.what = what
    self.count = count
    differingCount = differing
    self.largest = largest
    rootMeanSquare = (sum / Double(max(1, count))).squareRoot()
    signalToNoise = sum > 0 ? 10 * log10(signal / sum) : nil
  }
}

extension Audio {
  /// The differences of samples; nil where rate, channels or length differ.
  public func difference(from other: Audio) -> ContentDifference? {
    guard
      (sampleRate, channelCount, frameCount)
        == (other.sampleRate, other.channelCount, other.frameCount)
    else { return nil }
    let pairs = zip(channels.joined(), other.channels.joined())
    return ContentDifference(
      what: "samples", distances: pairs.lazy.map { abs(Double($0) - Double($1)) },
      signal: channels.joined().reduce(0) { $0 + Double($1) * Double($1) })
  }
}

extension Mesh {
  /// How far vertices lie from one another; nil where their number or the triangles differ.
  public func difference(from other: Mesh) -> ContentDifference? {
    guard vertexCount == other.vertexCount, triangles == other.triangles else { return nil }
    let (low, high) = bounds
    let middle = low / 2 + high / 2
    return ContentDifference(
      what: "vertices",
      distances: zip(positions, other.positions).lazy.map { Double(($0 - $1).length) },
      signal: positions.reduce(0) { sum, place in
        let arm = Double((place - middle).length)
        return sum + arm * arm
      })
  }
}
