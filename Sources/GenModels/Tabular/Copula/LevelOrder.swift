import GenMedia

/// Puts the levels of a table into orders in which neighbours are alike, since a normal number knows
/// only more and less.
///
/// Rows get a number each, levels the mean of their rows; both are found in turns, which ends in the
/// first principal component of all columns. Then each column with levels follows those columns that
/// say most of it.
/// - Source: Hirschfeld 1935 and Horst 1935, reciprocal averaging.
struct LevelOrder {
  private static let turnCount = 12
  private static let mostRows = 100_000
  /// Numbers that are looked at when each column follows the others; of larger tables none does.
  private static let mostWork = 400_000_000

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
    var columns = parts.map { $0.scores(by: scores) }
    if parts.count * parts.count * rows.count < Self.mostWork {
      for _ in 0..<2 { Self.follow(parts, &columns) }
    }
    orders = Dictionary(
      zip(parts, columns).compactMap { part, scores in part.order(scores).map { (part.name, $0) } }
    ) { first, _ in first }
  }

  /// Gives each column with levels the numbers of the others, those that its levels tell apart most
  /// counting by far the most.
  private static func follow(_ parts: [Part], _ columns: inout [[Double]]) {
    for (place, part) in parts.enumerated() where part.levelCount > 3 {
      let own = columns[place]
      var sums = [Double](repeating: 0, count: own.count)
      for (other, scores) in columns.enumerated() where other != place {
        let seen = part.scores(by: scores)
        let told = part.told(of: scores)
        let agreement = zip(own, seen).reduce(0) { $0 + $1.0 * $1.1 }
        let weight = told * told * told * (agreement < 0 ? -1 : 1)
        for row in sums.indices { sums[row] += weight * scores[row] }
      }
      columns[place] = part.scores(by: sums)
    }
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

    /// What the column says of numbers of the rows: its own, or the means of its levels.
    func scores(by scores: [Double]) -> [Double] {
      guard levelCount > 0 else { return numbers }
      let means = means(scores)
      return codes.map { means[$0] }.standardised
    }

    /// How much of numbers with deviation 1 the levels tell apart, 0…1.
    func told(of scores: [Double]) -> Double {
      let means = means(scores)
      return codes.reduce(0) { $0 + means[$1] * means[$1] } / Double(max(1, codes.count))
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
