import Foundation
import GenMedia
import Synchronization

/// Runs calls when somebody needs their results: each once, independent ones side by side.
///
/// - Invariant: a call runs at most once at a time; who asks meanwhile waits for that run, and the
///   run is cancelled when nobody waits any more.
public actor Runner: Demanding {
  public struct Settings: Sendable {
    /// Bytes of results that stay in memory.
    public var memoryLimit = 512 << 20
    /// Stages at work at the same time.
    public var concurrency = max(1, ProcessInfo.processInfo.activeProcessorCount)
    /// Raw bytes up to which a heavy stage's film is kept rather than made again when needed.
    public var filmLimit = 1 << 30
    public init() {}
  }

  private final class Flight {
    let number: Int
    var waiting: [Int: CheckedContinuation<Value, any Error>] = [:]
    var task: Task<Void, Never>?
    init(number: Int) { self.number = number }
  }

  nonisolated let world: Graph.World
  nonisolated let settings: Settings
  nonisolated let cache: DiskCache?
  nonisolated let board: ProgressBoard
  nonisolated let origin = Locked<ProgramOrigin?>(nil)
  private nonisolated let permits: Permits
  private nonisolated let isCaching = Atomic<Bool>(true)

  private var memory: MemoryCache
  private var flights: [String: Flight] = [:]
  /// Cancelled runs that have not noticed it yet, by key.
  private var landing: [String: Flight] = [:]
  private var counter = 0

  /// - Parameter events: Called from any thread, in order for each call.
  public init(
    world: Graph.World, cache: DiskCache? = nil, settings: Settings = Settings(),
    events: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) {
    self.world = world
    self.settings = settings
    self.cache = cache
    board = ProgressBoard(tell: events) { stage in
      cache?.ask { try $0.usualSeconds(of: stage) }?.flatMap { $0 }
    }
    permits = Permits(count: settings.concurrency)
    memory = MemoryCache(byteLimit: settings.memoryLimit)
  }

  /// Whether results are looked up in and put into the cache on disk.
  public nonisolated func useCache(_ isUsed: Bool) { isCaching.store(isUsed, ordering: .relaxed) }

  private nonisolated func usedCache(for node: Node) -> DiskCache? {
    node.isKept && isCaching.load(ordering: .relaxed) ? cache : nil
  }

  public func value(of node: Node) async throws -> Value {
    try Task.checkCancellation()
    if node.stage.effect == .tells { return try await perform(node) }
    if let known = memory.value(for: node.key) { return known }
    let key = node.key
    let flight = flights[key] ?? start(node)
    counter += 1
    let ticket = counter
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        flight.waiting[ticket] = continuation
        if Task.isCancelled { leave(key, ticket) }
      }
    } onCancel: {
      Task { await self.leave(key, ticket) }
    }
  }

  /// Whether the result is in memory and costs nothing.
  public func holds(_ node: Node) -> Bool { memory.holds(node.key) }

  /// Those who wait for a call that is running.
  var waitingCount: Int { flights.values.reduce(0) { $0 + $1.waiting.count } }

  /// Forgets the results in memory.
  public func forgetResults() { memory.removeAll() }

  private func start(_ node: Node) -> Flight {
    counter += 1
    let number = counter
    let flight = Flight(number: number)
    let previous = landing[node.key]?.task
    flights[node.key] = flight
    flight.task = Task.detached {
      let outcome: Result<Value, any Error>
      do {
        await previous?.value
        let late = previous == nil ? nil : await self.known(node)
        if let late {
          outcome = .success(late)
        } else {
          outcome = .success(try await self.perform(node))
        }
      } catch {
        outcome = .failure(error)
      }
      await self.land(node.key, number, outcome)
    }
    return flight
  }

  private func known(_ node: Node) -> Value? { memory.value(for: node.key) }

  private func land(_ key: String, _ number: Int, _ outcome: Result<Value, any Error>) {
    if case .success(let value) = outcome { memory.keep(value, for: key) }
    if landing[key]?.number ?? number <= number { landing[key] = nil }
    guard let flight = flights[key], flight.number == number else { return }
    flights[key] = nil
    for continuation in flight.waiting.values { continuation.resume(with: outcome) }
  }

  private func leave(_ key: String, _ ticket: Int) {
    guard let flight = flights[key],
      let continuation = flight.waiting.removeValue(forKey: ticket)
    else { return }
    continuation.resume(throwing: CancellationError())
    guard flight.waiting.isEmpty else { return }
    flights[key] = nil
    landing[key] = flight
    flight.task?.cancel()
  }
}

