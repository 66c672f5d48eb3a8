import Foundation
import GenTensor

/// The numbers that make one `GridTransformer` differ from another.
public struct GridTransformerSizes: Sendable, Hashable, Codable {
  /// Words and the empty slot.
  public var vocabularyCount: Int
  /// Words of a prompt that the network sees.
  public var slotCount = 20
  public var width = 192
  public var headCount = 6
  public var blockCount = 6
  /// Channels at a half, a quarter and an eighth of the size.
  public var fine = 32
  public var middle = 96
  public var coarse = 128
  /// Frames in one patch.
  public var patchDepth = 4

  public init(vocabularyCount: Int) { self.vocabularyCount = vocabularyCount }

  /// The angles by which the pairs of a head are turned: none for words, then a share of the pairs
  /// for the time, the row and the column of a patch.
  func angles(depth: Int, height: Int, width: Int, in graph: Graph) -> RotaryAngles {
    let pairs = self.width / headCount / 2
    let share = pairs * 3 / 8
    let shares = [pairs - 2 * share, share, share]
    var angles = [Float](repeating: 0, count: slotCount * pairs)
    for time in 0..<depth {
      for row in 0..<height {
        for column in 0..<width {
          for (place, share) in zip([time, row, column], shares) {
            angles += (0..<share).map { Float(place) * powf(100, -Float($0) / Float(share)) }
          }
        }
      }
    }
    let shape: Shape = [slotCount + depth * height * width, pairs]
    return RotaryAngles(
      cosines: graph.constant(angles.map(cosf), shape: shape),
      sines: graph.constant(angles.map(sinf), shape: shape))
  }
}
