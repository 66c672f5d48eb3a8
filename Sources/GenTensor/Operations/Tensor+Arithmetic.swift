import CGenKernels

extension Tensor {
  public static func + (left: Tensor, right: Tensor) -> Tensor { left.with(.add, right) }
  public static func - (left: Tensor, right: Tensor) -> Tensor { left.with(.subtract, right) }
  public static func * (left: Tensor, right: Tensor) -> Tensor { left.with(.multiply, right) }
  public static func / (left: Tensor, right: Tensor) -> Tensor { left.with(.divide, right) }

  public static func + (left: Tensor, right: Float) -> Tensor { left.with(.addConstant, right) }
  public static func + (left: Float, right: Tensor) -> Tensor { right + left }
  public static func - (left: Tensor, right: Float) -> Tensor { left + -right }
  public static func - (left: Float, right: Tensor) -> Tensor { -right + left }
  public static func * (left: Tensor, right: Float) -> Tensor {
    left.with(.multiplyConstant, right)
  }
  public static func * (left: Float, right: Tensor) -> Tensor { right * left }
  public static func / (left: Tensor, right: Float) -> Tensor { left * (1 / right) }
  public static func / (left: Float, right: Tensor) -> Tensor { right.reciprocal() * left }
  public static prefix func - (operand: Tensor) -> Tensor { operand * -1 }

  public func exp() -> Tensor { with(.exp) }
  /// The natural logarithm.
  public func log() -> Tensor { with(.log) }
  public func squareRoot() -> Tensor { with(.sqrt) }
  public func reciprocalSquareRoot() -> Tensor { with(.rsqrt) }
  public func reciprocal() -> Tensor { with(.reciprocal) }
  public func squared() -> Tensor { with(.square) }
  public func raised(to power: Float) -> Tensor { with(.powerConstant, power) }
  public func raised(to power: Tensor) -> Tensor { with(.power, power) }
  public func absolute() -> Tensor { with(.abs) }
  /// -1, 0 or 1.
  public func sign() -> Tensor { with(.sign) }
  /// Sine of radians.
  public func sin() -> Tensor { with(.sin) }
  /// Cosine of radians.
  public func cos() -> Tensor { with(.cos) }
  public func errorFunction() -> Tensor { with(.erf) }
  public func roundedDown() -> Tensor { with(.floor) }
  public func roundedUp() -> Tensor { with(.ceil) }
  /// Half to even.
  public func rounded() -> Tensor { with(.round) }

  public func tanh() -> Tensor { with(.tanh) }
  public func sigmoid() -> Tensor { with(.sigmoid) }
  /// `x * sigmoid(x)`.
  public func silu() -> Tensor { with(.silu) }
  /// Gaussian error linear unit by its tanh approximation.
  public func gelu() -> Tensor { with(.geluTanh) }
  /// Gaussian error linear unit by the error function.
  public func exactGelu() -> Tensor { with(.geluErf) }
  public func relu() -> Tensor { with(.relu) }
  public func leakyRelu(slope: Float) -> Tensor { with(.leakyRelu, slope) }
  /// Itself where positive, otherwise times the slope of its channel (the last axis).
  public func parametricRelu(slopes: Tensor) -> Tensor { with(.pRelu, slopes) }
  /// `log(1 + exp(x))`.
  public func softplus() -> Tensor { with(.softplus) }
  public func mish() -> Tensor { with(.mish) }

  public func maximum(_ other: Tensor) -> Tensor { with(.maximum, other) }
  public func maximum(_ other: Float) -> Tensor { with(.maximumConstant, other) }
  public func minimum(_ other: Tensor) -> Tensor { with(.minimum, other) }
  public func minimum(_ other: Float) -> Tensor { with(.minimumConstant, other) }
  public func clamped(to range: ClosedRange<Float>) -> Tensor {
    maximum(range.lowerBound).minimum(range.upperBound)
  }

  /// 1 where it holds, otherwise 0.
  public func isEqual(to other: Tensor) -> Tensor { with(.equal, other) }
  public func isLess(than other: Tensor) -> Tensor { with(.less, other) }
  public func isLess(than other: Float) -> Tensor { isLess(than: graph.filled(other, [])) }
  public func isGreater(than other: Tensor) -> Tensor { with(.greater, other) }
  public func isGreater(than other: Float) -> Tensor { isGreater(than: graph.filled(other, [])) }
  public func isAtLeast(_ other: Tensor) -> Tensor { with(.greaterEqual, other) }

  /// `chosen` where this is not 0, otherwise `otherwise`.
  public func selecting(_ chosen: Tensor, otherwise: Tensor) -> Tensor {
    graph.apply(Elementwise(.select), self, chosen, otherwise)
  }

  private func with(_ function: CGenOp, _ immediate: Float = 0) -> Tensor {
    graph.apply(Elementwise(function, immediate), self)
  }

  private func with(_ function: CGenOp, _ other: Tensor) -> Tensor {
    graph.apply(Elementwise(function), self, other)
  }
}

extension CGenOp {
  var operandCount: Int {
    switch self {
    case .constant: 0
    case .addConstant, .multiplyConstant, .powerConstant, .maximumConstant, .minimumConstant,
      .leakyRelu:
      1
    default: rawValue < 64 ? 1 : rawValue < 128 ? 2 : 3
    }
  }

  /// The name shown in a printed program.
  var name: String {
    CGenOp.names[rawValue] ?? "function \(rawValue)"
  }

  private static let names: [Int32: String] = Dictionary(
    uniqueKeysWithValues: [
      (CGenOp.copy, "copy"), (.negate, "negate"), (.exp, "exp"), (.log, "log"), (.sqrt, "sqrt"),
      (.rsqrt, "rsqrt"), (.reciprocal, "reciprocal"), (.sin, "sin"), (.cos, "cos"),
      (.tanh, "tanh"), (.sigmoid, "sigmoid"), (.silu, "silu"), (.geluTanh, "gelu"),
      (.geluErf, "exact gelu"), (.relu, "relu"), (.abs, "abs"), (.square, "square"),
      (.erf, "erf"), (.floor, "floor"), (.ceil, "ceil"), (.round, "round"), (.sign, "sign"),
      (.softplus, "softplus"), (.mish, "mish"), (.not, "not"), (.add, "add"),
      (.subtract, "subtract"), (.multiply, "multiply"), (.divide, "divide"),
      (.maximum, "maximum"), (.minimum, "minimum"), (.power, "power"), (.equal, "equal"),
      (.notEqual, "not equal"), (.less, "less"), (.lessEqual, "at most"), (.greater, "greater"),
      (.greaterEqual, "at least"), (.reluGradient, "relu gradient"),
      (.siluGradient, "silu gradient"), (.geluTanhGradient, "gelu gradient"),
      (.geluErfGradient, "exact gelu gradient"), (.tanhGradient, "tanh gradient"),
      (.sigmoidGradient, "sigmoid gradient"), (.leakyReluGradient, "leaky relu gradient"),
      (.pRelu, "prelu"), (.select, "select"), (.multiplyAdd, "multiply-add"),
      (.clamp, "clamp"), (.addConstant, "shift"), (.multiplyConstant, "scale"),
      (.powerConstant, "power"), (.maximumConstant, "maximum"), (.minimumConstant, "minimum"),
      (.leakyRelu, "leaky relu"), (.constant, "constant"),
    ].map { ($0.0.rawValue, $0.1) })
}
