/// Examples drawn ahead of the training, on another core, from an endless numbered series.
///
/// Which examples a step may choose from depends on its number alone, so that a run that goes on after
/// a stop chooses as if it had never stopped.
actor ExamplePool<Example: Sendable> {
  typealias Draw = @Sendable (_ index: Int) async throws -> Example

  private let draw: Draw
  /// Examples that may be drawn before they are asked for.
  private let lead: Int
  private var examples: [Int: Example] = [:]
  private var producer: Task<Void, any Error>?
  private var wanted = 0..<0
  private var failure: (any Error)?
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(lead: Int, draw: @escaping Draw) {
    self.lead = lead
    self.draw = draw
  }

  /// The examples of a range, once they are drawn; those before it are let go.
  ///
  /// - Throws: what drawing throws; `CancellationError`.
  func examples(_ range: Range<Int>) async throws -> [Example] {
    wanted = range
    examples = examples.filter { $0.key >= range.lowerBound }
    while range.contains(where: { examples[$0] == nil }) {
      if let failure { throw failure }
      try Task.checkCancellation()
      startProducer()
      await withCheckedContinuation { waiting.append($0) }
    }
    startProducer()
    return range.compactMap { examples[$0] }
  }

  func stop() {
    producer?.cancel()
    wakeUp()
  }

  private func startProducer() {
    guard producer == nil else { return }
    producer = Task.detached(priority: .utility) { [draw] in
      while let index = await self.nextIndex() {
        do {
          try Task.checkCancellation()
          await self.add(try await draw(index), at: index)
        } catch {
          await self.fail(error)
          return
        }
      }
    }
  }

  /// The next example to draw; nothing when enough lie ahead.
  private func nextIndex() -> Int? {
    let ahead = wanted.lowerBound..<(wanted.upperBound + lead)
    if let next = ahead.first(where: { examples[$0] == nil }) { return next }
    producer = nil
    return nil
  }

  private func add(_ example: Example, at index: Int) {
    if index >= wanted.lowerBound { examples[index] = example }
    wakeUp()
  }

  private func fail(_ error: any Error) {
    producer = nil
    if !(error is CancellationError) { failure = error }
    wakeUp()
  }

  private func wakeUp() {
    let sleepers = waiting
    waiting = []
    for sleeper in sleepers { sleeper.resume() }
  }
}
