/// Collects stages as statements: `Stage(…) { … }` one below the other.
@resultBuilder
public enum CatalogBuilder {
  public static func buildExpression(_ stage: Stage) -> [Stage] { [stage] }
  public static func buildExpression(_ stages: [Stage]) -> [Stage] { stages }
  public static func buildBlock(_ groups: [Stage]...) -> [Stage] { groups.flatMap { $0 } }
}

/// The verbs that a program may use: what the language calls its vocabulary.
public struct Catalog: Sendable {
  public let stages: [Stage]
  private let formsByName: [String: [Int]]

  public init(_ stages: [Stage]) {
    self.stages = stages
    formsByName = Dictionary(grouping: stages.indices) { stages[$0].name }
  }

  public init(@CatalogBuilder _ stages: () -> [Stage]) { self.init(stages()) }

  /// The forms of a verb, in the order they were declared; empty when there is none.
  public func forms(of name: String) -> [Stage] {
    (formsByName[name] ?? []).map { stages[$0] }
  }

  public var names: [String] { formsByName.keys.sorted() }
}
