import GenMedia
import GenPipeline
import GenStages

/// One thing that a cell let people see.
public struct Exhibit: Sendable {
  public enum Content: Sendable {
    /// May still be a call: who wants to see it asks the runner, which knows it by its key.
    case value(Value)
    case printed(String)
    /// What stands in a file that the cell saved, and the sentence about it.
    case file(MediaWriteReport)
    case note(String)
    case question(Question)
    /// What was wrong, as people read it.
    case problem(Diagnostic, rendered: String)
  }

  public let content: Content
  /// `seed 7, took 2.1 s`; empty where there is nothing to tell.
  public let facts: String
  /// Whether it is what an expression came to, rather than something that a verb told.
  public let isResult: Bool

  public init(_ content: Content, facts: String = "", isResult: Bool = false) {
    self.content = content
    self.facts = facts
    self.isResult = isResult
  }
}

/// A cell with what it showed and how long it took.
public struct CellRecord: Sendable {
  public struct Call: Sendable {
    public let stage: String
    public let seconds: Double
    public let isCached: Bool
  }

  public let title: String
  public let text: String
  public let exhibits: [Exhibit]
  /// The heavy calls that were run or looked up, in the order in which they ended.
  public let calls: [Call]
  public let seconds: Double
}
