import GenMedia

/// Puts the levels of a table into orders in which neighbours are alike, since a normal number knows
/// only more and less.
///
/// Rows get a number each, levels the mean of their rows; both are found in turns, which ends in the
/// first principal component of all columns.
/// - Source: Hirschfeld 1935 and Horst 1935, reciprocal averaging.
struct LevelOrder {
  private static let turnCount = 12
  private static let mostRows = 100_000

  /// For each column with levels its codes in order, -1 for missing among them.
  let orders: [String: [Int32]]

  init(_ table: Table) {
    let stride = max(1, table.rowCount / Self.mostRows)
    let rows = Array(Swift.stride(from: 0, to: table.rowCount, by: stride))
    let parts = table.columns.compactMap { Part($0, rows) }
    var random = NormalNumbers(SeriesGenerator(seed: 0, place: 0))
    var scores = rows.map { _ in random.next() }
    for _ in 0..<Self.turnCount {
      var sums = [Double](repeating: 0, count: rows.count)
      for part in parts { part.add(scores, to: &sums) }
      scores = sums.standardised
    }
    orders = Dictionary(
      parts.compactMap { part in part.order(scores).map { (part.name, $0) } }
    ) { first, _ in first }
  }

  private struct Part {
    let name: String
    /// Of a column of numbers, in units of its deviation.
    var numbers: [Double] = []
    /// Of a column with levels, from 0 for missing on.
    var codes: [Int] = []
    var levelCount = 0

    init?(_ column: Column, _ rows: [Int]) {
      name = column.name
      switch column.values {
      case .numbers(let all):
        let known = rows.map { all[$0] }.filter { !$0.isNaN }
        let mean = known.reduce(0, +) / Double(max(1, known.count))
        numbers = rows.map { all[$0].isNaN ? 0 : all[$0] - mean }.standardised
      case .codes(let all, let levels):
        codes = rows.map { Int(all[$0]) + 1 }
        levelCount = levels.count + 1
      case .texts: return nil
      }
    }

    func add(_ scores: [Double], to sums: inout [Double]) {
      guard levelCount > 0 else {
        let weight = zip(numbers, scores).reduce(0) { $0 + $1.0 * $1.1 } / Double(scores.count)
        for row in scores.indices { sums[row] += weight * numbers[row] }
        return
      }
      let means = means(scores)
      for row in scores.indices { sums[row] += means[codes[row]] }
    }

    func order(_ scores: [Double]) -> [Int32]? {
      guard levelCount > 0 else { return nil }
      let means = means(scores)
      return means.indices.sorted { (means[$0], $0) < (means[$1], $1) }.map { Int32($0 - 1) }
    }

    private func means(_ scores: [Double]) -> [Double] {
      var sums = [Double](repeating: 0, count: levelCount)
      var counts = sums
      for (code, score) in zip(codes, scores) {
        sums[code] += score
        counts[code] += 1
      }
      return zip(sums, counts).map { $1 > 0 ? $0 / $1 : 0 }
    }
  }
}

extension [Double] {
  /// With mean 0 and deviation 1; zeros where all are one.
  fileprivate var standardised: [Double] {
    let mean = reduce(0, +) / Double(Swift.max(1, count))
    let variance = reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(Swift.max(1, count))
    guard variance > 1e-24 else { return map { _ in 0 } }
    let scale = 1 / variance.squareRoot()
    return map { ($0 - mean) * scale }
  }
}
