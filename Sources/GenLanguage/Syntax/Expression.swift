import GenPipeline

/// A name as it was written.
public struct Name: Sendable, Hashable {
  public let text: String
  public let range: Range<Int>
}

/// A part of a program that has a value.
public struct Expression: Sendable {
  public let kind: Kind
  /// Bytes of the source.
  public let range: Range<Int>
  /// How many expressions are nested in it: bounded by the parser, so that recursion over a tree
  /// is.
  let height: Int

  public indirect enum Kind: Sendable {
    case literal(Value)
    /// Text with `{…}` in it.
    case interpolation([Segment])
    case name(String)
    case list([Expression])
    case record([Field])
    case block(Block)
    case parenthesized(Expression)
    case lambda(Lambda)
    case conditional(Expression, then: Expression, otherwise: Expression)
    case loop(Name, in: Expression, Block)
    case pipe(Expression, [Expression])
    /// Operators of one strength, from left to right.
    case chain(Expression, [Term])
    case not(Expression)
    case negative(Expression)
    case power(Expression, Term)
    case range(from: Expression, to: Expression, by: Expression?, isClosed: Bool)
    case call(Expression, [Argument])
    case field(Expression, Name)
    case index(Expression, Expression)
  }

  public enum Segment: Sendable {
    case text(String)
    case value(Expression)
  }

  public struct Field: Sendable {
    public let name: Name
    public let value: Expression
  }

  public struct Term: Sendable {
    public let sign: Operator
    public let signRange: Range<Int>
    public let operand: Expression
  }

  public struct Argument: Sendable {
    public let label: Name?
    public let value: Expression
  }

  public struct Lambda: Sendable {
    public let parameters: [Name]
    public let body: Expression
  }

  init(_ kind: Kind, _ range: Range<Int>) {
    self.kind = kind
    self.range = range
    height = 1 + kind.childHeight
  }

  /// The same expression without the parentheses around it.
  var bare: Expression {
    if case .parenthesized(let inner) = kind { inner.bare } else { self }
  }
}

/// A sign between two values.
public enum Operator: String, Sendable, Hashable {
  case add = "+", subtract = "-", multiply = "*", divide = "/", remainder = "%", power = "^"
  case equal = "==", notEqual = "!="
  case less = "<", lessEqual = "<=", greater = ">", greaterEqual = ">="
  case and, or

  /// Counts up with how tightly it binds; ranges stand at ``rangeStrength``.
  var strength: Int {
    switch self {
    case .or: 1
    case .and: 2
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: 4
    case .add, .subtract: 6
    case .multiply, .divide, .remainder: 7
    case .power: 8
    }
  }

  static let rangeStrength = 5
  static let compareStrength = 4
}

extension Expression.Kind {
  /// The height of the highest child.
  fileprivate var childHeight: Int {
    switch self {
    case .literal, .name: 0
    case .interpolation(let segments):
      segments.map { if case .value(let value) = $0 { value.height } else { 0 } }.max() ?? 0
    case .list(let elements): elements.lazy.map(\.height).max() ?? 0
    case .record(let fields): fields.lazy.map(\.value.height).max() ?? 0
    case .block(let block): block.height
    case .parenthesized(let inner), .not(let inner), .negative(let inner), .field(let inner, _):
      inner.height
    case .lambda(let lambda): lambda.body.height
    case .conditional(let test, let then, let otherwise):
      max(test.height, then.height, otherwise.height)
    case .loop(_, let sequence, let block): max(sequence.height, block.height)
    case .pipe(let first, let stages): max(first.height, stages.lazy.map(\.height).max() ?? 0)
    case .chain(let first, let terms):
      max(first.height, terms.lazy.map(\.operand.height).max() ?? 0)
    case .power(let base, let term): max(base.height, term.operand.height)
    case .range(let from, let to, let step, _): max(from.height, to.height, step?.height ?? 0)
    case .call(let callee, let arguments):
      max(callee.height, arguments.lazy.map(\.value.height).max() ?? 0)
    case .index(let list, let index): max(list.height, index.height)
    }
  }
}
