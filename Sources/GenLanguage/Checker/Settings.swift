import GenPipeline

/// A name that `set` knows.
public struct SettingInfo: Sendable {
  public let name: String
  public let documentation: String
  public let type: ValueType
  public let range: ClosedRange<Double>?
  public let initial: Value

  public init(
    _ name: String, _ documentation: String, _ type: ValueType,
    in range: ClosedRange<Double>? = nil, initially initial: Value = .none
  ) {
    self.name = name
    self.documentation = documentation
    self.type = type
    self.range = range
    self.initial = initial
  }

  /// What every program may set.
  public static let all: [SettingInfo] = [
    SettingInfo(
      "seed", "Where randomness starts, unless a call has a seed of its own.", .int,
      in: 0...4_294_967_295, initially: .int(0)),
    SettingInfo(
      "cache", "Whether results are kept for later runs.", .choice(["on", "off"]),
      initially: .symbol("on")),
    SettingInfo(
      "precision",
      "How networks keep their numbers: bf16 in half the memory, f32 exactly, fast as this "
        + "machine does it fastest.", .choice(["fast", "f32", "bf16"]), initially: .symbol("fast")),
  ]
}
