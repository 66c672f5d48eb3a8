import Foundation
import GenMedia
import GenPages
import GenPipeline
import GenTables

extension Studio {
  /// What tells of synthetic tables.
  @CatalogBuilder var reportVerbs: [Stage] {
    likeness
    Stage(
      "report", "Tells how good and how private a synthetic table is, beside the real one.",
      topic: "tables",
      Parameter<Table>("synthetic", "The rows that are to stand for the real ones."),
      Parameter<Table>("real", "The rows that they were made from."),
      Parameter<Table?>(
        "holdout", "Rows of the same kind that had no part in it; what leaks is measured by them."),
      Parameter<String?>(
        "target", "The column that models learn to predict; if not given, the last that can be."),
      Parameter<String?>(
        "to", "A file for it besides: .html is a page with plots, .json is for programs.",
        below: "output"),
      Parameter(
        "seed", "Of the rows that are drawn from large tables.", in: 0...4_294_967_295,
        setting: "seed"),
      examples: [.init("report(\(TableVerbs.sample), \(TableVerbs.sample))", "None")],
      effect: .tells, check: checkReport
    ) {
      (
        synthetic: Table, real: Table, holdout: Table?, target: String?, path: String?, seed: Int
      ) in
      let report: TableReport
      do {
        report = try TableReport(
          synthetic: synthetic, real: real, holdout: holdout, target: target,
          seed: UInt64(bitPattern: Int64(seed))
        ) { part, done in
          let share = Double(done) / Double(TableReport.parts.count)
          StageContext.current.report(.init(fraction: share, note: part))
        }
      } catch let error as TableReportError {
        throw Diagnostic.noReport(error.message)
      }
      announce(.printed(report.text().trimmingCharacters(in: .newlines)))
      if let path { try write(report, to: path) }
      return Nothing()
    }
  }

  private var likeness: Stage {
    Stage(
      "likeness",
      "How much a synthetic table is like the real one, 0 to 1: the shapes of its columns, how they "
        + "go together in pairs (none where no two depend on each other much), and the mean of both.",
      topic: "tables",
      parameters: [
        Parameter<Table>("synthetic", "The rows that are to stand for the real ones.").info,
        Parameter<Table>("real", "The rows that they were made from.").info,
      ],
      result: .fixed(
        .record([
          .init("score", .number), .init("shapes", .number), .init("pairs", .optional(.number)),
        ])),
      examples: [
        .init("likeness(\(TableVerbs.sample), \(TableVerbs.sample)).shapes", "1")
      ]
    ) { arguments in
      do {
        let quality = try QualityReport(
          of: arguments.read("synthetic"), beside: arguments.read("real"))
        guard let score = quality.score, let shapes = quality.shapesScore else {
          throw Diagnostic.noReport("no column can be compared")
        }
        return .record([
          RecordField("score", .number(score)), RecordField("shapes", .number(shapes)),
          RecordField("pairs", quality.pairsScore.map { .number($0) } ?? .none),
        ])
      } catch let error as TableReportError {
        throw Diagnostic.noReport(error.message)
      }
    }
  }

  private func write(_ report: TableReport, to path: String) throws {
    let origin = StageContext.current.manifest().flatMap { try? Manifest(text: $0) }?.program
    let text =
      path.lowercased().hasSuffix(".json")
      ? try report.json() : report.page(origin: origin ?? "gen").text
    let file = try AtomicFile(try prepared(path))
    try file.write(Array(text.utf8))
    try file.commit()
    announce(.savedText(path: path, byteCount: text.utf8.count))
  }

  private var checkReport: @Sendable (CallShape) -> [Diagnostic] {
    checkWriting("to") { path in
      let isKnown = [".html", ".json"].contains { path.lowercased().hasSuffix($0) }
      return isKnown ? nil : Diagnostic.reportEnding(path)
    }
  }
}

extension Diagnostic {
  static func noReport(_ reason: String) -> Diagnostic {
    Diagnostic(
      "E0781", message: "there is nothing to report: \(reason)",
      hint: "compare tables of the same columns, with rows in both")
  }

  static func reportEnding(_ path: String) -> Diagnostic {
    Diagnostic(
      "E0782", message: "a report does not fit into \"\(path)\"", label: "which form?",
      hint: "end the name in .html for a page, or in .json for programs")
  }
}
