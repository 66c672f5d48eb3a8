import Foundation
import GenTensor
import GenWeights
import Testing

@testable import GenModels

/// The tiny network of `scripts/reference/matinee_fixture.py`, in float32.
@Suite struct GridTransformerTests {
  let network: Weights
  let cases: Weights
  let sizes: GridTransformerSizes

  init() throws {
    network = try Fixture.weights("matinee-tiny.safetensors")
    cases = try Fixture.weights("matinee-tiny-cases.safetensors")
    sizes = try GridTransformerSizes(network)
  }

  private func words(_ name: String) throws -> NDArray {
    let record = try cases.record(name)
    return try NDArray(record.floats().map { Int32($0) }, shape: Shape(record.shape))
  }

  private func program(
    _ shape: Shape, mode: NumericMode = .f32, weights: WeightSource? = nil
  ) throws -> Program {
    try Program(weights ?? WeightSource(network.arrays()), mode: mode) { graph in
      let output = try GridTransformer(WeightScope(graph), sizes)(
        graph.input("film", shape), given: graph.input("given", shape),
        mask: graph.input("mask", Shape(shape.dropLast() + [1])),
        staged: graph.input("staged", Shape(shape.dropLast() + [5])),
        time: graph.input("time", [shape[0]]),
        words: graph.input("words", [shape[0], sizes.slotCount], .i32))
      return ["output": output]
    }
  }

  @Test func `sizes are read from the shapes of the weights`() {
    var expected = GridTransformerSizes(vocabularyCount: 7)
    (expected.slotCount, expected.width, expected.headCount, expected.blockCount) = (4, 16, 2, 2)
    (expected.fine, expected.middle, expected.coarse, expected.patchDepth) = (4, 8, 12, 4)
    expected.sketchSide = 8
    #expect(sizes == expected)
  }

  @Test(arguments: [(NumericMode.f32, Float(1e-4)), (.bf16, 0.1)])
  func `a film with given frames is seen as PyTorch sees it`(
    mode: NumericMode, tolerance: Float
  ) throws {
    let film = try cases.array("film.film")
    let found = try program(film.shape, mode: mode).outputs([
      "film": film, "given": cases.array("film.given"), "mask": cases.array("film.mask"),
      "staged": cases.array("film.staged"), "time": cases.array("film.time"),
      "words": words("film.words"),
    ])
    let expected = try cases.array("film.output").floats
    let scale = expected.map(abs).max() ?? 1
    #expect(largestDifference(found["output"]?.floats ?? [], expected) < tolerance * scale)
  }

  @Test func `stills with and without words are seen as PyTorch sees them`() throws {
    let film = try cases.array("still.film")
    let found = try program(film.shape).outputs([
      "film": film, "given": NDArray(zeros: film.shape),
      "mask": NDArray(zeros: Shape(film.shape.dropLast() + [1])),
      "staged": NDArray(zeros: Shape(film.shape.dropLast() + [5])),
      "time": cases.array("still.time"), "words": words("still.words"),
    ])
    let expected = try cases.array("still.output").floats
    #expect(largestDifference(found["output"]?.floats ?? [], expected) < 1e-4)
  }

