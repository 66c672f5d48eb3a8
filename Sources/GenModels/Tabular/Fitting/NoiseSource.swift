import GenTensor

/// Where the random numbers of a program come from; they differ from call to call.
struct NoiseSource {
  let normal: (Shape) -> Tensor
  /// Between 0 and 1, and never either.
  let uniform: (Shape) -> Tensor

  /// Drawn by the program itself from a seed, `i64`, one number.
  init(_ graph: Graph, seed: Tensor) {
    normal = { graph.randomNormal($0, seed: seed) }
    uniform = { graph.randomUniform($0, seed: seed, in: 1e-7..<0.9999999) }
  }

  /// Drawn from the input `seed`, `i64`, one number.
  static func drawn(_ graph: Graph) -> NoiseSource {
    NoiseSource(graph, seed: graph.input("seed", [], .i64))
  }

  init(normal: @escaping (Shape) -> Tensor, uniform: @escaping (Shape) -> Tensor) {
    (self.normal, self.uniform) = (normal, uniform)
  }

  /// Numbers whose largest, added to logarithms of shares, falls as often on each as its share says.
  func gumbel(_ shape: Shape) -> Tensor { -(-uniform(shape).log()).log() }

  /// Nothing for a share of the numbers, and so much more of the others.
  func dropping(_ share: Float, of tensor: Tensor) -> Tensor {
    tensor * uniform(tensor.shape).isGreater(than: share) * (1 / (1 - share))
  }
}
