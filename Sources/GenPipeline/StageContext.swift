import GenMedia

/// What a running stage may tell: how far it is. Found with `StageContext.current`.
public struct StageContext: Sendable {
  public struct Progress: Sendable {
    /// 0…1; nil when the end cannot be known.
    public let fraction: Double?
    /// Such as `step 3 of 20`.
    public let note: String
    public let preview: Image?
    /// What is counted, such as steps, and how many are done, for the speed; nil where nothing is.
    public let counted: (unit: String, done: Int)?

    public init(fraction: Double?, note: String, preview: Image? = nil) {
      self.fraction = fraction
      self.note = note
      self.preview = preview
      counted = nil
    }

    /// `step 3 of 20`.
    ///
    /// - Parameters:
    ///   - count: Nil when the end cannot be known.
    ///   - more: What is told behind it.
    public init(
      _ unit: String, _ done: Int, of count: Int?, note more: String = "", preview: Image? = nil
    ) {
      fraction = count.map { Double(done) / Double(max(1, $0)) }
      note = "\(unit) \(done)" + (count.map { " of \($0)" } ?? "") + more
      self.preview = preview
      counted = (unit, done)
    }
  }

  public let report: @Sendable (Progress) -> Void
  /// Something the person should know although the stage goes on.
  public let warn: @Sendable (Diagnostic) -> Void
  /// How what the stage writes was made, for the file itself: see ``Manifest``.
  public let manifest: @Sendable () -> String?
  /// The call that is at work; nil outside a run.
  public let node: Node?
  /// Where the call keeps what it has reached; nil when nothing is kept on disk.
  public let unfinished: UnfinishedWork?
  /// What the call notes for the next run of the same call; nil when nothing is kept on disk.
  public let memory: CallMemory?
  /// Runs the calls in a value that a function handed back; nil outside a run.
  public let demand: (@Sendable (Value) async throws -> Value)?

  public init(
    report: @escaping @Sendable (Progress) -> Void, warn: @escaping @Sendable (Diagnostic) -> Void,
    manifest: @escaping @Sendable () -> String? = { nil }, node: Node? = nil,
    unfinished: UnfinishedWork? = nil, memory: CallMemory? = nil,
    demand: (@Sendable (Value) async throws -> Value)? = nil
  ) {
    self.report = report
    self.warn = warn
    self.manifest = manifest
    self.node = node
    self.unfinished = unfinished
    self.memory = memory
    self.demand = demand
  }

  /// The same with another way to run calls.
  func demanding(_ demand: @escaping @Sendable (Value) async throws -> Value) -> StageContext {
    StageContext(
      report: report, warn: warn, manifest: manifest, node: node, unfinished: unfinished,
      memory: memory, demand: demand)
  }

  @TaskLocal public static var current = StageContext(report: { _ in }, warn: { _ in })
}
