import Foundation
import GenMedia

/// How well a model trained on synthetic rows does on real ones, beside one trained on real rows.
public struct Usefulness: Sendable, Hashable, Codable {
  public let target: String
  public let measure: Measure
  /// Trained on the synthetic table, tested on real rows.
  public let synthetic: Double
  /// Trained on other real rows, tested on the same.
  public let real: Double
  public let testRowCount: Int
  /// Whether the test rows come from the holdout; else they are a quarter of the real table, which
  /// the synthesizer may have seen.
  public let isHeldOut: Bool

  public enum Measure: String, Sendable, Hashable, Codable {
    /// The area under the ROC curve of two levels.
    case area
    /// The mean over the levels of the harmonic mean of precision and recall.
    case macroF1
    /// The share of the variance that is explained.
    case determination
  }

  private static let mostRows = 20_000

  /// - Parameter name: the column to predict; nil for the last flag, category or number.
  /// - Requires: aligned tables.
  /// - Returns: nil where no column can be predicted.
  /// - Throws: ``TableReportError/noTarget(_:)``.
  init?(_ tables: Alignment, target name: String?, _ random: inout SplitMix) throws {
    let real = random.rows(of: tables.real, most: tables.real.rowCount)
    let quarter = max(1, real.rowCount / 4)
    let test = tables.holdout ?? real.rows(Array(0..<quarter))
    let rest = tables.holdout == nil ? real.rows(Array(quarter..<real.rowCount)) : real
    let synthetic = random.rows(of: tables.synthetic, most: rest.rowCount)
    let parts = [synthetic, rest, test].map { $0.rows(Array(0..<min($0.rowCount, Self.mostRows))) }
    guard let target = Self.target(name, parts) else {
      if let name { throw TableReportError.noTarget(name) }
      return nil
    }
    let judge = try Judge(target: target, test: parts[2])
    guard let first = try judge.score(trainedOn: parts[0]),
      let second = try judge.score(trainedOn: parts[1])
    else { return nil }
    (self.target, measure) = (target, judge.measure)
    (self.synthetic, self.real) = (first, second)
    (testRowCount, isHeldOut) = (parts[2].rowCount, tables.holdout != nil)
  }

  /// A column that varies wherever it is learned or tested, beside one other to predict it from.
  private static func target(_ name: String?, _ parts: [Table]) -> String? {
    guard parts[1].features.count > 1 else { return nil }
    let usable = parts[1].features.filter { column in
      parts.allSatisfy { $0[column.name]?.distinctIsSeveral == true }
    }
    if let name { return usable.contains { $0.name == name } ? name : nil }
    let order: [(Column) -> Bool] = [
      { $0.type == .flag }, { $0.type == .category && $0.levelCount <= 20 }, { $0.type.isNumeric },
    ]
    return order.lazy.compactMap { usable.last(where: $0)?.name }.first
  }
}

/// Tests models of one column on one table.
private struct Judge {
  let target: String
  let test: Table
  let measure: Usefulness.Measure
  private let truth: Column
  /// The levels told apart, the most frequent ones of the test.
  private let levels: [Int32]

  init(target: String, test: Table) throws {
    (self.target, self.test) = (target, test)
    truth = test[target] ?? Column(target, .number, .numbers([]))
    levels = Array(truth.frequentLevels.prefix(20))
    measure = truth.type.isNumeric ? .determination : levels.count == 2 ? .area : .macroF1
  }

  func score(trainedOn table: Table) throws -> Double? {
    guard let known = table[target] else { return nil }
    let places = known.knownRows
    let training = try table.without(target).rows(places)
    let (binning, judged) = (Binning(training), truth.knownRows)
    let (rows, tested) = (binning(training), binning(try test.without(target).rows(judged)))
    if let numbers = known.numbers, let answers = truth.numbers {
      let trees = try BoostedTrees(rows, targets: places.map { numbers[$0] }, .squared)
      return Self.determination(trees.scores(tested), judged.map { answers[$0] })
    }
    guard let codes = known.codes?.codes, let answers = truth.codes?.codes else { return nil }
    // Of two levels, the rarer is the hit.
    let asked = measure == .area ? [levels[1]] : levels
    let scores = try asked.map { level in
      try BoostedTrees(rows, targets: places.map { codes[$0] == level ? 1 : 0 }, .logistic)
        .scores(tested)
    }
    let found = judged.map { answers[$0] }
    guard measure == .macroF1 else {
      return RankArea(scores: scores[0], hits: found.map { $0 == levels[1] })?.value
    }
    let guesses = found.indices.map { row in
      levels[levels.indices.max { scores[$0][row] < scores[$1][row] } ?? 0]
    }
    return Self.macroF1(guesses, found, levels)
  }

  private static func determination(_ guesses: [Double], _ truth: [Double]) -> Double? {
    let mean = truth.reduce(0, +) / Double(truth.count)
    let spread = truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let missed = zip(guesses, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return spread > 0 && missed.isFinite ? 1 - missed / spread : nil
  }

  private static func macroF1(_ guesses: [Int32], _ truth: [Int32], _ levels: [Int32]) -> Double? {
    mean(
      levels.map { level in
        let pairs = zip(guesses, truth)
        let hits = pairs.count { $0.0 == level && $0.1 == level }
        let wrong = pairs.count { ($0.0 == level) != ($0.1 == level) }
        return Double(2 * hits) / Double(max(1, 2 * hits + wrong))
      })
  }
}

extension Column {
  /// Rows where the entry is known and finite.
  fileprivate var knownRows: [Int] {
    switch values {
    case .numbers(let numbers): numbers.indices.filter { numbers[$0].isFinite }
    case .codes(let codes, _): codes.indices.filter { codes[$0] >= 0 }
    case .texts(let texts): (0..<texts.count).filter { texts[$0] != nil }
    }
  }

  fileprivate var distinctIsSeveral: Bool {
    let rows = knownRows
    guard let first = rows.first.flatMap(label) else { return false }
    return rows.contains { label($0) != first }
  }

  fileprivate var levelCount: Int { codes?.levels.count ?? 0 }

  /// The levels that occur, the most frequent first.
  fileprivate var frequentLevels: [Int32] {
    guard let (codes, levels) = codes else { return [] }
    var counts = [Int](repeating: 0, count: levels.count)
    for code in codes where code >= 0 { counts[Int(code)] += 1 }
    return counts.indices.filter { counts[$0] > 0 }
      .sorted { (counts[$1], $0) < (counts[$0], $1) }.map(Int32.init)
  }
}
