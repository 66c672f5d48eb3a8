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
  /// Pixels along a side of the sketch, at half of the film's size; other films have it resampled.
  public var sketchSide = 32

  public init(vocabularyCount: Int) { self.vocabularyCount = vocabularyCount }

  /// The angles by which the pairs of a head are turned: none for words, then a share of the pairs
  /// for the time, the row and the column of a patch.
  func angles(
    depth: Int, height: Int, width: Int, _ moments: GridTransformer.Moments, in graph: Graph
  ) -> RotaryAngles {
    let pairs = self.width / headCount / 2
    let share = pairs * 3 / 8
    let shares = [pairs - 2 * share, share, share]
    var angles: [Float] = []
    let times =
      switch moments {
      case .following(let first): first..<first + depth
      case .some(_, let count): 0..<count
      }
    for time in times {
      for row in 0..<height {
        for column in 0..<width {
          for (place, share) in zip([time, row, column], shares) {
            angles += (0..<share).map { Float(place) * powf(100, -Float($0) / Float(share)) }
          }
        }
      }
    }
    func table(_ function: (Float) -> Float) -> Tensor {
      let rest: Shape = [slotCount, pairs]
      let still = graph.constant(
        [Float](repeating: function(0), count: rest.elementCount), shape: rest)
      var moving = graph.constant(
        angles.map(function), shape: [angles.count / max(pairs, 1), pairs])
      if case .some(let places, let count) = moments {
        moving = moving.reshaped(to: [count, -1]).gathered(at: places)
          .reshaped(to: [-1, pairs])
      }
      return still.concatenated(with: moving, alongAxis: 0)
    }
    return RotaryAngles(cosines: table(cosf), sines: table(sinf))
  }
}
