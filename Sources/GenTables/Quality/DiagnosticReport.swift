import GenMedia

/// Whether a synthetic table is valid: values that the real one could hold, keys that are unique, the
/// same columns of the same types.
///
/// - Source: SDMetrics 0.32.0, `DiagnosticReport`; equal to 1e-6.
/// - Departs: formats of dates and identifiers are judged where a file is read, not here; types are
///   Gen's, so that whole numbers with gaps stay whole numbers.
public struct DiagnosticReport: Sendable, Hashable, Codable {
  public let validity: [QualityReport.ColumnScore]
  /// The share of names with types that both tables have among those that either has.
  public let structure: Double

  /// - Requires: `aligned`, made of the other two.
  init(_ aligned: Alignment, synthetic: Table, real: Table) {
    validity = zip(aligned.real.columns, aligned.synthetic.columns).compactMap { real, synthetic in
      real.type.validityMetric.map { metric in
        QualityReport.ColumnScore(
          column: real.name, metric: metric, score: metric(real: real, synthetic: synthetic))
      }
    }
    let (first, second) = (Self.facts(of: real), Self.facts(of: synthetic))
    structure =
      Double(first.intersection(second).count) / Double(first.union(second).count)
  }

  public var validityScore: Double? { mean(validity.map(\.score)) }
  public var score: Double? { mean([validityScore, structure]) }

  private static func facts(of table: Table) -> Set<[String]> {
    Set(table.columns.map { [$0.name, $0.type.name] })
  }
}

extension ColumnType {
  fileprivate var validityMetric: ColumnMetric? {
    switch self {
    case .number, .whole, .date, .time: .boundaries
    case .category, .flag: .categories
    case .identifier: .uniqueness
    case .text: nil
    }
  }
}
