import Foundation
import GenTensor
import Testing

@testable import GenWeights

@Suite struct SafetensorsTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func fault(_ bytes: [UInt8]) throws -> WeightsError.Fault? {
    let path = try scratch.write(bytes, as: "hostile.safetensors")
    do {
      _ = try Weights(path: path)
      return nil
    } catch let error as WeightsError {
      #expect(error.message.contains("hostile.safetensors"))
      #expect(!error.hint.isEmpty)
      return error.fault
    }
  }

  @Test func `what was written is read back, whatever the type`() throws {
    let arrays: [String: NDArray] = [
      "single": try NDArray([1.5 as Float, -2, .infinity, 0, 3, 4], shape: [2, 3]),
      "half": try NDArray([1.5 as Float, -2, 65504], shape: [3]).converted(to: .f16),
      "brain": try NDArray([1.5 as Float, -2, 3e38], shape: [1, 3]).converted(to: .bf16),
      "index": NDArray([Int64.min, 7]),
      "small": NDArray([Int32(-3)]),
      "byte \"quoted\" \\ é\n": NDArray([UInt8(255), 0, 1]),
      "scalar": NDArray(scalar: Float(9)),
      "empty": NDArray(zeros: [0, 4]),
    ]
    let path = "\(scratch.path)/all.safetensors"
    try SafetensorsFile.write(arrays, metadata: ["credit": "é \"x\"\u{1}"], to: path)
    let weights = try Weights(path: path)
    #expect(weights.names == arrays.keys.sorted())
    #expect(weights.metadata == ["credit": "é \"x\"\u{1}"])
    for (name, array) in arrays {
      let read = try weights.array(name)
      #expect(read.shape == array.shape)
      #expect(read.elementType == array.elementType)
      #expect(read.withUnsafeBytes { Array($0) } == array.withUnsafeBytes { Array($0) })
      #expect(try weights.record(name).floats() == array.floats)
    }
    #expect(try scratch.names() == ["all.safetensors"])
  }

  @Test func `equal arrays make equal bytes and start aligned`() throws {
    let arrays = Dictionary(
      uniqueKeysWithValues: (0..<40).map { ("t\($0)", NDArray([Float($0), 1])) })
    let paths = ["a", "b"].map { "\(scratch.path)/\($0)" }
    for path in paths { try SafetensorsFile.write(arrays, metadata: ["k": "v"], to: path) }
    let bytes = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    #expect(bytes[0] == bytes[1])
    let header = bytes[0].prefix(8).enumerated().reduce(0) {
      $0 + Int($1.element) << (8 * $1.offset)
    }
    #expect((header + 8).isMultiple(of: 64))
  }

  @Test func `a tensor that lies askew is copied, not trapped on`() throws {
    let header = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} "#
    #expect(!(header.utf8.count + 8).isMultiple(of: 4))
    let path = try scratch.write(safetensors(header, [0, 0, 0x80, 0x3f]), as: "askew.safetensors")
    #expect(try Weights(path: path).array("a").floats == [1])
  }

  @Test func `other types than arrays have are read as floats`() throws {
    let header = """
      {"i8":{"dtype":"I8","shape":[2],"data_offsets":[0,2]},\
      "f64":{"dtype":"F64","shape":[],"data_offsets":[2,10]}}
      """
    let data = [0xff, 5] + withUnsafeBytes(of: Double(-0.5)) { Array($0) }
    let path = try scratch.write(safetensors(header, data), as: "types.safetensors")
    let weights = try Weights(path: path)
    #expect(try weights.record("i8").floats() == [-1, 5])
    #expect(try weights.record("f64").floats() == [-0.5])
    #expect(throws: WeightsError(file: path, item: "i8", .unsupportedElementType("I8"))) {
      try weights.array("i8")
    }
  }

  @Test func `lengths that lie are errors`() throws {
    #expect(try fault([1, 2, 3]) == .truncated(neededByteCount: 8, foundByteCount: 3))
    #expect(
      try fault(safetensors("{}", claiming: 50))
        == .truncated(neededByteCount: 58, foundByteCount: 10))
    #expect(
      try fault(safetensors("{}", claiming: .max))
        == .headerTooLong(byteCount: .max, limit: 100_000_000))
    #expect(try fault(safetensors("{}", [1])) == .unclaimedBytes(position: 10, count: 1))
    #expect(try fault([]) == .truncated(neededByteCount: 8, foundByteCount: 0))
    #expect(try fault(safetensors("{}")) == nil)
  }

  @Test func `ranges and shapes that lie are errors`() throws {
    func one(_ shape: String, _ offsets: String) -> [UInt8] {
      safetensors(
        #"{"a":{"dtype":"F32","shape":[\#(shape)],"data_offsets":[\#(offsets)]}}"#,
        [UInt8](repeating: 0, count: 8))
    }
    #expect(try fault(one("2", "0,8")) == nil)
    #expect(
      try fault(one("3", "0,8")) == .rangeDoesNotFitShape(neededByteCount: 12, foundByteCount: 8))
    #expect(
      try fault(one("2", "4,12")) == .rangeOutsideFile(lower: 4, upper: 12, byteCount: 8))
    #expect(try fault(one("2", "8,0")) == .rangeOutsideFile(lower: 8, upper: 0, byteCount: 8))
    #expect(try fault(one("2", "0")) == .rangeOutsideFile(lower: 0, upper: 0, byteCount: 8))
    #expect(try fault(one("9223372036854775807,9", "0,8")) == .unusableShape)
    #expect(try fault(one("0,9223372036854775807,9", "0,8")) == .unusableShape)
    guard case .malformedHeader = try fault(one("-1", "0,8")),
      case .malformedHeader = try fault(one("99999999999999999999", "0,8")),
      case .malformedHeader = try fault(one("2.5", "0,8")),
      case .malformedHeader = try fault(one("02", "0,8"))
    else {
      Issue.record("numbers that are not plain and whole went through")
      return
    }
  }

  @Test func `overlaps, holes and repeated names are errors`() throws {
    func two(_ names: (String, String), _ offsets: (String, String)) -> [UInt8] {
      safetensors(
        """
        {"\(names.0)":{"dtype":"U8","shape":[4],"data_offsets":[\(offsets.0)]},\
        "\(names.1)":{"dtype":"U8","shape":[4],"data_offsets":[\(offsets.1)]}}
        """, [UInt8](repeating: 0, count: 9))
    }
    #expect(try fault(two(("a", "b"), ("0,4", "3,7"))) == .overlap(with: "a"))
    #expect(
      try fault(two(("a", "b"), ("0,4", "5,9"))) == .unclaimedBytes(position: 117, count: 1))
    #expect(try fault(two(("a", "a"), ("0,4", "4,8"))) == .duplicateName)
    #expect(try fault(two(("a", "\\u0061"), ("0,4", "4,8"))) == .duplicateName)
  }

  @Test(
    arguments: [
      "", "[]", "{", #"{"a"}"#, #"{"a":1}"#, #"{"a":{}}"#, #"{"a":{"dtype":"F32"}}"#, #"{} x"#,
      #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],"extra":1}}"#, #"{"a\u12":{}}"#,
      #"{"\ud800":{}}"#, #"{"a":{"dtype":"F32","dtype":"F32"}}"#, #"{"__metadata__":{"a":1}}"#,
      #"{"__metadata__":[]}"#,
    ])
  func `headers of another form are errors`(header: String) throws {
    guard case .malformedHeader = try fault(safetensors(header)) else {
      Issue.record("accepted \(header)")
      return
    }
  }

  @Test func `unknown types and bytes that are no text are errors`() throws {
    #expect(
      try fault(safetensors(#"{"a":{"dtype":"F31","shape":[],"data_offsets":[0,0]}}"#))
        == .unknownElementType("F31"))
    var bytes = safetensors(#"{"?":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#)
    bytes[10] = 0xff
    #expect(try fault(bytes) == .notUTF8)
  }

  @Test func `a folder, a missing file and a device are unreadable`() throws {
    for path in [scratch.path, "\(scratch.path)/none", "/dev/zero", "/dev/null"] {
      #expect(throws: WeightsError.self) { try Weights(path: path) }
    }
  }

  @Test func `nothing is left where a file cannot be written`() throws {
    #expect(throws: WeightsError.self) {
      try SafetensorsFile.write(["a": NDArray([Float(1)])], to: "\(scratch.path)/none/a")
    }
    try FileManager.default.createDirectory(
      atPath: "\(scratch.path)/taken/inside", withIntermediateDirectories: true)
    #expect(throws: WeightsError.self) {
      try SafetensorsFile.write(["a": NDArray([Float(1)])], to: "\(scratch.path)/taken")
    }
    #expect(try scratch.names() == ["taken"])
  }

  @Test func `asking for the wrong name or shape says what there is`() throws {
    let path = "\(scratch.path)/a.safetensors"
    try SafetensorsFile.write(["block.scale": NDArray([Float(1)])], to: path)
    let weights = try Weights(path: path)
    #expect(
      throws: WeightsError(file: path, item: "x.scale", .missingTensor(nearest: ["block.scale"]))
    ) { try weights.array("x.scale") }
    #expect(
      throws: WeightsError(
        file: path, item: "block.scale", .wrongShape(expected: [2], found: [1]))
    ) { try weights.array("block.scale", shape: [2]) }
  }
}
