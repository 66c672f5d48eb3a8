import GenMedia

/// How well a synthetic table keeps the shapes of the real one's columns and the trends between them.
///
/// - Source: SDMetrics 0.32.0, `QualityReport`; equal to 1e-6.
/// - Departs: all rows are counted where SDMetrics draws 50,000 of more; columns that one table lacks
///   are left out where SDMetrics stops.
public struct QualityReport: Sendable, Hashable, Codable {
  public let shapes: [ColumnScore]
  public let pairs: [PairScore]

  public struct ColumnScore: Sendable, Hashable, Codable {
    public let column: String
    public let metric: ColumnMetric
    /// Nil where too little is known.
    public let score: Double?
  }

  public struct PairScore: Sendable, Hashable, Codable {
    public let first: String
    public let second: String
    public let metric: PairMetric
    /// Nil where too little is known.
    public let similarity: Double?
    /// Of two numeric columns: their correlations.
    public let realCorrelation: Double?
    public let syntheticCorrelation: Double?
    /// Of others: Cramér's V in the real table.
    public let realAssociation: Double?
    /// Whether the real columns depend on each other enough.
    public let counts: Bool

    public var score: Double? { counts ? similarity : nil }
  }

  /// Dependence that real columns must exceed for their pair to count; 0 counts every pair.
  public struct Thresholds: Sendable {
    public var correlation = 0.5
    public var association = 0.3
    public static let sdmetrics = Thresholds()
    public static let none = Thresholds(correlation: 0, association: 0)
  }

  /// - Throws: ``TableReportError`` where the tables cannot be compared.
  public init(of synthetic: Table, beside real: Table) throws {
    let tables = try Alignment(synthetic: synthetic, real: real, holdout: nil)
    self.init(synthetic: tables.synthetic, real: tables.real)
  }

  /// - Requires: aligned tables.
  init(synthetic: Table, real: Table, _ thresholds: Thresholds = .sdmetrics) {
    shapes = zip(real.columns, synthetic.columns).compactMap { real, synthetic in
      real.type.shapeMetric.map { metric in
        ColumnScore(
          column: real.name, metric: metric, score: metric(real: real, synthetic: synthetic))
      }
    }
    let columns = zip(real.columns, synthetic.columns)
      .filter { $0.0.type.shapeMetric != nil }.map { PairedColumn(real: $0.0, synthetic: $0.1) }
    pairs = columns.indices.flatMap { first in
      columns[(first + 1)...].map { columns[first].score(with: $0, thresholds) }
    }
  }

  public var shapesScore: Double? { mean(shapes.map(\.score)) }
  public var pairsScore: Double? { mean(pairs.map(\.score)) }
  public var score: Double? { mean([shapesScore, pairsScore]) }
}

/// The mean of what is known; nil where nothing is.
func mean(_ values: [Double?]) -> Double? {
  let known = values.compactMap { $0 }
  return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
}

extension ColumnType {
  /// What compares the shapes of columns of this type; nil for texts and identifiers.
  var shapeMetric: ColumnMetric? {
    isNumeric ? .kolmogorovSmirnov : hasLevels ? .totalVariation : nil
  }
}

/// A column of both tables with what its pairs need, found once.
private struct PairedColumn {
  let name: String
  let isNumeric: Bool
  /// Of a numeric column.
  private let numbers: (real: [Double], synthetic: [Double])
  private let varies: Bool
  /// Nil for a range that is not finite.
  private let codes: (real: [Int32], synthetic: [Int32])?

  init(real: Column, synthetic: Column) {
    name = real.name
    isNumeric = real.type.isNumeric
    if let first = real.numbers, let second = synthetic.numbers {
      numbers = (first, second)
      varies = Self.varies(first) && Self.varies(second)
      codes = tenths(first).flatMap { first in tenths(second).map { (first, $0) } }
    } else {
      (numbers, varies) = (([], []), false)
      codes = (real.codes?.codes ?? [], synthetic.codes?.codes ?? [])
    }
  }

  /// Whether known numbers differ; a column without any counts as one that does.
  private static func varies(_ numbers: [Double]) -> Bool {
    guard let first = numbers.first(where: { !$0.isNaN }) else { return true }
    return numbers.contains { !$0.isNaN && $0 != first }
  }

  func score(with other: PairedColumn, _ thresholds: QualityReport.Thresholds)
    -> QualityReport.PairScore
  {
    isNumeric && other.isNumeric
      ? correlation(with: other, over: thresholds.correlation)
      : contingency(with: other, over: thresholds.association)
  }

  private func correlation(with other: PairedColumn, over threshold: Double)
    -> QualityReport.PairScore
  {
    let usable = varies && other.varies
    let real = usable ? GenTables.correlation(numbers.real, other.numbers.real) : nil
    let synthetic = usable ? GenTables.correlation(numbers.synthetic, other.numbers.synthetic) : nil
    return QualityReport.PairScore(
      first: name, second: other.name, metric: .correlation,
      similarity: real.flatMap { real in synthetic.map { 1 - abs(real - $0) / 2 } },
      realCorrelation: real, syntheticCorrelation: synthetic, realAssociation: nil,
      counts: real.map { abs($0) > threshold } ?? false)
  }

  private func contingency(with other: PairedColumn, over threshold: Double)
    -> QualityReport.PairScore
  {
    var (similarity, association): (Double?, Double?) = (nil, nil)
    if let codes, let others = other.codes {
      let real = Contingency(codes.real, others.real)
      similarity = real.similarity(to: Contingency(codes.synthetic, others.synthetic))
      association = real.association
    }
    return QualityReport.PairScore(
      first: name, second: other.name, metric: .contingency, similarity: similarity,
      realCorrelation: nil, syntheticCorrelation: nil, realAssociation: association,
      counts: threshold == 0 || association.map { $0 > threshold } ?? false)
  }
}
