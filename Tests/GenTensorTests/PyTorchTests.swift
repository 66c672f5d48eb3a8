import Foundation
import Testing

@testable import GenTensor

/// Operations against the numbers of `scripts/reference/tensor_fixture.py`.
@Suite struct PyTorchTests {
  struct Numbers: Decodable {
    let shape: [Int]
    let values: [Float]

    var array: NDArray { get throws { try NDArray(values, shape: Shape(shape)) } }
  }

  struct Case: Decodable {
    let inputs: [Numbers]
    let output: Numbers
    let factors: Numbers
    let gradients: [Numbers]
  }

  private struct Fixture: Decodable {
    let cases: [String: Case]
  }

  private static let fixture: [String: Case] = {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/operations.json")
    let data = (try? Data(contentsOf: path)) ?? Data()
    return (try? JSONDecoder().decode(Fixture.self, from: data))?.cases ?? [:]
  }()

  private static let mask: [UInt8] = [1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0]
  private static let classes = NDArray([3, 0, 4, 4] as [Int32])

  typealias Body = @Sendable (Graph, [Tensor]) throws -> Tensor

  static let bodies: [String: Body] = [
    "linear": { $1[0].linear($1[1], $1[2]) },
    "product": { $1[0].matmul($1[1]) },
    "convolution": {
      $1[0].convolved(with: $1[1], bias: $1[2], stride: 2, padding: .symmetric(1))
    },
    "grouped convolution": {
      $1[0].convolved(with: $1[1], padding: .symmetric(2), dilation: 2, groupCount: 2)
    },
    "convolution along one axis": { $1[0].convolved(with: $1[1]) },
    "convolution along three axes": { $1[0].convolved(with: $1[1]) },
    "transposed convolution": {
      $1[0].transposeConvolved(
        with: $1[1], bias: $1[2], stride: 2, padding: .symmetric(1), outputPadding: 1)
    },
    "layer norm": { $1[0].layerNormalized(weight: $1[1], bias: $1[2]) },
    "group norm": {
      $1[0].groupNormalized(groupCount: 3, weight: $1[1], bias: $1[2], activation: .silu)
    },
    "rms norm": { $1[0].rmsNormalized(weight: $1[1]) },
    "modulated rms norm": {
      $1[0].rmsNormalized(scale: $1[1], shift: $1[2], activation: .silu)
    },
    "attention": { attention($1[0], $1[1], $1[2]) },
    "causal attention": { attention($1[0], $1[1], $1[2], isCausal: true) },
    "masked attention": {
      attention($1[0], $1[1], $1[2], mask: $0.constant(try NDArray(mask, shape: [2, 7])))
    },
    "softmax": { $1[0].softmax(scale: 0.7) },
    "cross entropy": { $1[0].crossEntropy(targets: $0.constant(classes)) },
    "silu": { $1[0].silu() },
    "gelu": { $1[0].gelu() },
    "exact gelu": { $1[0].exactGelu() },
    "mish": { $1[0].mish() },
    "softplus": { $1[0].softplus() },
    "leaky relu": { $1[0].leakyRelu(slope: 0.2) },
    "prelu": { $1[0].parametricRelu(slopes: $1[1]) },
    "pixel shuffle": { $1[0].pixelShuffled(by: 2) },
    "resize": { $1[0].resized(height: 7, width: 9) },
    "resize by corners": { $1[0].resized(height: 7, width: 9, aligningCorners: true) },
    "average pool": { $1[0].averagePooled2() },
    "gather": { $1[0].gathered(at: $0.constant(classes)) },
  ]

  @Test(arguments: bodies.keys.sorted())
  func `an operation and its gradients equal PyTorch's`(_ name: String) throws {
    let (test, body) = (
      try #require(PyTorchTests.fixture[name]), try #require(PyTorchTests.bodies[name])
    )
    let arrays = try test.inputs.map { try $0.array }
    let found = try evaluate(arrays) { try body($0, $1) }
    #expect(found.shape.dimensions == test.output.shape)
    expectClose(found.floats, test.output.values, tolerance: 1e-5, name)
    let factors = try test.factors.array
    for (index, expected) in test.gradients.enumerated() {
      let gradient = try evaluate(arrays) { graph, x in
        (try body(graph, x) * graph.constant(factors)).sum().gradient(withRespectTo: [x[index]])[0]
      }
      expectClose(gradient.floats, expected.values, tolerance: 2e-5, "\(name), gradient \(index)")
    }
  }

  @Test func `every case of the fixture is tested`() {
    #expect(Set(PyTorchTests.fixture.keys) == Set(PyTorchTests.bodies.keys).union(["adamw"]))
  }

  @Test func `AdamW with clipping moves weights as PyTorch's does`() throws {
    let test = try #require(PyTorchTests.fixture["adamw"])
    var optimizer = AdamW()
    (optimizer.beta2, optimizer.decay, optimizer.maximumNorm) = (0.98, 0.1, 1)
    let start = try test.inputs[0].array
    let program = try Program(WeightSource(["w": start], isTrainable: true)) { graph in
      // The loss whose gradient is whatever is given.
      let loss = (try graph.weight("w", start.shape) * graph.input("gradient", start.shape)).sum()
      let norm = try graph.minimize(
        loss, rate: graph.input("rate", []), step: graph.input("step", [], .i64), with: optimizer)
      return ["norm": norm]
    }
    for (index, gradient) in test.inputs.dropFirst().enumerated() {
      _ = try program.outputs([
        "gradient": try gradient.array, "rate": NDArray(scalar: Float(0.05)),
        "step": NDArray(scalar: Int64(index + 1)),
      ])
    }
    expectClose(try program.states()["w"]?.floats ?? [], test.output.values)
  }
}
