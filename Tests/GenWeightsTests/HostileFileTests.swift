import Foundation
import GenTensor
import Testing

@testable import GenWeights

/// Files changed at random: each is an error, or every tensor in it can be read to its last byte.
@Suite struct HostileFileTests {
  /// Seeds that once did harm; kept.
  static let keptSeeds: [Int] = []
  static var seeds: [Int] { keptSeeds + Array(0..<1500) }

  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test func `no safetensors file reads outside its bytes or stops the process`() throws {
    let path = "\(scratch.path)/good.safetensors"
    try SafetensorsFile.write(
      ["a": NDArray([Float(1), 2]), "b": NDArray([UInt8(1)]), "c": NDArray(zeros: [2, 0])],
      metadata: ["x": "é"], to: path)
    let good = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    var refusedCount = 0
    for seed in Self.seeds {
      let bytes = mutated(good, seed: seed)
      let hostile = try scratch.write(bytes, as: "hostile.safetensors")
      do {
        let weights = try Weights(path: hostile)
        for name in weights.names {
          let record = try weights.record(name)
          #expect(record.range.upperBound <= bytes.count, "seed \(seed)")
          #expect(record.floats().count == record.elementCount, "seed \(seed)")
        }
      } catch let error as WeightsError {
        #expect(error.file == hostile, "seed \(seed)")
        refusedCount += 1
      }
    }
    #expect(refusedCount > Self.seeds.count / 2)
  }

  @Test func `no ncnn file reads outside its bytes or stops the process`() throws {
    var refusedCount = 0
    for seed in Self.seeds {
      let graph =
        seed.isMultiple(of: 3)
        ? Array(NcnnTests.graph.utf8) : mutated(Array(NcnnTests.graph.utf8), seed: seed)
      let blob = seed.isMultiple(of: 3) ? mutated(NcnnTests.blob, seed: seed) : NcnnTests.blob
      do {
        let network = try NcnnNetwork(
          graphPath: scratch.write(graph, as: "net.param"),
          blobPath: scratch.write(blob, as: "net.bin"))
        for layer in network.graph.layers {
          for array in network.arrays(of: layer) {
            #expect(array.floats.count == array.shape.elementCount, "seed \(seed)")
          }
        }
      } catch is WeightsError {
        refusedCount += 1
      }
    }
    #expect(refusedCount > Self.seeds.count / 4)
  }
}
