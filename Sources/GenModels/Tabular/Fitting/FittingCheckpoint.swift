import GenTensor
import GenWeights

/// Everything that a step changes, in one file that appears whole or not at all.
struct FittingCheckpoint {
  /// Steps done.
  let step: Int
  let identity: String
  let states: [String: NDArray]
}

extension FittingCheckpoint {
  /// What a file keeps; nothing where there is none, or where it is another fit's or damaged: the
  /// fit begins anew then.
  init?(path: String, identity: String) {
    guard let weights = try? Weights(path: path), weights.metadata["identity"] == identity,
      let step = weights.metadata["step"].flatMap({ Int($0) }), step > 0,
      let states = try? weights.arrays()
    else { return nil }
    self.init(step: step, identity: identity, states: states)
  }

  /// - Throws: ``WeightsError``.
  func write(to path: String) throws {
    try SafetensorsFile.write(
      states, metadata: ["identity": identity, "step": String(step)], to: path)
  }
}
