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
    Points(
      columns: zip(table.features, ranges).map { column, range in
        (0..<table.rowCount).map { coordinate(column, $0, range) }
      }, isOrdered: columns.map { $0.type.isNumeric }, rowCount: table.rowCount)
  }

  private func coordinate(_ column: Column, _ row: Int, _ range: ClosedRange<Double>?) -> Float {
    switch column.values {
    case .codes(let codes, _): return Float(codes[row])
    case .numbers(let numbers):
      guard !numbers[row].isNaN else { return Self.unknown }
      guard let range else { return 0 }
      // Halves, since the width of a range of doubles may be no double.
      let width = range.upperBound / 2 - range.lowerBound / 2
      let scaled = (numbers[row] / 2 - range.lowerBound / 2) / (width > 0 ? width : 0.5)
      return Float(min(max(scaled, -2), 3))
    case .texts: return 0
    }
  }
}

/// Points of a ``RowSpace``, by column.
struct Points {
  fileprivate let columns: [[Float]]
  fileprivate let isOrdered: [Bool]
  let rowCount: Int

  /// Of each point, the distance to the closest of others.
  ///
  /// - Requires: points of one space; at least one other.
  /// - Throws: `CancellationError`.
  func distances(to others: Points) throws -> [Float] {
    var sums = [Float](repeating: 0, count: others.rowCount)
    return try (0..<rowCount).map { row in
      try Task.checkCancellation()
      others.differences(from: self, row, &sums)
      return (sums.min() ?? 0) / Float(max(1, columns.count))
    }
  }

  /// Of each point and each of some columns, the closest of others by all other columns.
  ///
  /// - Throws: `CancellationError`.
  func closestByOthers(_ asked: Range<Int>, among others: Points) throws -> [[Int]] {
    var sums = [Float](repeating: 0, count: others.rowCount)
    return try (0..<rowCount).map { row in
      try Task.checkCancellation()
      others.differences(from: self, row, &sums)
      return asked.map { column in
        var own = sums
        others.addDifferences(in: column, from: columns[column][row], weight: -1, &own)
        return own.indices.min { own[$0] < own[$1] } ?? 0
      }
    }
  }

  /// The sums over all columns of every point's differences from one point of others.
  private func differences(from others: Points, _ row: Int, _ sums: inout [Float]) {
    for place in sums.indices { sums[place] = 0 }
    for column in columns.indices {
      addDifferences(in: column, from: others.columns[column][row], weight: 1, &sums)
    }
  }

  /// Loops of one kind each, which the compiler makes vectors of.
  private func addDifferences(
    in column: Int, from value: Float, weight: Float, _ sums: inout [Float]
  ) {
    columns[column].withUnsafeBufferPointer { entries in
      sums.withUnsafeMutableBufferPointer { sums in
        let count = min(entries.count, sums.count)
        if isOrdered[column] {
          for place in 0..<count { sums[place] += weight * min(abs(entries[place] - value), 1) }
        } else {
          for place in 0..<count { sums[place] += entries[place] == value ? 0 : weight }
        }
      }
    }
  }
}
