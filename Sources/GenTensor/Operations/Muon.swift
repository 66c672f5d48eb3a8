/// How Muon moves matrices: by their momentum, with all its singular values made equal.
///
/// - Source: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks"; the
///   scale that lets it share AdamW's rate is that of Liu et al. 2025, arXiv:2502.16982, equation 4.
public struct Muon: Sendable {
  public var momentum: Float = 0.95
  /// The part of a weight that a step of rate 1 takes away.
  public var decay: Float = 0.01
  /// Which weights it moves; AdamW moves the others.
  public var moves: @Sendable (_ name: String, _ shape: Shape) -> Bool

  public init(moves: @escaping @Sendable (_ name: String, _ shape: Shape) -> Bool) {
    self.moves = moves
  }
}

extension Tensor {
  /// The matrix with the same singular vectors and all singular values near one, by five
  /// Newton-Schulz steps.
  public func orthogonalized() -> Tensor {
    let (rows, columns) = (length(ofAxis: 0), length(ofAxis: 1))
    var x = rows <= columns ? self : transposed()
    x = x / (x.sumOfSquares().squareRoot() + 1e-7)
    for _ in 0..<5 {
      let product = x.matmul(x, transposed: true)
      x = 3.4445 * x + (-4.7750 * product + 2.0315 * product.matmul(product)).matmul(x)
    }
    return rows <= columns ? x : x.transposed()
  }
}

extension Graph {
  /// One step of Muon on one weight; a convolution is the matrix `[out, in * taps]`.
  ///
  /// The state `NAME.m` and, where an average is kept, `NAME.average` belong to it.
  func move(
    _ name: String, _ weight: Tensor, against gradient: Tensor, rate: Tensor, with muon: Muon,
    average: Tensor?, averageDecay: Float
  ) {
    let old = state(name + ".m", NDArray(zeros: weight.shape))
    let moved = muon.momentum * old + (1 - muon.momentum) * gradient
    let ahead = muon.momentum * moved + (1 - muon.momentum) * gradient
    let matrix = ahead.reshaped(to: [weight.length(ofAxis: 0), -1])
    let longest = Float(Swift.max(matrix.length(ofAxis: 0), matrix.length(ofAxis: 1)))
    let direction = matrix.orthogonalized().reshaped(to: weight.shape)
    let next =
      weight - rate * (muon.decay * weight + 0.2 * longest.squareRoot() * direction)
    assign(moved, to: old)
    assign(next, to: weight)
    if let average {
      assign(averageDecay * average + (1 - averageDecay) * next, to: average)
    }
  }
}
