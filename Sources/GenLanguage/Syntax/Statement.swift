import GenPipeline

/// One sentence of a program.
public struct Statement: Sendable {
  public let kind: Kind
  public let range: Range<Int>
  /// Whether a `;` follows: a session does not show its value.
  public let isSilent: Bool

  public enum Kind: Sendable {
    case use(Use)
    case set(Name, Expression)
    case definition(Definition)
    case binding([Name], Expression)
    case expression(Expression)
  }

  /// `use path` or `use "file.gen"`, perhaps `as` a name.
  public struct Use: Sendable {
    /// `color.grade` or `shots.gen`.
    public let path: String
    /// Whether the path was written as text: a file beside the script.
    public let isFile: Bool
    public let pathRange: Range<Int>
    public let alias: Name?
  }

  /// `def name(parameters): type = body`.
  public struct Definition: Sendable {
    public let name: Name
    public let parameters: [DefinitionParameter]
    public let result: TypeName?
    public let body: Expression
    /// The `##` lines above it, without their marks.
    public let documentation: String
  }

  public struct DefinitionParameter: Sendable {
    public let name: Name
    public let type: TypeName?
    public let initial: Expression?
  }

  var height: Int {
    switch kind {
    case .use: 1
    case .set(_, let value), .binding(_, let value), .expression(let value): value.height
    case .definition(let definition):
      1
        + max(
          definition.body.height,
          definition.parameters.lazy.compactMap(\.initial?.height).max() ?? 0)
    }
  }
}

/// `{ statements value }`; the value is the last expression.
public struct Block: Sendable {
  public let statements: [Statement]
  public let value: Expression
  public let range: Range<Int>
  let height: Int

  init(statements: [Statement], value: Expression, range: Range<Int>) {
    self.statements = statements
    self.value = value
    self.range = range
    height = 1 + max(value.height, statements.lazy.map(\.height).max() ?? 0)
  }
}

/// A type as it was written, such as `List<Image>?`.
public struct TypeName: Sendable {
  public let name: Name
  public let arguments: [TypeName]
  public let isOptional: Bool
  public let range: Range<Int>
}

/// A file or a cell, parsed: all that could be understood, and what could not be.
public struct Module: Sendable {
  /// `# %% title`, from which line on (from 1).
  public struct Cell: Sendable, Hashable {
    public let title: String
    public let line: Int
  }

  public let source: Source
  public let statements: [Statement]
  /// In the order of the text.
  public let diagnostics: [Diagnostic]
  public let comments: [Comment]
  public let cells: [Cell]
  /// The `##` lines at the top of the file.
  public let documentation: String

  public static func parse(_ source: Source) -> Module {
    var parser = Parser(source)
    return parser.module()
  }
}
