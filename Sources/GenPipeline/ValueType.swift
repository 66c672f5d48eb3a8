import GenMedia

/// The type of a value of the language, as the checker and the catalogue speak of it.
///
/// - Source: `language.md` section 3.
public indirect enum ValueType: Sendable, Hashable {
  case none, bool, int, number, text, color
  case quantity(Dimension)
  case list(ValueType)
  /// What a sweep makes; nil where the axes are not known.
  case grid(ValueType, [Axis]?)
  case record([Field])
  case optional(ValueType)
  /// One of a few bare words, such as `as: video`.
  case choice([String])
  case prompt, sampler, schedule, latent
  /// How something is learned from a table.
  case method
  /// A model that makes values of a medium, such as `Model<Video>`; nil fits every medium.
  case model(ValueType?)
  case image, video, audio, score, voice, mesh
  /// Rows of one type, a record with the columns as its fields; unknown where no file was seen.
  case table(ValueType)
  /// Every step of a drawing.
  case trace
  /// A stage before any value flows: `Stage<A, B>`.
  case stage(ValueType, ValueType)
  case function([ValueType], ValueType)
  /// A type parameter of a generic verb, such as the `A` of `map`.
  case variable(String)
  /// The type of what has already been reported as wrong: fits everywhere, reports nothing again.
  case unknown

  public struct Field: Sendable, Hashable {
    public let name: String
    public let type: ValueType
    public init(_ name: String, _ type: ValueType) {
      self.name = name
      self.type = type
    }
  }
}

/// What a quantity measures. Values are kept in the base unit.
public enum Dimension: String, Sendable, Hashable, CaseIterable {
  /// Seconds.
  case duration = "Duration"
  /// Frames per second.
  case rate = "Rate"
  /// Hertz.
  case frequency = "Frequency"
  /// Beats per minute.
  case tempo = "Tempo"
  /// Decibels.
  case gain = "Gain"
  /// Pixels.
  case length = "Length"
  /// Degrees.
  case angle = "Angle"
}

extension ValueType: CustomStringConvertible {
  /// The type as a person writes it.
  public var description: String {
    switch self {
    case .none: "None"
    case .bool: "Bool"
    case .int: "Int"
    case .number: "Number"
    case .text: "Text"
    case .color: "Color"
    case .quantity(let dimension): dimension.rawValue
    case .list(let element): "List<\(element)>"
    case .grid(let element, _): "Grid<\(element)>"
    case .record(let fields):
      "{" + fields.map { "\($0.name.asLabel): \($0.type)" }.joined(separator: ", ") + "}"
    case .optional(let wrapped): "\(wrapped)?"
    case .choice(let words): words.joined(separator: " | ")
    case .prompt: "Prompt"
    case .sampler: "Sampler"
    case .method: "Method"
    case .schedule: "Schedule"
    case .latent: "Latent"
    case .model(let medium): medium.map { "Model<\($0)>" } ?? "Model"
    case .image: "Image"
    case .video: "Video"
    case .audio: "Audio"
    case .score: "Score"
    case .voice: "Voice"
    case .mesh: "Mesh"
    case .table: "Table"
    case .trace: "Trace"
    case .stage(let input, let output): "Stage<\(input), \(output)>"
    case .function(let inputs, let output):
      "(" + inputs.map(\.description).joined(separator: ", ") + ") => \(output)"
    case .variable(let name): name
    case .unknown: "?"
    }
  }
}
