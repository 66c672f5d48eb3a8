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
        time: graph.input("time", [shape[0]]),
        words: graph.input("words", [shape[0], sizes.slotCount], .i32))
      return ["output": output]
    }
  }

  @Test func `sizes are read from the shapes of the weights`() {
    var expected = GridTransformerSizes(vocabularyCount: 7)
    (expected.slotCount, expected.width, expected.headCount, expected.blockCount) = (4, 16, 2, 2)
    (expected.fine, expected.middle, expected.coarse, expected.patchDepth) = (4, 8, 12, 4)
    #expect(sizes == expected)
  }

  @Test(arguments: [(NumericMode.f32, Float(1e-4)), (.bf16, 0.1)])
  func `a film with given frames is seen as PyTorch sees it`(
    mode: NumericMode, tolerance: Float
  ) throws {
    let film = try cases.array("film.film")
    let found = try program(film.shape, mode: mode).outputs([
      "film": film, "given": cases.array("film.given"), "mask": cases.array("film.mask"),
      "time": cases.array("film.time"), "words": words("film.words"),
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
      "time": cases.array("still.time"), "words": words("still.words"),
    ])
    let expected = try cases.array("still.output").floats
    #expect(largestDifference(found["output"]?.floats ?? [], expected) < 1e-4)
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