extension Runner {
  /// Looks the result up or does the work, whichever it takes.
  private nonisolated func perform(_ node: Node) async throws -> Value {
    do {
      guard node.stage.effort == .heavy, node.stage.effect == .none else {
        return try await work(on: node)
      }
      board.need(node)
      if let value = usedCache(for: node)?.value(for: node) {
        board.finish(node, seconds: 0, origin: .cached)
        return value
      }
      return try await work(on: node)
    } catch {
      board.drop(node)
      let placed = world.placed(error, at: node.place)
      if let diagnostic = placed as? Diagnostic { board.fail(node, diagnostic) }
      throw placed
    }
  }

  private nonisolated func work(on node: Node) async throws -> Value {
    let arguments = try await readied(node.arguments)
    // Telling is waiting, mostly: it must not keep others from their work.
    if node.stage.effect == .tells { return try await tell(node, arguments) }
    return try await permits.withPermit {
      try Task.checkCancellation()
      let isHeavy = node.stage.effort == .heavy
      let start = board.begin(node, isTold: isHeavy)
      let seconds = { start.duration(to: .now).seconds }
      let demand: @Sendable (Value) async throws -> Value = { value in
        try await self.permits.lending { try await self.resolved(value) }
      }
      return try await onStageThread(context(of: node, demand: demand)) {
        let raw = try await node.stage.run(arguments, demand: demand)
        let value =
          raw.needsResolving(as: node.type)
          ? try await permits.lending { try await raw.resolved(as: node.type, by: self) } : raw
        guard isHeavy else { return value }
        let kept = try keep(value, of: node, seconds: seconds)
        StageContext.current.unfinished?.remove()
        board.finish(node, seconds: seconds(), origin: .computed)
        return kept
      }
    }
  }

  private nonisolated func tell(_ node: Node, _ arguments: Arguments) async throws -> Value {
    let start = board.begin(node, isTold: true)
    let demand: @Sendable (Value) async throws -> Value = { try await self.resolved($0) }
    let value = try await onStageThread(context(of: node, demand: demand)) {
      try await node.stage.run(arguments, demand: demand)
    }
    board.finish(node, seconds: start.duration(to: .now).seconds, origin: .computed)
    return value
  }

  private nonisolated func onStageThread(
    _ context: StageContext, _ body: () async throws -> Value
  ) async throws -> Value {
    try await StageContext.$current.withValue(context) {
      try await withTaskExecutorPreference(StageThreads.shared, operation: body)
    }
  }

  private nonisolated func readied(_ arguments: Arguments) async throws -> Arguments {
    let pairs = zip(arguments.parameters, arguments.values)
    guard pairs.contains(where: { $1.needsResolving(as: $0.type) }) else { return arguments }
    let values = try await withThrowingTaskGroup(of: (Int, Value).self) { group in
      for (index, (parameter, value)) in pairs.enumerated()
      where value.needsResolving(as: parameter.type) {
        group.addTask { (index, try await value.resolved(as: parameter.type, by: self)) }
      }
      var all = arguments.values
      for try await (index, value) in group { all[index] = value }
      return all
    }
    return Arguments(
      parameters: arguments.parameters,
      values: zip(arguments.parameters, values).map { $1.fitted(to: $0.type) })
  }

  private nonisolated func context(
    of node: Node, demand: @escaping @Sendable (Value) async throws -> Value
  ) -> StageContext {
    StageContext(
      report: { [board] in board.report(node, $0) },
      warn: { [board] in board.warn($0.placed(at: node.place)) },
      manifest: { self.manifest(of: node)?.text },
      node: node,
      unfinished: unfinished(node),
      memory: memory(of: node),
      demand: demand)
  }

  private nonisolated func unfinished(_ node: Node) -> UnfinishedWork? {
    node.stage.effort == .heavy ? usedCache(for: node)?.unfinished(node) : nil
  }

  private nonisolated func memory(of node: Node) -> CallMemory? {
    guard node.stage.effect == .tells, isCaching.load(ordering: .relaxed) else { return nil }
    return cache.map { CallMemory(cache: $0, node: node) }
  }

  /// Puts a heavy result into the cache; a film is made frame by frame on the way.
  private nonisolated func keep(
    _ value: Value, of node: Node, seconds: () -> Double
  ) throws -> Value {
    if let cache = usedCache(for: node) {
      let stored = try cache.store(
        value, for: node, filmLimit: settings.filmLimit, seconds: seconds,
        progress: { [board] in board.report(node, $0) })
      if let refusal = cache.refusal { board.warn(refusal) }
      if let stored { return stored }
    }
    guard case .video(let film) = value, !film.isInMemory,
      let size = film.byteCount, size <= settings.memoryLimit / 4
    else { return value }
    return .video(try film.inMemory())
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
