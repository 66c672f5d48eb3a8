import Foundation
import GenTensor
import GenWeights
import Testing

@testable import GenModels

@Suite struct MixedWeightsTests {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("gen-mix-\(UUID().uuidString)").path

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func file(_ name: String, _ arrays: [String: NDArray]) throws -> Weights {
    let path = "\(folder)/\(name).safetensors"
    try SafetensorsFile.write(arrays, metadata: [:], to: path)
    return try Weights(path: path)
  }

  private func array(_ numbers: [Float], _ shape: [Int]) throws -> NDArray {
    try NDArray(numbers, shape: Shape(shape))
  }

  @Test func `a mixture lies between its models, by their shares`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = try file("first", ["a": array([0, 4], [2])])
    let second = try file("second", ["a": array([8, -4], [2])])
    let mixed = try MixedWeights(models: [(first, 0.75), (second, 0.25)])
    #expect(mixed.arrays["a"]?.floats == [2, 2])
    #expect(try MixedWeights(models: [(second, 1)]).arrays["a"]?.floats == [8, -4])
  }

  @Test func `an addition is a product of two thin matrices, as strong as it is said`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let model = try file("model", ["look.weight": array([Float](repeating: 1, count: 6), [2, 3])])
    let thin = [
      "look.lora_A.weight": try array([1, 2, 3], [1, 3]),
      "look.lora_B.weight": try array([10, -10], [2, 1]),
    ]
    let plain = try file("plain", thin)
    let mixed = try MixedWeights(models: [(model, 1)], additions: [(plain, 0.5)])
    #expect(mixed.arrays["look.weight"]?.floats == [6, 11, 16, -4, -9, -14])
    let scaled = try file("scaled", thin.merging(["look.alpha": array([0.2], [1])]) { $1 })
    let weak = try MixedWeights(models: [(model, 1)], additions: [(scaled, 0.5)])
    let found = try #require(weak.arrays["look.weight"]).floats
    #expect(largestDifference(found, [2, 3, 4, 0, -1, -2]) < 1e-5)
  }

  @Test func `what does not fit is refused by name`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let model = try file("model", ["look.weight": array([1, 2], [1, 2])])
    let other = try file("other", ["look.weight": array([1, 2, 3], [1, 3])])
    #expect(throws: WeightsError.self) { try MixedWeights(models: [(model, 0.5), (other, 0.5)]) }
    #expect(throws: MatineeError.noModel) { try MixedWeights(models: []) }
    #expect(throws: MatineeError.self) {
      try MixedWeights(models: [(model, 1)], additions: [(other, 1)])
    }
    let stray = try file(
      "stray",
      ["no.lora_A.weight": array([1], [1, 1]), "no.lora_B.weight": array([1], [1, 1])])
    #expect(throws: MatineeError.self) {
      try MixedWeights(models: [(model, 1)], additions: [(stray, 1)])
    }
  }
}
