import GenLanguage

/// A cell that was typed or loaded.
struct SessionCell: Sendable {
  let source: Source
  /// What it showed and how long it took.
  let record: CellRecord
  /// Whether it ran to its end, so that what it bound is there.
  let isFinished: Bool
  /// The names before it, to go back to; nil once it is too long ago.
  var before: Scope?

  static let undoCount = 50

  var notebookCell: Notebook.Cell { Notebook.Cell(title: record.title, text: source.text) }
}
