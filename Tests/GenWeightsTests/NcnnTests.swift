import Foundation
import GenTensor
import Testing

@testable import GenWeights

@Suite struct NcnnTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  static let graph = """
    7767517
    4 5
    Input            in    0 1 data 0=3
    Split            split 1 2 data left right
    Convolution      conv  1 1 left mid 0=2 1=3 4=1 5=1 6=54 9=2 -23310=1,2.000000e-01
    PReLU            act   1 1 mid out 0=2
    """

  /// 54 numbers in half precision, two shifts, two slopes.
  static var blob: [UInt8] {
    let tag: [UInt8] = [0x47, 0x6b, 0x30, 0x01]
    let kernel: [UInt8] = (0..<54).flatMap { [$0, 0x3c] as [UInt8] }
    return tag + kernel + bytes(of: [1, 2, 0.25, -4])
  }

  private static func bytes(of numbers: [Float]) -> [UInt8] {
    numbers.withUnsafeBytes { Array($0) }
  }

  private func network(_ graph: String, _ blob: [UInt8]) throws -> NcnnNetwork {
    try NcnnNetwork(
      graphPath: scratch.write(graph, as: "net.param"),
      blobPath: scratch.write(blob, as: "net.bin"))
  }

  private func fault(_ graph: String, _ blob: [UInt8] = NcnnTests.blob) -> WeightsError.Fault? {
    do {
      _ = try network(graph, blob)
      return nil
    } catch { return (error as? WeightsError)?.fault }
  }

  @Test func `layers have their numbers`() throws {
    let network = try network(NcnnTests.graph, NcnnTests.blob)
    let layers = network.graph.layers
    #expect(layers.map(\.type) == ["Input", "Split", "Convolution", "PReLU"])
    #expect(layers[1].outputs == ["left", "right"])
    let convolution = network.arrays(of: layers[2])
    #expect(convolution.map(\.shape) == [[2, 3, 3, 3], [2]])
    #expect(convolution[0].floats == (0..<54).map { 1 + Float($0) / 1024 })
    #expect(convolution[1].floats == [1, 2])
    #expect(network.arrays(of: layers[3])[0].floats == [0.25, -4])
    #expect(network.arrays(of: layers[0]).isEmpty)
    #expect(try layers[2].reals(10) == [0.2])
    #expect(try layers[2].integer(4, default: 0, in: 0...9) == 1)
    #expect(try layers[2].real(17, default: 3) == 3)
  }

  @Test func `kernels in single precision are read too`() throws {
    let graph = """
      7767517
      2 2
      Input in 0 1 data
      Convolution conv 1 1 data out 0=1 1=1 6=2
      """
    let blob = NcnnTests.bytes(of: [0, 0.5, -7])
    let network = try network(graph, blob)
    #expect(network.arrays(of: network.graph.layers[1]).map(\.floats) == [[0.5, -7]])
  }

  @Test func `a blob too short, too long or of integers is an error`() throws {
    for count in [0, 3, 4, 50, 112, 119, 127] {
      guard case .truncated = fault(NcnnTests.graph, Array(NcnnTests.blob.prefix(count))) else {
        Issue.record("accepted \(count) bytes")
        return
      }
    }
    #expect(
      fault(NcnnTests.graph, NcnnTests.blob + [0]) == .unclaimedBytes(position: 128, count: 1))
    let integers: [UInt8] = [0x38, 0x4b, 0x0d, 0] + NcnnTests.blob.dropFirst(4)
    #expect(fault(NcnnTests.graph, integers) == .unsupportedElementType("int8"))
  }

  @Test func `graphs that lie are errors`() {
    func changed(_ old: String, _ new: String) -> WeightsError.Fault? {
      fault(NcnnTests.graph.replacingOccurrences(of: old, with: new))
    }
    #expect(changed("4 5", "5 5") == .wrongCount(of: "layers", expected: 5, found: 4))
    #expect(changed("4 5", "4 9") == .wrongCount(of: "blobs", expected: 9, found: 5))
    #expect(changed("left mid", "nowhere mid") == .unknownBlob("nowhere"))
    #expect(changed("mid out", "mid mid") == .duplicateName)
    #expect(changed("act ", "conv ") == .duplicateName)
    #expect(changed("PReLU", "Python") == .unsupportedLayer(type: "Python"))
    for (old, new) in [
      ("7767517", "7767518"), ("4 5", "-4 5"), ("4 5", "4"), ("0 1 data", "0 99 data"),
      ("4=1 5=1", "4=1 4=1"), ("4=1", "4=one"), ("4=1", "4=1e999"), ("=1,2.0", "=2,2.0"),
      ("7767517", "\n7767517\n7767517"),
    ] {
      guard case .malformedLine = changed(old, new) else {
        Issue.record("accepted \(new) for \(old)")
        return
      }
    }
    for (old, new) in [
      ("6=54", "6=53"), ("6=54", "6=0"), ("6=54", "6=1e18"), ("1=3", "1=0"), ("0=2 1", "0=-2 1"),
      ("5=1", "5=7"), ("mid out 0=2", "mid out"), ("1=3", "1=2.5"),
    ] {
      let found = changed(old, new)
      guard case .unusableParameter = found else {
        Issue.record("accepted \(new) for \(old): \(String(describing: found))")
        return
      }
    }
  }

  @Test func `bytes that are no text and files without end are errors`() throws {
    let path = try scratch.write([0xff, 0xfe, 0], as: "x.param")
    #expect(throws: WeightsError(file: path, .notUTF8)) { try NcnnGraph(path: path) }
    #expect(throws: WeightsError.self) { try NcnnGraph(path: "/dev/zero") }
  }
}
