/// A sum of the gradients of single rows in which no row counts for more than it may.
public struct ClippedGradient {
  /// By parameter, of its shape.
  public let sums: [Tensor]
  /// The norm of each row's own gradient before it was scaled down, `[rows, 1]`.
  public let norms: Tensor
}

extension Tensor {
  /// The sum of every row's own gradient, scaled down to a norm that it may not exceed and times
  /// the row's weight, in one backward pass and without any row's gradient ever being made.
  ///
  /// A row's part of the gradient of a fully connected layer is the product of what went in and of
  /// the gradient of what came out. So its norm is the product of their norms, and the weighted sum
  /// over rows is one matrix product with the weights in it.
  ///
  /// - Parameters:
  ///   - parameters: each read once, as the weight `[out, in]` or the bias `[out]` of a layer over
  ///     `[rows, …]`, or as numbers that ``expanded(to:)`` repeats for every row.
  ///   - weights: of rows, `[rows, 1]`: 0 leaves a row out.
  /// - Requires: one element: the sum over rows of a loss of which each looks at its row alone.
  /// - Source: Goodfellow 2015, arXiv:1510.01799 (norms); Bu, Wang, Zha & Karypis 2022,
  ///   arXiv:2210.00038 (one pass).
  public func clippedGradient(
    withRespectTo parameters: [Tensor], maximumNorm: Float, weights: Tensor
  ) -> ClippedGradient {
    do {
      let layers = try parameters.map { try graph.rowLayer(of: $0) }
      let upstream = gradient(withRespectTo: layers.map(\.output))
      let squares = zip(layers, upstream).map { $0.squaredNorms($1) }
      let norms = squares.reduce(weights * 0, +).squareRoot()
      let factors = weights * (maximumNorm / norms.maximum(maximumNorm))
      let sums = zip(parameters, zip(layers, upstream)).map { parameter, pair in
        pair.0.sum(pair.1 * factors).reshaped(to: parameter.shape)
      }
      return ClippedGradient(sums: sums, norms: norms)
    } catch {
      graph.fail(error as? TensorError ?? .notDifferentiable("\(error)"))
      return ClippedGradient(sums: parameters, norms: weights)
    }
  }
}

/// Where a parameter meets the rows of a batch.
private struct RowLayer {
  /// What is multiplied by the parameter, `[rows, in]`; nil where it is only added or repeated.
  let input: Tensor?
  /// `[rows, out]`.
  let output: Tensor

  /// Of the part of the gradient that each row has, `[rows, 1]`.
  func squaredNorms(_ upstream: Tensor) -> Tensor {
    let squares = upstream.sumOfSquares(alongAxes: [1])
    return input.map { $0.sumOfSquares(alongAxes: [1]) * squares } ?? squares
  }

  /// Over all rows.
  func sum(_ upstream: Tensor) -> Tensor {
    input.map { upstream.product($0, true, false) } ?? upstream.sum(alongAxes: [0])
  }
}

extension Graph {
  /// - Throws: ``TensorError/notDifferentiable(_:)`` for a parameter that is read otherwise.
  fileprivate func rowLayer(of parameter: Tensor) throws -> RowLayer {
    let readers = nodes.filter { $0.inputs.contains(parameter.id) }
    guard readers.count == 1, let reader = readers.first, let first = reader.outputs.first else {
      throw TensorError.notDifferentiable("a parameter that is read \(readers.count) times")
    }
    let output = Tensor(graph: self, id: first)
    let inputs = reader.inputs.map { Tensor(graph: self, id: $0) }
    if let product = reader.operation as? Product {
      let isLayer =
        !product.transposesLeft && product.transposesRight && product.epilogue.isEmpty
        && inputs[1].id == parameter.id && inputs[0].shape.rank == 2
      if isLayer { return RowLayer(input: inputs[0], output: output) }
    }
    let isShift = (reader.operation as? Elementwise)?.function == .add
    if isShift || reader.operation is Expand, output.shape.rank == 2,
      parameter.shape == [output.length(ofAxis: 1)]
    {
      return RowLayer(input: nil, output: output)
    }
    throw TensorError.notDifferentiable("\(reader.operation.name), row by row,")
  }
}
