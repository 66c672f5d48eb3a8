import GenMedia

/// How good and how private a synthetic table is, beside the real one it was made from.
///
///     let report = try TableReport(synthetic: rows, real: patients, holdout: others)
///     print(report.text())
///
/// - Invariant: the same tables, target and seed give the same report.
public struct TableReport: Sendable, Hashable, Codable {
  public let rowCounts: RowCounts
  public let quality: QualityReport
  public let diagnostic: DiagnosticReport
  /// Nil where there are too few rows.
  public let detection: Detection?
  /// Nil where no column can be predicted.
  public let usefulness: Usefulness?
  public let privacy: PrivacyReport
  /// What its plots draw.
  public let portraits: [ColumnPortrait]
  public let map: RowMap?
  /// What could not be compared, in sentences.
  public let remarks: [String]

  /// What is worked out, one after the other.
  public static let parts = ["quality", "usefulness", "detection", "privacy", "plots"]

  public struct RowCounts: Sendable, Hashable, Codable {
    public let synthetic: Int
    public let real: Int
    public let holdout: Int?
  }

  /// - Parameters:
  ///   - real: the rows that the synthesizer was trained on.
  ///   - holdout: rows of the same kind that it never saw; what leaks is measured against them.
  ///   - target: the column that models learn to predict; nil for the last flag, category or number.
  ///   - seed: of the rows that are drawn where tables are large.
  ///   - begins: told what is worked out next, and how many of ``parts`` are done.
  /// - Throws: ``TableReportError``; `CancellationError`.
  public init(
    synthetic: Table, real: Table, holdout: Table? = nil, target: String? = nil, seed: UInt64 = 1,
    begins: (String, Int) -> Void = { _, _ in }
  ) throws {
    let tables = try Alignment(synthetic: synthetic, real: real, holdout: holdout)
    var random = SplitMix(seed: seed)
    var done = 0
    func next() throws {
      try Task.checkCancellation()
      begins(Self.parts[done], done)
      done += 1
    }
    try next()
    rowCounts = RowCounts(
      synthetic: synthetic.rowCount, real: real.rowCount, holdout: holdout?.rowCount)
    quality = QualityReport(synthetic: tables.synthetic, real: tables.real)
    diagnostic = DiagnosticReport(tables, synthetic: synthetic, real: real)
    try next()
    usefulness = try Usefulness(tables, target: target, &random)
    try next()
    detection = try Detection(synthetic: tables.synthetic, real: tables.real, &random)
    try next()
    privacy = try PrivacyReport(tables, &random)
    try next()
    portraits = zip(tables.real.columns, tables.synthetic.columns).compactMap {
      ColumnPortrait(real: $0, synthetic: $1)
    }
    map = RowMap(synthetic: tables.synthetic, real: tables.real, &random)
    remarks = tables.remarks
  }
}
