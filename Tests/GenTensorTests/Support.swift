import Testing

@testable import GenTensor

/// Small repeatable numbers for tests (SplitMix64).
struct TestNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  mutating func float(in range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * Float(next() >> 40) / 0x1p24
  }
}

/// An array of numbers uniform in `range`.
func numbers(
  _ shape: Shape, seed: UInt64 = 1, in range: ClosedRange<Float> = -1...1
) throws -> NDArray {
  var source = TestNumbers(seed: seed &* 7919 &+ UInt64(shape.elementCount))
  return try NDArray((0..<shape.elementCount).map { _ in source.float(in: range) }, shape: shape)
}

/// What `body` computes from the arrays.
func evaluate(
  _ arrays: [NDArray], mode: NumericMode = .f32, _ body: (Graph, [Tensor]) throws -> Tensor
) throws -> NDArray {
  let program = try Program(mode: mode) { graph in try body(graph, inputs(graph, arrays)) }
  return try program.outputs(named(arrays))["output"] ?? NDArray(zeros: [0])
}

func inputs(_ graph: Graph, _ arrays: [NDArray]) -> [Tensor] {
  arrays.enumerated().map { graph.input("x\($0)", $1.shape, $1.elementType) }
}

func named(_ arrays: [NDArray]) -> [String: NDArray] {
  Dictionary(uniqueKeysWithValues: arrays.enumerated().map { ("x\($0)", $1) })
}

/// Compares element by element; `tolerance` counts both absolutely and relative to the number.
func expectClose(
  _ found: [Float], _ expected: [Float], tolerance: Float = 1e-5, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard found.count == expected.count else {
    Issue.record(
      "\(what): \(found.count) numbers, not \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  for index in found.indices {
    let difference = abs(found[index] - expected[index])
    guard difference <= tolerance * max(1, abs(expected[index])) else {
      Issue.record(
        "\(what): element \(index) is \(found[index]), not \(expected[index])",
        sourceLocation: sourceLocation)
      return
    }
  }
}

/// Checks the gradients of a random weighted sum of what `body` computes, with respect to the first
/// `count` arrays, against central differences.
func expectGradients(
  _ arrays: [NDArray], of count: Int? = nil, step: Float = 1e-2, tolerance: Float = 1e-2,
  sourceLocation: SourceLocation = #_sourceLocation, _ body: (Graph, [Tensor]) throws -> Tensor
) throws {
  let forward = try Program { graph in try body(graph, inputs(graph, arrays)) }
  let weights = try numbers(forward.outputShapes[0], seed: 99)
  let count = count ?? arrays.count
  let backward = try Program(WeightSource()) { graph in
    let tensors = inputs(graph, arrays)
    let loss = (try body(graph, tensors) * graph.constant(weights)).sum()
    let gradients = loss.gradient(withRespectTo: Array(tensors[..<count]))
    let names = (0..<4).map { "g\($0)" }
    switch gradients.count {
    case 1: return [names[0]: gradients[0]]
    case 2: return [names[0]: gradients[0], names[1]: gradients[1]]
    case 3: return [names[0]: gradients[0], names[1]: gradients[1], names[2]: gradients[2]]
    default:
      return [
        names[0]: gradients[0], names[1]: gradients[1], names[2]: gradients[2],
        names[3]: gradients[3],
      ]
    }
  }
  let gradients = try backward.outputs(named(arrays))
  let factors = weights.floats.map(Double.init)
  func loss(_ arrays: [NDArray]) throws -> Double {
    let values = try forward.outputs(named(arrays))["output"]?.floats ?? []
    return zip(values, factors).reduce(0) { $0 + Double($1.0) * $1.1 }
  }
  for index in 0..<count {
    var expected: [Float] = []
    let values = arrays[index].floats
    for place in values.indices {
      var moved = arrays
      var changed = values
      changed[place] = values[place] + step
      moved[index] = try NDArray(changed, shape: arrays[index].shape)
      let above = try loss(moved)
      changed[place] = values[place] - step
      moved[index] = try NDArray(changed, shape: arrays[index].shape)
      expected.append(Float((above - (try loss(moved))) / Double(2 * step)))
    }
    expectClose(
      gradients["g\(index)"]?.floats ?? [], expected, tolerance: tolerance, "gradient \(index)",
      sourceLocation: sourceLocation)
  }
}

/// Calls `body` for every value of a seed.
func withEvery(_ seeds: Range<UInt64>, _ body: (UInt64) throws -> Void) rethrows {
  for seed in seeds { try body(seed) }
}
