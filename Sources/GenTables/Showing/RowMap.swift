import Foundation
import GenMedia

/// Rows of both tables in a plane: the two directions in which the real ones vary most.
///
/// - Source: principal components of columns scaled to unit variance, levels as 0 and 1.
public struct RowMap: Sendable, Hashable, Codable {
  /// Places; -1 to 1 for the real ones.
  public let real: [SIMD2<Float>]
  public let synthetic: [SIMD2<Float>]

  private static let mostRows = 400
  private static let mostLevels = 12
  private static let mostTraits = 150

  /// - Returns: nil where fewer than two things vary.
  init?(synthetic: Table, real: Table, _ random: inout SplitMix) {
    let real = random.rows(of: real, most: 4 * Self.mostRows)
    let synthetic = random.rows(of: synthetic, most: Self.mostRows)
    var (rows, others): ([[Double]], [[Double]]) = ([], [])
    for (first, second) in zip(real.features, synthetic.features) {
      for (mine, theirs) in Self.traits(first, second) where rows.count < Self.mostTraits {
        let mean = mine.reduce(0, +) / Double(mine.count)
        let variance = mine.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(mine.count)
        guard variance > 1e-12, variance.isFinite else { continue }
        rows.append(mine.map { ($0 - mean) / variance.squareRoot() })
        others.append(theirs.map { ($0 - mean) / variance.squareRoot() })
      }
    }
    guard rows.count >= 2, real.rowCount >= 2 else { return nil }
    let axes = Self.axes(rows, &random)
    func places(_ traits: [[Double]], _ count: Int) -> [SIMD2<Float>] {
      (0..<count).map { row in
        func along(_ axis: [Double]) -> Double {
          axis.indices.reduce(0) { $0 + axis[$1] * traits[$1][row] }
        }
        return SIMD2(Float(along(axes[0])), Float(along(axes[1])))
      }
    }
    let mine = places(rows, min(real.rowCount, Self.mostRows))
    let low = mine.reduce(mine[0]) { pointwiseMin($0, $1) }
    let high = mine.reduce(mine[0]) { pointwiseMax($0, $1) }
    let (middle, half) = ((low + high) / 2, pointwiseMax((high - low) / 2, SIMD2(repeating: 1e-6)))
    self.real = mine.map { ($0 - middle) / half }
    self.synthetic = places(others, synthetic.rowCount).map { ($0 - middle) / half }
  }

  /// A column's numbers with gaps at the mean, or whether each row has each of its frequent levels.
  private static func traits(_ first: Column, _ second: Column) -> [([Double], [Double])] {
    if let mine = first.numbers, let theirs = second.numbers {
      let known = mine.filter(\.isFinite)
      let mean = known.reduce(0, +) / Double(max(1, known.count))
      let (low, high) = (known.min() ?? 0, known.max() ?? 0)
      func filled(_ number: Double) -> Double { number.isNaN ? mean : min(max(number, low), high) }
      return [(mine.map(filled), theirs.map(filled))]
    }
    guard let (mine, levels) = first.codes, let (theirs, _) = second.codes else { return [] }
    return (0..<min(levels.count, mostLevels)).map { level in
      (mine.map { $0 == Int32(level) ? 1 : 0 }, theirs.map { $0 == Int32(level) ? 1 : 0 })
    }
  }

  /// The two directions of largest variance, by power iteration; each points where its largest part
  /// is positive.
  private static func axes(_ rows: [[Double]], _ random: inout SplitMix) -> [[Double]] {
    let size = rows.count
    var matrix = rows.map { a in
      rows.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / Double(a.count) }
    }
    return (0..<2).map { _ in
      var axis = (0..<size).map { _ in Double.random(in: 0.5...1, using: &random) }
      var length = 0.0
      for _ in 0..<200 {
        let next = matrix.map { row in zip(row, axis).reduce(0) { $0 + $1.0 * $1.1 } }
        length = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > 1e-12 else { break }
        axis = next.map { $0 / length }
      }
      let largest = axis.max { abs($0) < abs($1) } ?? 1
      if largest < 0 { axis = axis.map { -$0 } }
      for i in 0..<size { for j in 0..<size { matrix[i][j] -= length * axis[i] * axis[j] } }
      return axis
    }
  }
}
