import Foundation
import GenTensor
import GenWeights
import Testing

@testable import GenModels

/// Files that `scripts/reference` made with PyTorch.
enum Fixture {
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/\(name)").path
  }

  static func weights(_ name: String) throws -> Weights { try Weights(path: path(name)) }
}

/// The largest difference between two lists of numbers; infinite when their counts differ.
func largestDifference(_ found: [Float], _ expected: [Float]) -> Float {
  guard found.count == expected.count else { return .infinity }
  return zip(found, expected).reduce(0) { largest, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(largest, difference)
  }
}
