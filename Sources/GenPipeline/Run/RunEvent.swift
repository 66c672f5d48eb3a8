/// What happens while a program runs, for whoever shows it.
public enum RunEvent: Sendable {
  /// Where a result came from.
  public enum Origin: String, Sendable {
    case computed, cached
  }

  /// A heavy stage, or one that tells the world, begins its work.
  case started(Node)
  case progressed(Node, StageContext.Progress, Outlook)
  case finished(Node, seconds: Double, origin: Origin)
  case failed(Node, Diagnostic)
  case warned(Diagnostic)
}

/// How far a whole run is.
public struct Outlook: Sendable, Hashable {
  /// Heavy calls that are done, and all that are known to be needed.
  public let finishedCount: Int
  public let neededCount: Int
  /// Seconds until everything asked for is there; nil while nobody can tell.
  public let secondsLeft: Double?
  public init(finishedCount: Int, neededCount: Int, secondsLeft: Double?) {
    self.finishedCount = finishedCount
    self.neededCount = neededCount
    self.secondsLeft = secondsLeft
  }
}
