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
      in: 0...Double(Int64.max), initially: .int(0)),
    SettingInfo(
      "precision", "The numbers that networks compute with.", .choice(["f32", "bf16"])),
    SettingInfo("device", "What computes.", .choice(["cpu"])),
    SettingInfo(
      "quality", "How much work a result is worth.", .choice(["draft", "normal", "best"])),
    SettingInfo(
      "cache", "Whether results are kept for later runs.", .choice(["on", "off"]),
      initially: .symbol("on")),
    SettingInfo("output", "The folder that files are written to.", .text),
    SettingInfo(
      "budget", "The time after which a run stops.", .quantity(.duration), in: 0...1e9),
    SettingInfo("rng", "The generator of random numbers.", .choice(["philox"])),
  ]
}
