import GenMedia

/// A trace is seen by programs, and kept, as a record of records.
extension Trace: ValueConvertible {
  public static var valueType: ValueType { .trace }

  public init?(_ value: Value) {
    guard case .trace(let trace) = value else { return nil }
    self = trace
  }

  public var value: Value { .trace(self) }

  /// What programs may ask of a trace, by name.
  public static let members: [ValueType.Field] = [
    .init("verb", .text), .init("picture", .image), .init("guidance", .number),
    .init("questions", .int), .init("schedule", .list(.number)), .init("steps", .list(step)),
    .init("words", .list(word)),
  ]

  private static let step: ValueType = .record([
    .init("number", .int), .init("draws", .text), .init("sampler", .text),
    .init("sigma", .number), .init("time", .number), .init("next", .number),
    .init("given", .image), .init("with_words", .image), .init("without_words", .image),
    .init("others", .list(.image)), .init("predicted", .image), .init("later", .list(.image)),
    .init("sample", .image), .init("pixel", pixel), .init("formula", .text),
  ])

  private static let pixel: ValueType = .record([
    .init("given", .number), .init("with_words", .number), .init("without_words", .number),
    .init("predicted", .number), .init("sample", .number),
  ])

  private static let word: ValueType = .record([
    .init("word", .text), .init("attention", .image), .init("share", .number),
    .init("map", .image), .init("change", .number),
  ])

  public var fields: [RecordField] {
    [
      .init("verb", .text(verb)), .init("picture", .image(picture)),
      .init("guidance", .number(guidance)), .init("questions", .int(questions)),
      .init("schedule", schedule.value), .init("steps", .list(steps.map { .record($0.fields) })),
      .init("words", .list(words.map { .record($0.fields) })),
    ]
  }

  /// Nil where something is missing or of another type.
  public init?(fields: [RecordField]) {
    let reader = FieldReader(fields)
    guard let verb: String = reader["verb"], let picture: Image = reader["picture"],
      let guidance: Double = reader["guidance"], let questions: Int = reader["questions"],
      let steps = reader.records("steps", Step.init), let words = reader.records("words", Word.init)
    else { return nil }
    self.init(
      verb: verb, picture: picture, guidance: guidance, questions: questions, steps: steps,
      words: words)
  }
}

extension Trace.Step {
  fileprivate var fields: [RecordField] {
    [
      .init("number", .int(number)), .init("draws", .text(draws)),
      .init("sampler", .text(sampler)), .init("sigma", .number(sigma)),
      .init("time", .number(time)), .init("next", .number(next)), .init("given", .image(given)),
      .init("with_words", .image(withWords)), .init("without_words", .image(withoutWords)),
      .init("others", others.value), .init("predicted", .image(predicted)),
      .init("later", later.value), .init("sample", .image(sample)),
      .init("pixel", .record(pixel.fields)), .init("formula", .text(formula)),
    ]
  }

  fileprivate init?(_ reader: FieldReader) {
    guard let number: Int = reader["number"], let draws: String = reader["draws"],
      let sampler: String = reader["sampler"], let time: Double = reader["time"],
      let next: Double = reader["next"], let given: Image = reader["given"],
      let withWords: Image = reader["with_words"],
      let withoutWords: Image = reader["without_words"], let others: [Image] = reader["others"],
      let predicted: Image = reader["predicted"], let later: [Image] = reader["later"],
      let sample: Image = reader["sample"], let formula: String = reader["formula"],
      let pixel = reader.record("pixel").flatMap(Trace.Pixel.init)
    else { return nil }
    self.init(
      number: number, draws: draws, sampler: sampler, time: time, next: next, given: given,
      withWords: withWords, withoutWords: withoutWords, others: others, predicted: predicted,
      later: later, sample: sample, pixel: pixel, formula: formula)
  }
}

extension Trace.Pixel {
  fileprivate var fields: [RecordField] {
    [
      .init("given", .number(given)), .init("with_words", .number(withWords)),
      .init("without_words", .number(withoutWords)), .init("predicted", .number(predicted)),
      .init("sample", .number(sample)),
    ]
  }

  fileprivate init?(_ reader: FieldReader) {
    guard let given: Double = reader["given"], let withWords: Double = reader["with_words"],
      let withoutWords: Double = reader["without_words"],
      let predicted: Double = reader["predicted"], let sample: Double = reader["sample"]
    else { return nil }
    self.init(
      given: given, withWords: withWords, withoutWords: withoutWords, predicted: predicted,
      sample: sample)
  }
}

extension Trace.Word {
  fileprivate var fields: [RecordField] {
    [
      .init("word", .text(word)), .init("attention", .image(attention)),
      .init("share", .number(share)), .init("map", .image(map)), .init("change", .number(change)),
    ]
  }

  fileprivate init?(_ reader: FieldReader) {
    guard let word: String = reader["word"], let attention: Image = reader["attention"],
      let share: Double = reader["share"], let map: Image = reader["map"],
      let change: Double = reader["change"]
    else { return nil }
    self.init(word: word, attention: attention, share: share, map: map, change: change)
  }
}

/// The fields of a record by name, as what Swift works with.
private struct FieldReader {
  private let fields: [RecordField]
  init(_ fields: [RecordField]) { self.fields = fields }

  private func value(_ name: String) -> Value? { fields.first { $0.name == name }?.value }

  subscript<Element: ValueConvertible>(name: String) -> Element? {
    value(name).flatMap(Element.init)
  }

  func record(_ name: String) -> FieldReader? { value(name).flatMap(FieldReader.init) }

  func records<Element>(_ name: String, _ make: (FieldReader) -> Element?) -> [Element]? {
    guard case .list(let values)? = value(name) else { return nil }
    let elements = values.compactMap { FieldReader($0).flatMap(make) }
    return elements.count == values.count ? elements : nil
  }

  private init?(_ value: Value) {
    guard case .record(let fields) = value else { return nil }
    self.init(fields)
  }
}

extension Value {
  /// The parts of a record, or of a value that programs look into as into one.
  public var fields: [RecordField]? {
    switch self {
    case .record(let fields): fields
    case .trace(let trace): trace.fields
    default: nil
    }
  }
}

extension ValueType {
  /// The parts of a record, or of a type that programs look into as into one.
  public var fields: [Field]? {
    switch self {
    case .record(let fields): fields
    case .trace: Trace.members
    default: nil
    }
  }
}
