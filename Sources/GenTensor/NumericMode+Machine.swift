import CGenKernels

extension NumericMode {
  /// bf16 where the processor multiplies it, f32 elsewhere.
  public static var fastest: NumericMode {
    cgen_machine_isa() == .avx512Bf16 ? .bf16 : .f32
  }
}
