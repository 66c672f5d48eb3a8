import Foundation
import GenTensor
import GenWeights

extension GridTransformerSizes {
  /// The sizes as metadata of a weight file, one key each.
  var metadata: [String: String] {
    [
      "vocabulary": vocabularyCount, "slots": slotCount, "width": width, "heads": headCount,
      "blocks": blockCount, "fine": fine, "middle": middle, "coarse": coarse, "depth": patchDepth,
    ].reduce(into: [:]) { $0["sizes.\($1.key)"] = String($1.value) }
  }

  /// Reads the sizes from the shapes of a network's weights.
  ///
  /// The number of heads leaves no trace in a shape; it is the metadata's `sizes.heads`.
  ///
  /// - Throws: ``WeightsError`` for a missing weight; ``MatineeError/unusableWeights(path:reason:)``.
  public init(_ weights: Weights) throws {
    func length(_ name: String, _ axis: Int) throws -> Int {
      let shape = try weights.record(name).shape
      guard axis < shape.count, 1...(1 << 20) ~= shape[axis] else {
        throw MatineeError.unusableWeights(
          path: weights.path, reason: "\"\(name)\" has the shape \(shape)")
      }
      return shape[axis]
    }
    self.init(vocabularyCount: try length("word", 0))
    slotCount = try length("place", 0)
    width = try length("word", 1)
    fine = try length("enter.weight", 0)
    middle = try length("shrink.weight", 0)
    coarse = try length("condense.weight", 0)
    patchDepth = try length("merge.weight", 1) / coarse
    sketchSide = Int(Double(try length("picture", 1) / 3).squareRoot())
    let names = Set(weights.names)
    blockCount = (0...).first { !names.contains("blocks.\($0).offset") } ?? 0
    guard let heads = weights.metadata["sizes.heads"].flatMap({ Int($0) }), 1...1024 ~= heads,
      width.isMultiple(of: 2 * heads), patchDepth > 0
    else {
      throw MatineeError.unusableWeights(
        path: weights.path, reason: "its metadata has no \"sizes.heads\" for a width of \(width)")
    }
    headCount = heads
  }
}
