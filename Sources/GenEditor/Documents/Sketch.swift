import GenLanguage

/// What stands at the outermost level of a text, in its order.
struct Sketch: Equatable {
  struct Item: Equatable {
    enum Kind: Equatable {
      case mark(title: String)
      /// With the names that it gives.
      case statement([Name], isDefinition: Bool)
    }

    struct Name: Equatable {
      let text: String
      let range: Range<Int>
    }

    let kind: Kind
    let range: Range<Int>
  }

  let items: [Item]

  private init(_ items: [Item]) { self.items = items }

  init(_ module: Module) {
    let marks = module.cells.map { cell in
      Item(kind: .mark(title: cell.title), range: module.source.lineRange(cell.line - 1))
    }
    let statements = module.statements.map(Item.init)
    items = marks.isEmpty ? statements : (marks + statements).sorted { $0.start < $1.start }
  }

  /// The stretch of a text that a change within it can have touched: from the statement before it to
  /// the one behind it.
  func stretch(around change: Range<Int>, in count: Int) -> Range<Int> {
    let before = items.last { !$0.isMark && $0.start < change.lowerBound }
    let behind = items.first { !$0.isMark && $0.start > change.upperBound }
    return (before?.start ?? 0)..<(behind?.start ?? count)
  }

  /// The sketch of a text in which another one stands in the place of a stretch.
  func replacing(_ stretch: Range<Int>, with part: Sketch, growth: Int) -> Sketch {
    Sketch(
      items.prefix { $0.start < stretch.lowerBound }
        + part.items.map { $0.moved(by: stretch.lowerBound) }
        + items.drop { $0.start < stretch.upperBound }.map { $0.moved(by: growth) })
  }
}

extension Sketch {
  /// Where the cells that have a statement begin, and where the first one does. A cell stands below its
  /// mark; what comes before the first mark has none.
  var cells: [(start: Int, first: Int)] {
    var cells: [(start: Int, first: Int)] = []
    var start: Int? = 0
    for item in items {
      if item.isMark {
        start = item.start
      } else if let begun = start {
        cells.append((begun, item.start))
        start = nil
      }
    }
    return cells
  }
}

extension Sketch.Item {
  var start: Int { range.lowerBound }
  var isMark: Bool { if case .mark = kind { true } else { false } }

  fileprivate init(_ statement: Statement) {
    range = statement.range
    switch statement.kind {
    case .binding(let names, _):
      kind = .statement(
        names.map { Name(text: $0.text, range: $0.range) }, isDefinition: false)
    case .definition(let definition):
      let name = Name(text: definition.name.text, range: definition.name.range)
      kind = .statement([name], isDefinition: true)
    default: kind = .statement([], isDefinition: false)
    }
  }

  private init(_ kind: Kind, _ range: Range<Int>) { (self.kind, self.range) = (kind, range) }

  fileprivate func moved(by distance: Int) -> Self {
    guard distance != 0 else { return self }
    guard case .statement(let names, let isDefinition) = kind else {
      return Self(kind, range.moved(by: distance))
    }
    let moved = names.map { Name(text: $0.text, range: $0.range.moved(by: distance)) }
    return Self(.statement(moved, isDefinition: isDefinition), range.moved(by: distance))
  }
}

extension Range<Int> {
  fileprivate func moved(by distance: Int) -> Range {
    lowerBound + distance..<upperBound + distance
  }
}
