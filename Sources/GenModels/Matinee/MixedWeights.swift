import GenTensor
import GenWeights

/// The weights of one network made of several of the same sizes, and of low-rank additions.
///
/// - Source: Wortsman et al. 2022, "Model soups", arXiv:2203.05482v3 (the mean of weights); Hu et
///   al. 2021, "LoRA", arXiv:2106.09685v2, equation 3.
public struct MixedWeights: Sendable {
  /// The file whose metadata speaks for all.
  public let first: Weights
  let arrays: [String: NDArray]

  /// - Parameters:
  ///   - models: Networks and their shares; one alone keeps its numbers as they are.
  ///   - additions: For the weight `NAME.weight` a file holds `NAME.lora_A.weight [rank, inputs]`,
  ///     `NAME.lora_B.weight [outputs, rank]` and, if it likes, one number `NAME.alpha`, which
  ///     counts as the rank otherwise; and their strengths.
  /// - Throws: ``WeightsError``; ``MatineeError/unusableWeights(path:reason:)``.
  public init(
    models: [(weights: Weights, share: Float)], additions: [(weights: Weights, share: Float)] = []
  ) throws {
    guard let first = models.first else { throw MatineeError.noModel }
    self.first = first.weights
    var arrays = try first.weights.arrays()
    if models.count > 1 {
      arrays = try arrays.reduce(into: [:]) { mixed, array in
        mixed[array.key] = try MixedWeights.sum(of: array.key, in: models)
      }
    }
    for addition in additions {
      try MixedWeights.add(addition.weights, addition.share, to: &arrays)
    }
    self.arrays = arrays
  }

  private static func sum(
    of name: String, in models: [(weights: Weights, share: Float)]
  ) throws -> NDArray {
    let shape = try models[0].weights.record(name).shape
    var total = [Float](repeating: 0, count: shape.reduce(1, *))
    for model in models {
      let numbers = try model.weights.array(name, shape: shape).converted(to: .f32).floats
      for index in total.indices { total[index] += model.share * numbers[index] }
    }
    return try NDArray(total, shape: Shape(shape))
  }

  private static func add(
    _ file: Weights, _ strength: Float, to arrays: inout [String: NDArray]
  ) throws {
    let suffix = ".lora_A.weight"
    let names = file.names.filter { $0.hasSuffix(suffix) }.map { $0.dropLast(suffix.count) }
    guard !names.isEmpty else {
      throw MatineeError.unusableWeights(
        path: file.path, reason: "it has no \"NAME.lora_A.weight\"")
    }
    for name in names {
      guard let target = arrays["\(name).weight"] else {
        throw MatineeError.unusableWeights(
          path: file.path, reason: "the model has no \"\(name).weight\" to add to")
      }
      let outputs = target.shape[0]
      let inputs = target.shape.elementCount / max(outputs, 1)
      let rank = try file.record("\(name).lora_A.weight").shape.first ?? 0
      let down = try file.array("\(name).lora_A.weight", shape: [rank, inputs])
        .converted(to: .f32).floats
      let up = try file.array("\(name).lora_B.weight", shape: [outputs, rank])
        .converted(to: .f32).floats
      let alpha = try? file.record("\(name).alpha").floats().first
      let scale = strength * (alpha ?? Float(rank)) / Float(max(rank, 1))
      var sum = target.converted(to: .f32).floats
      for row in 0..<outputs {
        for step in 0..<rank {
          let factor = scale * up[row * rank + step]
          for column in 0..<inputs {
            sum[row * inputs + column] += factor * down[step * inputs + column]
          }
        }
      }
      arrays["\(name).weight"] = try NDArray(sum, shape: target.shape)
    }
  }
}
