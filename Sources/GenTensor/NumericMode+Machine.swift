import CGenKernels

extension NumericMode {
  /// bf16 where the processor multiplies it faster than f32, f32 elsewhere.
  public static var fastest: NumericMode { cgen_machine_prefers_bf16() ? .bf16 : .f32 }
}
