import GenTensor

/// What this machine computes fastest with.
enum NumericModes {
  static var isBF16Fast: Bool { NumericMode.fastest == .bf16 }
}
