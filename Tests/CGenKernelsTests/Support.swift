import CGenKernels
import Testing

/// Numbers in 64-byte aligned memory, stored as f32 or bf16. The memory is kept until the process ends, because Swift may
/// release the buffer while C still works on its pointer.
final class Buffer {
  let pointer: UnsafeMutableRawPointer
  let count: Int
  let type: CGenType

  init(_ values: [Float], _ type: CGenType = .float32) {
    count = values.count
    self.type = type
    let bytes = max(64, values.count * cgen_type_size(type))
    pointer = .allocate(byteCount: bytes, alignment: 64)
    for (index, value) in values.enumerated() {
      if type == .float32 {
        pointer.storeBytes(of: value, toByteOffset: index * 4, as: Float.self)
      } else {
        pointer.storeBytes(of: Buffer.bfloat16(value), toByteOffset: index * 2, as: UInt16.self)
      }
    }
  }

  convenience init(zeros count: Int, _ type: CGenType = .float32) {
    self.init([Float](repeating: 0, count: count), type)
  }

  var floats: UnsafeMutablePointer<Float> { pointer.assumingMemoryBound(to: Float.self) }

  /// The stored values; for bf16 what rounding left of them.
  var values: [Float] {
    (0..<count).map { index in
      if type == .float32 { return pointer.load(fromByteOffset: index * 4, as: Float.self) }
      let word = pointer.load(fromByteOffset: index * 2, as: UInt16.self)
      return Float(bitPattern: UInt32(word) << 16)
    }
  }

  var view: CGenView { CGenView(data: pointer, strides: nil, type: type) }

  /// Nearest even, in plain Swift.
  static func bfloat16(_ value: Float) -> UInt16 {
    if value.isNaN { return 0x7fc0 }
    let bits = value.bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ ((bits >> 16) & 1)) >> 16)
  }
}

/// A small generator (splitmix64) for test data.
struct Numbers {
  var state: UInt64

  init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  mutating func floats(_ count: Int, in range: ClosedRange<Float> = -2...2) -> [Float] {
    (0..<count).map { _ in
      let unit = Float(next() >> 40) / Float(1 << 24)
      return range.lowerBound + unit * (range.upperBound - range.lowerBound)
    }
  }

  mutating func int(below limit: Int) -> Int { Int(next() % UInt64(limit)) }
}

/// The message of a failed call, for the failures of tests.
func check(_ status: CGenStatus, sourceLocation: SourceLocation = #_sourceLocation) {
  if status != .ok {
    Issue.record("\(String(cString: cgen_last_error()))", sourceLocation: sourceLocation)
  }
}

/// Expects a refusal whose message contains some words.
func expectRefusal(
  _ status: CGenStatus, _ words: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(status == .invalidArgument, sourceLocation: sourceLocation)
  let message = String(cString: cgen_last_error())
  #expect(message.contains(words), "\(message)", sourceLocation: sourceLocation)
}

/// Expects every element to lie within `tolerance` of the reference, relative to the reference's largest magnitude.
func expectClose(
  _ values: [Float], _ reference: [Double], tolerance: Double, _ label: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(values.count == reference.count, sourceLocation: sourceLocation)
  let scale = reference.reduce(1e-3) { max($0, abs($1)) }
  for (index, (value, expected)) in zip(values, reference).enumerated() {
    if abs(Double(value) - expected) > tolerance * scale || value.isNaN != expected.isNaN {
      Issue.record("\(label) [\(index)]: \(value), not \(expected)", sourceLocation: sourceLocation)
      return
    }
  }
}

/// What rounding to a storage type allows.
func tolerance(_ type: CGenType, _ float32: Double = 2e-6) -> Double {
  type == .float32 ? float32 : 1e-2
}

/// The types that tensors are stored as.
let storageTypes: [CGenType] = [.float32, .bfloat16]

extension [Float] {
  var doubles: [Double] { map(Double.init) }
}
