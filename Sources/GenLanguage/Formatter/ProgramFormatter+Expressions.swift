extension ProgramFormatter {
  /// The expression on one line where it fits, else broken.
  mutating func text(_ expression: Expression, indent: Int, column: Int) -> String {
    if let flat = flat(expression), fits(flat, column) { return flat }
    return broken(expression, indent: indent, column: column)
  }

  private func fits(_ text: String, _ column: Int) -> Bool {
    text.contains("\n") || column + text.count <= ProgramFormatter.width
  }

  private mutating func broken(_ expression: Expression, indent: Int, column: Int) -> String {
    switch expression.kind {
    case .pipe(let first, let stages):
      return stages.reduce(text(first, indent: indent, column: column)) { text, stage in
        text + "\n" + pad(indent + 2) + "|> "
          + self.text(stage, indent: indent + 2, column: indent + 5)
      }
    case .call(let callee, let arguments):
      let head = text(callee, indent: indent, column: column)
      return head + brokenArguments(arguments, indent: indent, column: column + head.count + 1)
    case .list(let elements):
      return listed("[", "]", elements.map { (nil, $0) }, indent)
    case .record(let fields):
      return listed("{", "}", fields.map { (written($0.name), $0.value) }, indent)
    case .block(let block): return text(block, indent: indent)
    case .loop(let name, let sequence, let block):
      let head = "for \(name.text) in "
      return head + text(sequence, indent: indent, column: column + head.count) + " "
        + text(block, indent: indent)
    case .lambda(let lambda):
      let head = self.head(of: lambda)
      return head + text(lambda.body, indent: indent, column: column + head.count)
    case .conditional(let test, let then, let otherwise):
      return "if " + text(test, indent: indent + 2, column: column + 3) + " then "
        + text(then, indent: indent + 2, column: indent + 2) + "\n" + pad(indent + 2) + "else "
        + text(otherwise, indent: indent + 2, column: indent + 7)
    case .parenthesized(let inner):
      return "(" + text(inner, indent: indent, column: column + 1) + ")"
    case .chain(let first, let terms):
      return terms.reduce(text(first, indent: indent, column: column)) { text, term in
        text + " \(term.sign.rawValue)\n" + pad(indent + 2)
          + self.text(term.operand, indent: indent + 2, column: indent + 2)
      }
    default: return composed(expression, indent: indent, column: column)
    }
  }

  /// What has no place of its own to break at: its parts may have.
  private mutating func composed(
    _ expression: Expression, indent: Int, column: Int
  ) -> String {
    switch expression.kind {
    case .not(let operand): return "not " + text(operand, indent: indent, column: column + 4)
    case .negative(let operand): return "-" + text(operand, indent: indent, column: column + 1)
    case .power(let base, let term):
      return text(base, indent: indent, column: column) + " ^ "
        + text(term.operand, indent: indent, column: column)
    case .range(let from, let to, let step, let isClosed):
      return text(from, indent: indent, column: column) + (isClosed ? ".." : "..<")
        + text(to, indent: indent, column: column)
        + (step.map { " by " + text($0, indent: indent, column: column) } ?? "")
    case .field(let value, let name):
      return text(value, indent: indent, column: column) + ".\(name.text)"
    case .index(let list, let index):
      return text(list, indent: indent, column: column)
        + "[" + text(index, indent: indent, column: column) + "]"
    default: return flat(expression) ?? source.text(in: expression.range)
    }
  }

  /// Arguments one below the other; a single list, record or lambda stays beside the bracket.
  private mutating func brokenArguments(
    _ arguments: [Expression.Argument], indent: Int, column: Int
  ) -> String {
    if arguments.count == 1, let only = arguments.first, only.value.isBracketed {
      let label = only.label.map { "\(written($0)): " } ?? ""
      return "(" + label + text(only.value, indent: indent, column: column + label.count) + ")"
    }
    return listed("(", ")", arguments.map { ($0.label.map(written), $0.value) }, indent)
  }

  private mutating func listed(
    _ opening: String, _ closing: String, _ elements: [(String?, Expression)], _ indent: Int
  ) -> String {
    let lines = elements.map { label, value in
      let head = label.map { "\($0): " } ?? ""
      return pad(indent + 2) + head
        + text(value, indent: indent + 2, column: indent + 2 + head.count)
    }
    return opening + "\n" + lines.joined(separator: ",\n") + "\n" + pad(indent) + closing
  }

  private mutating func text(_ block: Block, indent: Int) -> String {
    if block.statements.isEmpty, !hasComment(block.range), let flat = flat(block.value),
      fits(flat, indent + 4), !isOnLinesOfItsOwn(block)
    {
      return "{ \(flat) }"
    }
    let value = Statement(
      kind: .expression(block.value), range: block.value.range, isSilent: false)
    let inside = block.range.lowerBound + 1..<block.range.upperBound - 1
    let lines = lines(block.statements + [value], in: inside, indent: indent + 2)
    return "{\n" + lines.joined(separator: "\n") + "\n" + pad(indent) + "}"
  }

  private func hasComment(_ range: Range<Int>) -> Bool {
    !comments(in: range).isEmpty
  }

  private func isOnLinesOfItsOwn(_ block: Block) -> Bool {
    source.bytes[block.range.lowerBound..<block.value.range.lowerBound].contains(10)
  }

  /// The expression on one line; nil when it has to take several.
  func flat(_ expression: Expression) -> String? {
    switch expression.kind {
    case .literal, .interpolation, .name: return source.text(in: expression.range)
    case .list(let elements): return flat(elements).map { "[\($0)]" }
    case .record(let fields):
      return joined(fields.map { (written($0.name), $0.value) }).map { "{\($0)}" }
    case .block(let block):
      guard block.statements.isEmpty, !hasComment(block.range), !isOnLinesOfItsOwn(block) else {
        return nil
      }
      return flat(block.value).map { "{ \($0) }" }
    case .parenthesized(let inner): return flat(inner).map { "(\($0))" }
    case .lambda(let lambda): return flat(lambda.body).map { head(of: lambda) + $0 }
    case .conditional(let test, let then, let otherwise):
      guard let test = flat(test), let then = flat(then), let otherwise = flat(otherwise) else {
        return nil
      }
      return "if \(test) then \(then) else \(otherwise)"
    case .loop(let name, let sequence, let block):
      let body = Expression(.block(block), block.range)
      guard let sequence = flat(sequence), let body = flat(body) else { return nil }
      return "for \(name.text) in \(sequence) \(body)"
    case .call(let callee, let arguments):
      guard let callee = flat(callee) else { return nil }
      return joined(arguments.map { ($0.label.map(written), $0.value) }).map { "\(callee)(\($0))" }
    default: return flatSigns(expression)
    }
  }

  private func flatSigns(_ expression: Expression) -> String? {
    switch expression.kind {
    case .pipe(let first, let stages):
      let all = [first] + stages
      let parts = all.compactMap(flat)
      guard parts.count == all.count, !breaksBetween(all) else { return nil }
      return parts.joined(separator: " |> ")
    case .chain(let first, let terms):
      return terms.reduce(flat(first)) { text, term in
        guard let text, let operand = flat(term.operand) else { return nil }
        return "\(text) \(term.sign.rawValue) \(operand)"
      }
    case .not(let operand): return flat(operand).map { "not \($0)" }
    case .negative(let operand): return flat(operand).map { "-\($0)" }
    case .power(let base, let term):
      guard let base = flat(base), let exponent = flat(term.operand) else { return nil }
      return "\(base) ^ \(exponent)"
    case .range(let from, let to, let step, let isClosed):
      guard let from = flat(from), let to = flat(to) else { return nil }
      let range = from + (isClosed ? ".." : "..<") + to
      guard let step else { return range }
      return flat(step).map { "\(range) by \($0)" }
    case .field(let value, let name): return flat(value).map { "\($0).\(name.text)" }
    case .index(let list, let index):
      guard let list = flat(list), let index = flat(index) else { return nil }
      return "\(list)[\(index)]"
    default: return nil
    }
  }

  /// Whether a line ends between two of these in the source: a pipe written over lines stays so.
  private func breaksBetween(_ parts: [Expression]) -> Bool {
    zip(parts, parts.dropFirst()).contains { first, second in
      source.bytes[first.range.upperBound..<second.range.lowerBound].contains(10)
    }
  }

  private func flat(_ elements: [Expression]) -> String? { joined(elements.map { (nil, $0) }) }

  private func joined(_ elements: [(String?, Expression)]) -> String? {
    var parts: [String] = []
    for (label, value) in elements {
      guard let text = flat(value) else { return nil }
      parts.append((label.map { "\($0): " } ?? "") + text)
    }
    return parts.joined(separator: ", ")
  }

  /// A label as it stands there, maybe in quotes.
  private func written(_ label: Name) -> String { source.text(in: label.range) }

  private func head(of lambda: Expression.Lambda) -> String {
    let names = lambda.parameters.map(\.text)
    return (names.count == 1 ? names[0] : "(\(names.joined(separator: ", ")))") + " => "
  }
}

extension Expression {
  /// Whether it opens with a bracket of its own, or ends with one.
  fileprivate var isBracketed: Bool {
    switch kind {
    case .list, .record, .block, .lambda: true
    default: false
    }
  }
}