  @Test(
    arguments: [
      ([1, 4, 16, 16, 3], [1, 5]), ([1, 4, 16, 16, 3], [2, 4]), ([1, 4, 16, 16, 4], [1, 4]),
      ([1, 6, 16, 16, 3], [1, 4]), ([1, 4, 12, 16, 3], [1, 4]), ([4, 16, 16, 3], [4, 4]),
      ([], []), ([1, 0, 16, 16, 3], [1, 4]),
    ])
  func `inputs of other shapes are errors, not traps`(film: [Int], words: [Int]) throws {
    let arrays = try network.arrays()
    #expect(throws: TensorError.self) {
      try Program(WeightSource(arrays)) { graph in
        let output = try GridTransformer(WeightScope(graph), sizes)(
          graph.input("film", Shape(film)), given: graph.input("given", Shape(film)),
          mask: graph.input("mask", Shape(film.dropLast() + [1])),
          staged: graph.input("staged", Shape(film.dropLast() + [5])),
          time: graph.input("time", [1]), words: graph.input("words", Shape(words), .i32))
        return ["output": output]
      }
    }
  }

  @Test func `some patches of a film stand at their own moments`() throws {
    let film = try NDArray(normal: [1, 8, 16, 16, 3], seed: 4)
    func output(moments: [Int32]?) throws -> [Float] {
      let program = try Program(WeightSource(network.arrays())) { graph in
        let places = moments.map { graph.input("moments", [$0.count], .i32) }
        let output = try GridTransformer(WeightScope(graph), sizes)(
          graph.input("film", film.shape), given: graph.input("given", film.shape),
          mask: graph.input("mask", [1, 8, 16, 16, 1]),
          staged: graph.input("staged", [1, 8, 16, 16, 5]), time: graph.input("time", [1]),
          words: graph.input("words", [1, sizes.slotCount], .i32),
          moments: places.map { .some(places: $0, count: 6) } ?? .following(first: 0))
        return ["output": output]
      }
      let given = moments.map { ["moments": NDArray($0)] } ?? [:]
      let inputs = [
        "film": film, "given": NDArray(zeros: film.shape), "time": NDArray([Float(0.5)]),
        "mask": NDArray(zeros: [1, 8, 16, 16, 1]), "staged": NDArray(zeros: [1, 8, 16, 16, 5]),
        "words": NDArray(zeros: [1, 4], .i32),
      ].merging(given) { $1 }
      return try program.outputs(inputs)["output"]?.floats ?? []
    }
    let plain = try output(moments: nil)
    #expect(largestDifference(try output(moments: [0, 1]), plain) == 0)
    #expect(largestDifference(try output(moments: [0, 3]), plain) > 1e-3)
  }

  @Test func `the loss and its gradients are those of PyTorch`() throws {
    let shape = try cases.array("film.film").shape
    let names = cases.names.filter { $0.hasPrefix("gradient.") }.map { String($0.dropFirst(9)) }
    #expect(names.count == 15)
    let program = try Program(WeightSource(network.arrays(), isTrainable: true)) { graph in
      let weights = WeightScope(graph)
      let time = graph.input("time", [1])
      let output = try GridTransformer(weights, sizes)(
        graph.input("film", shape), given: graph.input("given", shape),
        mask: graph.input("mask", Shape(shape.dropLast() + [1])),
        staged: graph.input("staged", Shape(shape.dropLast() + [5])), time: time,
        words: graph.input("words", [1, sizes.slotCount], .i32))
      let error = output - graph.input("clean", shape)
      let loss = (error / (1 - time).maximum(0.05).reshaped(to: [1, 1, 1, 1, 1])).squared().mean()
      let parameters = try names.map { name in
        try weights.weight(name, Shape(cases.record("gradient.\(name)").shape))
      }
      let gradients = loss.reshaped(to: []).gradient(withRespectTo: parameters)
      return [
        "loss": loss,
        "gradients": graph.concatenated(
          gradients.map { $0.reshaped(to: [-1]) }, alongAxis: 0),
      ]
    }
    let found = try program.outputs([
      "film": cases.array("film.film"), "given": cases.array("film.given"),
      "mask": cases.array("film.mask"), "staged": cases.array("film.staged"),
      "time": cases.array("film.time"),
      "words": words("film.words"), "clean": cases.array("film.clean"),
    ])
    let loss = try cases.array("film.loss").floats[0]
    #expect(abs((found["loss"]?.floats[0] ?? 0) - loss) < 1e-5 * loss)
    var rest = (found["gradients"]?.floats ?? [])[...]
    for name in names {
      let expected = try cases.array("gradient.\(name)").floats
      let scale = expected.map(abs).max() ?? 1
      let difference = largestDifference(Array(rest.prefix(expected.count)), expected)
      #expect(difference < 2e-4 * scale, "\(name): \(difference) of \(scale)")
      rest = rest.dropFirst(expected.count)
    }
  }

  @Test(arguments: ["wide", "tall"]) func `matrices are orthogonalised as PyTorch does it`(
    name: String
  ) throws {
    let matrix = try cases.array("muon.\(name)")
    let program = try Program { graph in graph.input("x", matrix.shape).orthogonalized() }
    let found = try program(x: matrix).floats
    #expect(largestDifference(found, try cases.array("muon.\(name).orthogonal").floats) < 1e-4)
  }

  @Test
  func `muon moves a matrix by its orthogonalised momentum and leaves other weights to adamw`()
    throws
  {
    let start = try NDArray([0.5, -1, 2, 0.25, 3, -0.75] as [Float], shape: [2, 3])
    let slope = try NDArray([1, 0.5, -2, 0.75, -1, 0.125] as [Float], shape: [2, 3])
    var adam = AdamW()
    (adam.maximumNorm, adam.averageDecay) = (nil, 0.75)
    let weights = ["matrix": start, "other": start]
    let program = try Program(WeightSource(weights, isTrainable: true)) { graph in
      let matrix = try graph.weight("matrix", [2, 3])
      let loss = ((matrix + (try graph.weight("other", [2, 3]))) * graph.constant(slope)).sum()
      try graph.minimize(
        loss.reshaped(to: []), rate: graph.input("rate", []),
        step: graph.input("step", [], .i64), with: adam, muon: Muon { name, _ in name == "matrix" })
      return ["loss": loss]
    }
    let turn = try Program { $0.input("x", [2, 3]).orthogonalized() }
    var (weight, average) = (start.floats, start.floats)
    var momentum = [Float](repeating: 0, count: 6)
    for step in 1...3 {
      _ = try program.outputs([
        "rate": NDArray(scalar: Float(0.1)), "step": NDArray(scalar: Int64(step)),
      ])
      momentum = zip(momentum, slope.floats).map { 0.95 * $0 + 0.05 * $1 }
      let ahead = zip(momentum, slope.floats).map { 0.95 * $0 + 0.05 * $1 }
      let direction = try turn(x: NDArray(ahead, shape: [2, 3])).floats
      weight = zip(weight, direction).map {
        $0 - 0.1 * (0.01 * $0 + 0.2 * Float(3).squareRoot() * $1)
      }
      average = zip(average, weight).map { 0.75 * $0 + 0.25 * $1 }
    }
    let states = try program.states()
    #expect(largestDifference(states["matrix"]?.floats ?? [], weight) < 1e-5)
    #expect(largestDifference(states["matrix.average"]?.floats ?? [], average) < 1e-5)
    #expect(states["matrix.v"] == nil && states["other.v"] != nil)
  }

  @Test func `a missing weight and one of another shape are named`() throws {
    var arrays = try network.arrays()
    arrays["blocks.1.narrow.bias"] = nil
    #expect(throws: TensorError.missingWeight("blocks.1.narrow.bias")) {
      try program([1, 4, 16, 16, 3], weights: WeightSource(arrays))
    }
    arrays["blocks.1.narrow.bias"] = NDArray(zeros: [3])
    #expect(throws: TensorError.self) {
      try program([1, 4, 16, 16, 3], weights: WeightSource(arrays))
    }
  }
}
