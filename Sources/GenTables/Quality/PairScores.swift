import Foundation
import GenMedia

/// How alike the dependence between two columns is in both tables: 0 (not at all) to 1.
///
/// - Source: SDMetrics 0.32.0, the column-pair metrics of these names.
public enum PairMetric: String, Sendable, Hashable, Codable {
  case correlation = "CorrelationSimilarity"
  case contingency = "ContingencySimilarity"
}

/// Pearson's correlation over the rows where both are known.
///
/// - Returns: nil where fewer than two rows are known, or one column does not vary.
func correlation(_ first: [Double], _ second: [Double]) -> Double? {
  var (count, firstSum, secondSum) = (0.0, 0.0, 0.0)
  for row in first.indices where !first[row].isNaN && !second[row].isNaN {
    count += 1
    firstSum += first[row]
    secondSum += second[row]
  }
  guard count >= 2 else { return nil }
  let (firstMean, secondMean) = (firstSum / count, secondSum / count)
  var (both, firstSquares, secondSquares) = (0.0, 0.0, 0.0)
  for row in first.indices where !first[row].isNaN && !second[row].isNaN {
    let (a, b) = (first[row] - firstMean, second[row] - secondMean)
    both += a * b
    firstSquares += a * a
    secondSquares += b * b
  }
  let value = both / (firstSquares.squareRoot() * secondSquares.squareRoot())
  return value.isNaN ? nil : min(max(value, -1), 1)
}

/// Places among ten equal parts of a column's own range, as numbers of a histogram's bins; what is
/// largest has a part of its own, which it shares with what is not known.
///
/// - Returns: nil where the range is not finite.
func tenths(_ numbers: [Double]) -> [Int32]? {
  var (low, high) = (Double.infinity, -Double.infinity)
  for number in numbers where !number.isNaN { (low, high) = (min(low, number), max(high, number)) }
  if low > high { (low, high) = (0, 1) }
  guard low.isFinite, high.isFinite else { return nil }
  if low == high { (low, high) = (low - 0.5, high + 0.5) }
  let step = (high - low) / 10
  guard step.isFinite else { return nil }
  let edges = (0..<10).map { Double($0) * step + low } + [high]
  return numbers.map { number in
    number.isNaN ? 11 : Int32(edges.firstIndex { number < $0 } ?? 11)
  }
}

/// How often pairs of values of two discrete columns occur in the rows; a gap is a value.
struct Contingency {
  private let cells: [Cell]
  private let rowCount: Double

  /// One pair of values; cells are in ascending order.
  private struct Cell {
    let first: Int
    let second: Int
    let count: Double

    static func < (a: Cell, b: Cell) -> Bool { (a.first, a.second) < (b.first, b.second) }
  }

  private static let mostDense = 1 << 20

  init(_ first: [Int32], _ second: [Int32]) {
    rowCount = Double(first.count)
    let (height, width) = (Int(first.max() ?? -1) + 2, Int(second.max() ?? -1) + 2)
    let places = zip(first, second).lazy.map { Int($0 + 1) * width + Int($1 + 1) }
    let counts: [(place: Int, count: Double)]
    if height * width <= Self.mostDense {
      var dense = [Double](repeating: 0, count: height * width)
      for place in places { dense[place] += 1 }
      counts = dense.indices.filter { dense[$0] > 0 }.map { ($0, dense[$0]) }
    } else {
      var sparse: [Int: Double] = [:]
      for place in places { sparse[place, default: 0] += 1 }
      counts = sparse.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
    cells = counts.map { Cell(first: $0.place / width, second: $0.place % width, count: $0.count) }
  }

  /// One less half the sum of the differences of shares.
  func similarity(to other: Contingency) -> Double {
    var (i, j, sum) = (0, 0, 0.0)
    while i < cells.count || j < other.cells.count {
      let takesMine = j == other.cells.count || i < cells.count && !(other.cells[j] < cells[i])
      let takesOther = i == cells.count || j < other.cells.count && !(cells[i] < other.cells[j])
      let mine = takesMine ? cells[i].count / rowCount : 0
      let others = takesOther ? other.cells[j].count / other.rowCount : 0
      sum += abs(mine - others)
      i += takesMine ? 1 : 0
      j += takesOther ? 1 : 0
    }
    return 1 - sum / 2
  }

  /// Cramér's V, without correction for bias; nil where a column has one value only.
  var association: Double? {
    var (rows, columns): ([Int: Double], [Int: Double]) = ([:], [:])
    for cell in cells {
      rows[cell.first, default: 0] += cell.count
      columns[cell.second, default: 0] += cell.count
    }
    let freedom = Double(min(rows.count, columns.count) - 1)
    guard freedom >= 1 else { return nil }
    let squares = cells.reduce(0) { sum, cell in
      sum + cell.count * cell.count / ((rows[cell.first] ?? 1) * (columns[cell.second] ?? 1))
    }
    return (max(0, squares - 1) / freedom).squareRoot()
  }
}
