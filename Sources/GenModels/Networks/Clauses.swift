import GenTensor

/// What a caption says of its first thing and what of its second, "a cat rising" and "a dog falling
/// at sea": every word, seen beside its neighbours, may be where the second begins, and belongs to it
/// as far as one before it or itself was.
///
/// - Input: `words [batch, slots]`.
/// - Output: both sums of words, one after the other, `[batch, 2 * width]`, of one length whatever
///   they are.
struct Clauses {
  /// How unlikely it is at first that a word begins the second clause: one in twenty does.
  private static let doubt: Float = 3

  private let graph: Graph
  private let tone: Tensor
  private let hear: Linear
  private let turn: Linear

  init(_ weights: WeightScope, vocabularyCount: Int, width: Int) throws {
    graph = weights.graph
    tone = try weights.weight("tone", [vocabularyCount, width], initial: .normal(deviation: 0.5))
    hear = try Linear(weights["hear"], 3 * width, width)
    turn = try Linear(weights["turn"], width, 1)
  }

  func callAsFunction(_ words: Tensor) -> Tensor {
    let heard = heard(words)
    let first = stillFirst(heard)
    let clauses = [heard * first, heard * (1 - first)].map { $0.sum(alongAxes: [1]) }
    return graph.concatenated(clauses, alongAxis: -1)
      .reshaped(to: [-1, 2 * tone.length(ofAxis: 1)]).rmsNormalized()
  }

  /// Words beside their neighbours, `[batch, slots, width]`.
  private func heard(_ words: Tensor) -> Tensor {
    let slotCount = words.length(ofAxis: 1)
    let toned = tone.gathered(at: words)
    let padded = toned.padded(before: [0, 1, 0], after: [0, 1, 0])
    let before = padded.slice(0..<slotCount, alongAxis: 1)
    let after = padded.slice(2..<slotCount + 2, alongAxis: 1)
    return hear(before.concatenated(with: toned, after, alongAxis: -1)).silu()
  }

  /// The chance that the second clause has not begun by a word, `[batch, slots, 1]`: the product of
  /// those of all words up to it.
  private func stillFirst(_ heard: Tensor) -> Tensor {
    let (batch, slotCount) = (heard.length(ofAxis: 0), heard.length(ofAxis: 1))
    let costs = (turn(heard) - Self.doubt).softplus().reshaped(to: [batch, slotCount])
    let isUpTo = (0..<slotCount).flatMap { word in
      (0..<slotCount).map { $0 <= word ? Float(1) : 0 }
    }
    let sums = costs.linear(
      graph.constant(isUpTo, shape: [slotCount, slotCount]), graph.filled(0, [slotCount]))
    return (-sums).exp().reshaped(to: [batch, slotCount, 1])
  }
}
