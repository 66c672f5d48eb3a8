import Foundation
import GenTensor
import Testing

@testable import GenWeights

@Suite struct ShardsTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try SafetensorsFile.write(
      ["a": NDArray([Float(1)])], metadata: ["part": "1"], to: "\(scratch.path)/1.safetensors")
    try SafetensorsFile.write(["b": NDArray([Float(2)])], to: "\(scratch.path)/2.safetensors")
  }

  private func load(_ map: String) throws -> Weights {
    let text =
      #"{"metadata":{"total_size":-8.5e1,"x":[true,null,{"y":[]}]},"weight_map":{\#(map)}}"#
    return try Weights(path: scratch.write(text, as: "model.safetensors.index.json"))
  }

  private func fault(_ map: String) -> WeightsError.Fault? {
    do {
      _ = try load(map)
      return nil
    } catch { return (error as? WeightsError)?.fault }
  }

  @Test func `parts are one set of weights`() throws {
    let weights = try load(#""a":"1.safetensors","b":"2.safetensors""#)
    #expect(weights.names == ["a", "b"])
    #expect(weights.metadata == ["part": "1"])
    #expect(try weights.arrays().mapValues(\.floats) == ["a": [1], "b": [2]])
    #expect(weights.parameterCount == 2)
  }

  @Test func `an index that lies is an error`() {
    #expect(
      fault(#""a":"1.safetensors","b":"1.safetensors""#) == .tensorNotInShard("1.safetensors"))
    #expect(
      fault(#""b":"2.safetensors","a":"2.safetensors""#) == .tensorNotInShard("2.safetensors"))
    #expect(fault(#""x":"1.safetensors""#) == .tensorNotInIndex)
    #expect(fault(#""a":"1.safetensors","a":"1.safetensors""#) == .duplicateName)
    for name in ["../1.safetensors", "/etc/passwd", "..", ""] {
      #expect(fault(#""a":"\#(name)""#) == .shardOutsideFolder(name))
    }
    guard case .unreadable = fault(#""a":"3.safetensors""#) else {
      Issue.record("a missing part went through")
      return
    }
  }

  @Test(arguments: [
    "", "{}", "[]", #"{"weight_map":1}"#, String(repeating: #"{"a":"#, count: 5000),
  ])
  func `an index of another form is an error`(text: String) throws {
    let path = try scratch.write(text, as: "x.json")
    #expect(throws: WeightsError.self) { try Weights(path: path) }
  }
}
