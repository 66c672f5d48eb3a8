/// A parameter of a stage as it is declared: its Swift type decides its type in the language.
public struct Parameter<Input: ValueConvertible>: Sendable {
  public let info: ParameterInfo

  /// - Parameters:
  ///   - name: The argument's label.
  ///   - documentation: A sentence that ends in a full stop.
  ///   - range: What a number may be, or the amount of a quantity in its base unit.
  ///   - choices: The bare words allowed; their type in the language is that choice.
  ///   - initial: The value when the argument is not given; nil makes the argument necessary,
  ///     except for optionals, whose initial value is `none`.
  ///   - setting: The `set` name that gives the value when the argument is not given.
  ///   - meanings: The values that words of the setting stand for; for other words the default is
  ///     taken. Empty where the setting's own value is the argument's.
  ///   - folder: The `set` name of a folder that relative paths given here are taken from.
  ///   - naming: What a text names, for completion.
  public init(
    _ name: String, _ documentation: String, in range: ClosedRange<Double>? = nil,
    oneOf choices: [String]? = nil, default initial: Input? = nil, setting: String? = nil,
    meaning meanings: [String: Input] = [:], below folder: String? = nil,
    naming: ParameterInfo.Naming? = nil
  ) {
    let declared = choices.map { words -> ValueType in
      if case .optional = Input.valueType { .optional(.choice(words)) } else { .choice(words) }
    }
    let isOptional = if case .optional = Input.valueType { true } else { false }
    info = ParameterInfo(
      name: name, documentation: documentation, type: declared ?? Input.valueType, range: range,
      initial: initial?.value ?? (isOptional ? Value.none : nil), setting: setting,
      meanings: meanings.mapValues(\.value), folder: folder, naming: naming)
  }
}

/// A parameter of a stage, whatever its Swift type.
public struct ParameterInfo: Sendable {
  public let name: String
  public let documentation: String
  public let type: ValueType
  public let range: ClosedRange<Double>?
  public let initial: Value?
  public let setting: String?
  /// What words of the setting stand for; see ``Parameter``.
  public let meanings: [String: Value]
  /// The setting whose folder relative paths are taken from.
  public let folder: String?
  /// Whether labels that are no parameter's name go into it, as the fields of one record. Where its
  /// type is a function, each of the fields is one.
  public let gathersLabels: Bool
  /// What a text names, for completion; nil for any text.
  public let naming: Naming?

  public enum Naming: Sendable, Hashable {
    /// A model, by the name that the store knows it by.
    case model
    /// A file to be written, with one of these endings.
    case savedFile(endings: [String])
  }

  /// What its type is for the check once the types of the arguments before it are known, by the type
  /// parameters that they stand for; nil keeps ``type``. Functions are checked with it, also those that
  /// are written as fields of a record.
  public let narrowed: (@Sendable ([String: ValueType]) -> ValueType?)?
  /// Bare words that may stand behind such labels.
  public let words: [String]
  public var isRequired: Bool { initial == nil && setting == nil }

  public init(
    name: String, documentation: String, type: ValueType, range: ClosedRange<Double>? = nil,
    initial: Value? = nil, setting: String? = nil, meanings: [String: Value] = [:],
    folder: String? = nil, gathersLabels: Bool = false, words: [String] = [],
    naming: Naming? = nil,
    narrowed: (@Sendable ([String: ValueType]) -> ValueType?)? = nil
  ) {
    self.narrowed = narrowed
    self.name = name
    self.documentation = documentation
    self.type = type
    self.range = range
    self.initial = initial
    self.setting = setting
    self.meanings = meanings
    self.folder = folder
    self.gathersLabels = gathersLabels
    self.naming = naming
    self.words = words
  }

  /// An argument as it was given: a relative path is below the folder that was set.
  public func placed(_ given: Value, under settings: [String: Value]) -> Value {
    guard let folder, case .text(let path) = given, case .text(let set)? = settings[folder],
      !set.isEmpty, !path.isEmpty, !path.hasPrefix("/")
    else { return given }
    return .text(set + (set.hasSuffix("/") ? "" : "/") + path)
  }

  /// The value of an argument that is not given; nil when it has to be.
  public func value(under settings: [String: Value]) -> Value? {
    guard let set = setting.flatMap({ settings[$0] }) else { return initial }
    guard !meanings.isEmpty else { return set }
    guard case .symbol(let word) = set else { return initial }
    return meanings[word] ?? initial
  }
}
