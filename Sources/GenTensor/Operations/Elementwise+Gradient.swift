import CGenKernels

extension Elementwise {
  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    let upstream = try call.upstream()
    let slopes: [Tensor?]
    switch operandCount {
    case 0: return []
    case 1: slopes = [try unaryGradient(call.inputs[0], call.outputs[0], upstream)]
    case 2:
      slopes = try binaryGradient(call.inputs[0], call.inputs[1], call.outputs[0], upstream)
    default:
      slopes = try ternaryGradient(call.inputs[0], call.inputs[1], call.inputs[2], upstream)
    }
    return zip(slopes, call.inputs).map { $0?.summed(to: $1.shape) }
  }

  private func unaryGradient(_ x: Tensor, _ y: Tensor, _ g: Tensor) throws -> Tensor? {
    switch function {
    case .copy, .addConstant: return g
    case .negate: return -g
    case .exp: return g * y
    case .log: return g / x
    case .sqrt: return g * 0.5 / y
    case .rsqrt: return g * -0.5 * (y.squared() * y)
    case .reciprocal: return -g * y.squared()
    case .sin: return g * x.cos()
    case .cos: return -g * x.sin()
    case .tanh: return g.graph.apply(Elementwise(.tanhGradient), y, g)
    case .sigmoid: return g.graph.apply(Elementwise(.sigmoidGradient), y, g)
    case .silu: return g.graph.apply(Elementwise(.siluGradient), x, g)
    case .geluTanh: return g.graph.apply(Elementwise(.geluTanhGradient), x, g)
    case .geluErf: return g.graph.apply(Elementwise(.geluErfGradient), x, g)
    case .relu: return g.graph.apply(Elementwise(.reluGradient), x, g)
    case .leakyRelu: return g.graph.apply(Elementwise(.leakyReluGradient, immediate), x, g)
    case .abs: return g * x.sign()
    case .square: return g * x * 2
    case .erf: return g * (-x.squared()).exp() * 1.128_379_2
    case .softplus: return g * x.sigmoid()
    case .mish:
      let bend = x.softplus().tanh()
      return g * (bend + x * x.sigmoid() * (1 - bend.squared()))
    case .multiplyConstant: return g * immediate
    case .powerConstant: return g * x.raised(to: immediate - 1) * immediate
    case .maximumConstant: return g * x.isGreater(than: immediate)
    case .minimumConstant: return g * x.isLess(than: immediate)
    case .floor, .ceil, .round, .sign, .not: return nil
    default: throw TensorError.notDifferentiable(name)
    }
  }

  private func binaryGradient(
    _ a: Tensor, _ b: Tensor, _ y: Tensor, _ g: Tensor
  ) throws -> [Tensor?] {
    switch function {
    case .add: return [g, g]
    case .subtract: return [g, -g]
    case .multiply: return [g * b, g * a]
    case .divide: return [g / b, -g * y / b]
    case .maximum: return [g * a.isAtLeast(b), g * a.isLess(than: b)]
    case .minimum: return [g * b.isAtLeast(a), g * b.isLess(than: a)]
    case .power: return [g * b * a.raised(to: b - 1), g * y * a.log()]
    case .pRelu: return [a.isGreater(than: 0).selecting(g, otherwise: g * b), g * a.minimum(0)]
    case .reluGradient, .leakyReluGradient:
      return [nil, g.graph.apply(Elementwise(function, immediate), a, g)]
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: return [nil, nil]
    default: throw TensorError.notDifferentiable(name)
    }
  }

  private func ternaryGradient(
    _ a: Tensor, _ b: Tensor, _ c: Tensor, _ g: Tensor
  ) throws -> [Tensor?] {
    switch function {
    case .select:
      let zero = g * 0
      return [nil, a.selecting(g, otherwise: zero), a.selecting(zero, otherwise: g)]
    case .multiplyAdd: return [g * b, g * a, g]
    default: throw TensorError.notDifferentiable(name)
    }
  }
}

extension Tensor {
  /// The sum over the axes along which `target` would be repeated to give this shape.
  func summed(to target: Shape) -> Tensor {
    guard shape != target else { return self }
    let missing = shape.rank - target.rank
    let axes = shape.indices.filter {
      $0 < missing || (target[$0 - missing] == 1 && shape[$0] != 1)
    }
    let sum = axes.isEmpty ? self : sum(alongAxes: axes)
    return sum.shape == target ? sum : sum.reshaped(to: target)
  }
}
