import Foundation
import GenTensor
import GenWeights

extension GridTransformerSizes {
  /// The key of a weight file's metadata that holds the sizes as JSON.
  public static let metadataKey = "sizes"

  /// Reads the sizes from the shapes of a network's weights.
  ///
  /// The number of heads leaves no trace in a shape; it comes from the file's metadata.
  ///
  /// - Throws: ``WeightsError`` for a missing weight; ``MatineeError/unusableWeights(path:reason:)``.
  public init(_ weights: Weights) throws {
    func length(_ name: String, _ axis: Int) throws -> Int {
      let shape = try weights.record(name).shape
      guard axis < shape.count, 1...65536 ~= shape[axis] else {
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
    let names = Set(weights.names)
    blockCount = (0...).first { !names.contains("blocks.\($0).offset") } ?? 0
    headCount = GridTransformerSizes.headCount(in: weights.metadata) ?? headCount
    guard patchDepth > 0, width.isMultiple(of: 2 * headCount) else {
      throw MatineeError.unusableWeights(
        path: weights.path, reason: "\(headCount) heads do not divide a width of \(width)")
    }
  }

  /// `heads` in the sizes, whatever the notation of the program that wrote them.
  private static func headCount(in metadata: [String: String]) -> Int? {
    guard let text = metadata[metadataKey], let found = text.range(of: "head") else { return nil }
    let digits = text[found.upperBound...].drop { !$0.isNumber }.prefix { $0.isNumber }
    return Int(digits).flatMap { 1...1024 ~= $0 ? $0 : nil }
  }
}
