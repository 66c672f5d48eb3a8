/// What a function says of a row, as far as columns, constants and signs between them say it: so it
/// is worked out for whole columns at once, and can be looked into.
public indirect enum RowFormula: Sendable, Hashable, Codable {
  case number(Double)
  case text(String)
  case truth(Bool)
  case missing
  /// The entry of the row in a column.
  case column(String)
  case not(RowFormula)
  case negative(RowFormula)
  case joined(RowFormula, Sign, RowFormula)

  public enum Sign: String, Sendable, Hashable, Codable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case less = "<"
    case lessEqual = "<="
    case greater = ">"
    case greaterEqual = ">="
    case equal = "=="
    case notEqual = "!="
    case and, or

    /// The sign that says the same when the sides change places; nil where the places matter.
    public var mirrored: Sign? {
      switch self {
      case .less: .greater
      case .lessEqual: .greaterEqual
      case .greater: .less
      case .greaterEqual: .lessEqual
      case .equal, .notEqual, .add, .multiply, .and, .or: self
      case .subtract, .divide: nil
      }
    }
  }

  /// The parts that all have to hold.
  public var conjuncts: [RowFormula] {
    if case .joined(let left, .and, let right) = self {
      left.conjuncts + right.conjuncts
    } else {
      [self]
    }
  }

  /// The columns that it looks at, each once.
  public var columns: [String] {
    var seen: Set<String> = []
    return mentions.filter { seen.insert($0).inserted }
  }

  private var mentions: [String] {
    switch self {
    case .column(let name): [name]
    case .not(let inner), .negative(let inner): inner.mentions
    case .joined(let left, _, let right): left.mentions + right.mentions
    case .number, .text, .truth, .missing: []
    }
  }
}

extension RowFormula: CustomStringConvertible {
  /// As a person writes it, a column as its name.
  public var description: String { written { $0 } }

  /// As a person writes it, columns as `name` has them.
  public func written(_ name: (String) -> String) -> String { written(inside: 0, name) }

  private func written(inside outer: Int, _ name: (String) -> String) -> String {
    switch self {
    case .number(let number):
      number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
    case .text(let text): text.asLiteral
    case .truth(let truth): truth ? "true" : "false"
    case .missing: "none"
    case .column(let column): name(column)
    case .not(let inner): "not \(inner.written(inside: 3, name))"
    case .negative(let inner): "-\(inner.written(inside: 7, name))"
    case .joined(let left, let sign, let right):
      outer > sign.rank
        ? "(\(written(inside: 0, name)))"
        : left.written(inside: sign.rank, name) + " \(sign.rawValue) "
          + right.written(inside: sign.rank + 1, name)
    }
  }
}

extension RowFormula.Sign {
  /// How tightly it binds.
  fileprivate var rank: Int {
    switch self {
    case .or: 1
    case .and: 2
    case .less, .lessEqual, .greater, .greaterEqual, .equal, .notEqual: 4
    case .add, .subtract: 5
    case .multiply, .divide: 6
    }
  }
}
