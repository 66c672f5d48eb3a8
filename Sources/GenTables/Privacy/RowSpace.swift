import Foundation
import GenMedia

/// Rows as points between which there is a distance of 0 (the same) to 1 (different in every column).
///
/// A column adds the difference of numbers over the range of the real ones, at most 1, or 1 for
/// different levels; what is not known differs from what is.
///
/// - Source: Gower 1971, with equal weights.
struct RowSpace {
  let columns: [Column]
  private let ranges: [ClosedRange<Double>?]

  /// What is not known lies this far from everything that is, in ranges.
  private static let unknown: Float = 8

  /// - Parameter real: gives ranges and columns; texts and identifiers are left out.
  init(_ real: Table) {
    columns = real.features
    ranges = columns.map { column in
      guard let known = column.numbers?.filter(\.isFinite), let low = known.min(),
        let high = known.max()
      else { return nil }
      return low...high
    }
  }

  func points(_ table: Table) -> Points {
    var values = [Float](repeating: 0, count: table.rowCount * columns.count)
    for (place, column) in table.features.enumerated() {
      for row in 0..<table.rowCount {
        values[row * columns.count + place] = coordinate(column, row, ranges[place])
      }
    }
    return Points(
      values: values, rowCount: table.rowCount, columnCount: columns.count,
      isOrdered: columns.map { $0.type.isNumeric })
  }

  private func coordinate(_ column: Column, _ row: Int, _ range: ClosedRange<Double>?) -> Float {
    switch column.values {
    case .codes(let codes, _): return Float(codes[row])
    case .numbers(let numbers):
      guard !numbers[row].isNaN else { return Self.unknown }
      guard let range else { return 0 }
      let width = range.upperBound - range.lowerBound
      let scaled = (numbers[row] - range.lowerBound) / (width > 0 ? width : 1)
      return Float(min(max(scaled, -2), 3))
    case .texts: return 0
    }
  }
}

/// Points of a ``RowSpace``.
struct Points {
  fileprivate let values: [Float]
  let rowCount: Int
  let columnCount: Int
  fileprivate let isOrdered: [Bool]

  /// Of each point, the distance to the closest of others.
  func distances(to others: Points) -> [Float] {
    (0..<rowCount).map { row in
      var least = Float.infinity
      others.eachDifference(from: self, row) { _, differences in
        least = min(least, differences.reduce(0, +))
      }
      return least / Float(max(1, columnCount))
    }
  }

  /// Of each point and each column, the closest of others by all other columns.
  func closestByOthers(among others: Points) -> [[Int]] {
    (0..<rowCount).map { row in
      var least = [Float](repeating: .infinity, count: columnCount)
      var closest = [Int](repeating: 0, count: columnCount)
      others.eachDifference(from: self, row) { other, differences in
        let sum = differences.reduce(0, +)
        for column in 0..<columnCount where sum - differences[column] < least[column] {
          least[column] = sum - differences[column]
          closest[column] = other
        }
      }
      return closest
    }
  }

  /// Calls with every point's place and its differences by column from one point of others.
  private func eachDifference(
    from others: Points, _ row: Int, _ body: (Int, UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: columnCount) { differences in
      values.withUnsafeBufferPointer { values in
        others.values.withUnsafeBufferPointer { origin in
          for place in 0..<rowCount {
            for column in 0..<columnCount {
              let gap = abs(
                values[place * columnCount + column] - origin[row * columnCount + column])
              differences[column] = isOrdered[column] ? min(gap, 1) : gap == 0 ? 0 : 1
            }
            body(place, differences)
          }
        }
      }
    }
  }
}
