import GenPipeline

/// A name that `set` knows.
public struct SettingInfo: Sendable {
  public let name: String
  public let documentation: String
  public let type: ValueType
  public let range: ClosedRange<Double>?
  public let initial: Value
  /// Which texts make sense; nil for all.
  let form: Form?

  /// What a text has to be like.
  public struct Form: Sendable {
    let hint: String
    let fits: @Sendable (String) -> Bool
  }

  public init(
    _ name: String, _ documentation: String, _ type: ValueType,
    in range: ClosedRange<Double>? = nil, initially initial: Value = .none, form: Form? = nil
  ) {
    self.form = form
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
    SettingInfo(
      "quality",
      "How much work goes into a drawing that does not say how many steps it takes: 8, 20 or 40.",
      .choice(["draft", "normal", "fine"]), initially: .symbol("normal")),
    SettingInfo(
      "device", "What networks are computed on: the processor, whose cores are all used.",
      .choice(["cpu"]), initially: .symbol("cpu")),
    SettingInfo(
      "output",
      "A folder below the output folder, in which `save` takes relative paths.", .text,
      form: Form(hint: "name a folder below the output folder, such as \"films\"") {
        !$0.hasPrefix("/") && !$0.split(separator: "/").contains("..") && !$0.utf8.contains(0)
      }),
    SettingInfo(
      "budget",
      "What a program may take, such as \"2min, 4GB\" or \"10GB disk\"; what does not fit is not "
        + "begun.", .text,
      form: Form(hint: "write a time, memory and disk, such as \"2min, 4GB, 10GB disk\"") {
        Budget($0) != nil
      }),
    SettingInfo(
      "privacy_budget",
      "How much of the privacy of any one table may be spent, as an epsilon; what would spend more, or "
        + "protects nobody, is not begun.", .number, in: 1e-6...1e6),
  ]
}
