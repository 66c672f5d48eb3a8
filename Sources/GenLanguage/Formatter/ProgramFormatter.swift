import GenPipeline

/// Writes a program in the one style of the language: two spaces, 100 columns, signs with spaces
/// around them, comments where they were.
///
/// - Invariant: the result means the same, and formatting it again changes nothing.
public struct ProgramFormatter {
  static let width = 100

  let source: Source
  let comments: [Comment]
  /// The starts of the comments that have been written.
  var written: Set<Int> = []

  /// - Returns: nil when the program cannot be read, since nothing is known of its structure then.
  public static func format(_ module: Module) -> String? {
    guard !module.diagnostics.contains(where: { $0.severity == .error }) else { return nil }
    var formatter = ProgramFormatter(source: module.source, comments: module.comments)
    let lines = formatter.lines(
      module.statements, in: 0..<module.source.bytes.count, indent: 0)
    return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
  }

  private init(source: Source, comments: [Comment]) {
    self.source = source
    self.comments = comments
  }

  private enum Item {
    case statement(Statement)
    case comment(Comment)

    var range: Range<Int> {
      switch self {
      case .statement(let statement): statement.range
      case .comment(let comment): comment.range
      }
    }
  }

  /// Statements and the comments between them, one below the other.
  mutating func lines(
    _ statements: [Statement], in range: Range<Int>, indent: Int
  ) -> [String] {
    var result: [String] = []
    var end = range.lowerBound
    for item in items(statements, in: range) {
      let start = item.range.lowerBound
      switch item {
      case .comment(let comment):
        written.insert(comment.range.lowerBound)
        let text = source.text(in: comment.range)
        if !comment.isAlone, !result.isEmpty {
          result[result.count - 1] += "  " + text
        } else {
          if hasBlankLine(end..<start), !result.isEmpty { result.append("") }
          result.append(pad(indent) + text)
        }
      case .statement(let statement):
        if hasBlankLine(end..<start), !result.isEmpty { result.append("") }
        result.append(pad(indent) + text(statement, indent: indent))
      }
      end = item.range.upperBound
    }
    return result
  }

  private func items(_ statements: [Statement], in range: Range<Int>) -> [Item] {
    let loose = comments(in: range).filter { comment in
      let start = comment.range.lowerBound
      let next = statements.partitioningIndex { $0.range.lowerBound > start }
      return next == 0 || !statements[next - 1].range.contains(start)
    }
    return (statements.map(Item.statement) + loose.map(Item.comment)).sorted {
      $0.range.lowerBound < $1.range.lowerBound
    }
  }

  /// The comments that begin in a range.
  func comments(in range: Range<Int>) -> ArraySlice<Comment> {
    let start = comments.partitioningIndex { $0.range.lowerBound >= range.lowerBound }
    let end = comments.partitioningIndex { $0.range.lowerBound >= range.upperBound }
    return comments[start..<max(start, end)]
  }

  private func hasBlankLine(_ gap: Range<Int>) -> Bool {
    guard !gap.isEmpty else { return false }
    return source.bytes[gap].count { $0 == UInt8(ascii: "\n") } > 1
  }

  func pad(_ indent: Int) -> String { String(repeating: " ", count: indent) }

  private mutating func text(_ statement: Statement, indent: Int) -> String {
    let inside = comments(in: statement.range)
    var text = text(statement.kind, indent: indent)
    if !inside.allSatisfy({ written.contains($0.range.lowerBound) }) {
      written.formUnion(inside.map(\.range.lowerBound))
      text = source.text(in: statement.range)
    }
    return statement.isSilent ? text + ";" : text
  }

  private mutating func text(_ kind: Statement.Kind, indent: Int) -> String {
    switch kind {
    case .use(let use):
      let path = source.text(in: use.pathRange)
      return "use \(path)" + (use.alias.map { " as \($0.text)" } ?? "")
    case .set(let name, let value):
      return headed("set \(name.text) = ", value, indent)
    case .binding(let names, let value):
      let pattern =
        names.count == 1 ? names[0].text : "(\(names.map(\.text).joined(separator: ", ")))"
      return headed(pattern + " = ", value, indent)
    case .definition(let definition): return text(definition, indent)
    case .expression(let value): return text(value, indent: indent, column: indent)
    }
  }

  private mutating func headed(_ head: String, _ value: Expression, _ indent: Int) -> String {
    head + text(value, indent: indent, column: indent + head.count)
  }

  private mutating func text(_ definition: Statement.Definition, _ indent: Int) -> String {
    let parameters = definition.parameters.map { parameter in
      parameter.name.text + (parameter.type.map { ": \(text($0))" } ?? "")
        + (parameter.initial.map { " = \(flat($0) ?? source.text(in: $0.range))" } ?? "")
    }
    let result = definition.result.map { ": \(text($0))" } ?? ""
    let head = "def \(definition.name.text)(\(parameters.joined(separator: ", ")))\(result) "
    if case .block = definition.body.kind {
      return headed(head, definition.body, indent)
    }
    return headed(head + "= ", definition.body, indent)
  }

  private func text(_ type: TypeName) -> String {
    let arguments = type.arguments.map(text).joined(separator: ", ")
    return type.name.text + (arguments.isEmpty ? "" : "<\(arguments)>")
      + (type.isOptional ? "?" : "")
  }
}
