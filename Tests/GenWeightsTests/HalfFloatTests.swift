import GenTensor
import Testing

@testable import GenWeights

@Suite struct HalfFloatTests {
  /// The definition, from its three fields.
  private func reference(_ bits: UInt16) -> Double {
    let sign: Double = bits >> 15 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 31)
    let fraction = Double(bits & 1023) / 1024
    if exponent == 31 { return fraction == 0 ? sign * .infinity : .nan }
    if exponent == 0 { return sign * fraction * 0x1p-14 }
    var power = 1.0
    for _ in 0..<exponent { power *= 2 }
    return sign * (1 + fraction) * power * 0x1p-15
  }

  @Test func `every half-precision number is its own value`() {
    for bits in UInt16.min...UInt16.max {
      let value = HalfFloat.float(fromF16: bits)
      let expected = reference(bits)
      #expect(value.isNaN ? expected.isNaN : Double(value) == expected)
      #expect(value.isNaN || value.sign == (bits >> 15 == 0 ? .plus : .minus))
    }
  }

  @Test func `a brain float is the upper half of a float`() {
    for bits in stride(from: UInt16.min, to: UInt16.max, by: 7) {
      let value = HalfFloat.float(fromBF16: bits)
      #expect(value.bitPattern == UInt32(bits) << 16)
    }
  }
}
