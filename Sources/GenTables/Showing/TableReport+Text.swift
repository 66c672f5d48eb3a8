import Foundation
import GenPages

extension TableReport {
  /// Lines for a terminal.
  ///
  /// - Parameter width: characters in a line, 40 at least.
  public func text(width: Int = 80) -> String {
    let room = max(40, width)
    var lines = [heading] + (quality.score.map { ["Quality \($0.score)"] } ?? []) + [""]
    let names = findings.map(\.name.count).max() ?? 0
    let figures = findings.map(\.figure.count).max() ?? 0
    for finding in findings {
      let head = finding.name.padded(to: names) + "  " + finding.figure.padded(to: figures) + "  "
      let wrapped = finding.sentence.wrapped(to: room - head.count)
      lines.append(head + (wrapped.first ?? ""))
      let margin = String(repeating: " ", count: head.count)
      lines += wrapped.dropFirst().map { margin + $0 }
    }
    // Names come from files: none of their control characters reaches the terminal.
    let scalars = (lines + [""] + columnLines(room)).joined(separator: "\n").unicodeScalars
    return String(String.UnicodeScalarView(scalars.map(\.shown))) + "\n"
  }

  /// `200 synthetic rows beside 215 real ones, 50 held out`.
  var heading: String {
    "\(rowCounts.synthetic) synthetic row\(rowCounts.synthetic == 1 ? "" : "s") beside "
      + "\(rowCounts.real) real one\(rowCounts.real == 1 ? "" : "s")"
      + (rowCounts.holdout.map { ", \($0) held out" } ?? "")
  }

  private static let mostBars = 30

  /// Columns with bars, the worst first.
  private func columnLines(_ width: Int) -> [String] {
    let shapes = quality.shapes.compactMap { shape in shape.score.map { (shape.column, $0) } }
      .sorted { $0.1 < $1.1 }
    let names = min(24, shapes.map(\.0.count).max() ?? 0)
    let room = min(40, width - names - 9)
    let rest = shapes.count - Self.mostBars
    return shapes.prefix(Self.mostBars).map { name, score in
      let bar = String(repeating: "━", count: Int((score * Double(room)).rounded()))
      return String(name.prefix(names)).padded(to: names) + "  \(score.score)  \(bar)"
    } + (rest > 0 ? ["and \(rest) columns more"] : [])
  }

  /// The whole report as JSON, keys in order.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(Summary(report: self)), as: UTF8.self) + "\n"
  }

  /// What programs read: scores and findings, without what only plots need.
  private struct Summary: Encodable {
    let rowCounts: RowCounts
    let scores: [String: Double]
    let quality: QualityReport
    let diagnostic: DiagnosticReport
    let detection: Detection?
    let usefulness: Usefulness?
    let privacy: PrivacyReport
    let findings: [Finding]
    let remarks: [String]

    init(report: TableReport) {
      (rowCounts, quality, diagnostic) = (report.rowCounts, report.quality, report.diagnostic)
      (detection, usefulness) = (report.detection, report.usefulness)
      (privacy, findings, remarks) = (report.privacy, report.findings, report.remarks)
      scores = [
        "quality": quality.score, "columnShapes": quality.shapesScore,
        "columnPairTrends": quality.pairsScore, "diagnostic": diagnostic.score,
        "dataValidity": diagnostic.validityScore, "dataStructure": diagnostic.structure,
      ].compactMapValues { $0 }
    }
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  /// Lines of at most `width` characters, where words allow.
  fileprivate func wrapped(to width: Int) -> [String] {
    var lines: [String] = []
    for word in split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
