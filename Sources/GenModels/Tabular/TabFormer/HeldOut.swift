import GenTensor

/// Rows that are kept out of a fit, to see when it begins to know its rows by heart: what is learned
/// after that makes the rows that were kept out less likely, and is not learned any more.
///
/// - Source: Prechelt 1998, "Early stopping — but when?", section 2 (a generalisation loss that has
///   risen for several strips in a row).
struct HeldOut {
  /// Looks at the weights of the program that learns; keeps the best loss and how long ago it was.
  let program: Program
  private let inputs: [String: NDArray]
  private let interval: Int

  /// Looks in a row that may find nothing better, and steps at least between two of them.
  private static let (patience, leastInterval): (Float, Int) = (3, 50)
  /// Of so many rows or entities some are kept out; fewer are all needed.
  private static let leastCount = 200

  /// - Parameters:
  ///   - learner: The program whose weights are looked at.
  ///   - interval: Steps between two looks, where they are enough.
  ///   - loss: What is kept small, of the inputs.
  init(
    _ weights: WeightSource, of learner: Program, every interval: Int,
    inputs: [String: NDArray], loss: (Graph) throws -> Tensor
  ) throws {
    (self.inputs, self.interval) = (inputs, max(Self.leastInterval, interval))
    program = try Program(weights, sharingStatesOf: learner) { graph in
      let loss = try loss(graph).reshaped(to: [1])
      let best = graph.state("held.best", NDArray([Float.greatestFiniteMagnitude]))
      let since = graph.state("held.since", NDArray([Float(0)]))
      let later = (since + 1) * (1 - loss.isLess(than: best))
      graph.assign(best.minimum(loss), to: best)
      graph.assign(later, to: since)
      return ["since": later]
    }
  }

  /// Whether there is nothing more to learn before a step, counted from 0.
  func isDone(_ step: Int) async throws -> Bool {
    let isLook = step > 0 && step.isMultiple(of: interval)
    let since =
      isLook
      ? try await program.run(inputs)["since"]?.floats
      : try program.states()["held.since"]?.floats
    return since?.first ?? 0 >= Self.patience
  }

  /// Which of so many are kept out, a tenth of them, and which are learned from; none where there
  /// are few.
  static func split(_ count: Int, seed: UInt64) -> (learned: [Int], held: [Int]) {
    guard count >= leastCount else { return (Array(0..<count), []) }
    let order = EpochOrder(count: count, seed: seed, epoch: .max)
    let held = Set((0..<min(count / 10, 2000)).map { order[$0] })
    return ((0..<count).filter { !held.contains($0) }, held.sorted())
  }
}
