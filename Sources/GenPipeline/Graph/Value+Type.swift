import GenMedia

extension Value {
  /// The type as far as the value tells it; the elements of an empty list are of unknown type.
  public var type: ValueType {
    switch self {
    case .none: .none
    case .bool: .bool
    case .int: .int
    case .number: .number
    case .text: .text
    case .color: .color
    case .quantity(let quantity): .quantity(quantity.dimension)
    case .symbol(let word): .choice([word])
    case .list(let elements): .list(elements.first?.type ?? .unknown)
    case .record(let fields): .record(fields.map { .init($0.name, $0.value.type) })
    case .grid(let grid): .grid(grid.elementType, grid.axes.map(\.type))
    case .prompt: .prompt
    case .sampler: .sampler
    case .model(let choice): .model(choice.medium)
    case .image: .image
    case .video: .video
    case .audio: .audio
    case .mesh: .mesh
    case .table(let table): .table(table.rowType)
    case .method: .method
    case .fitted(let model): .model(model.made)
    case .trace: .trace
    case .function(let function): function.type
    case .deferred(let node): node.type
    }
  }

  /// The value as an argument of a type: implicit conversions done, so that `blur(1)` and
  /// `blur(1.0)` are one call. What does not fit comes back as it is.
  public func fitted(to type: ValueType) -> Value {
    guard type.takesConversion else { return self }
    return switch (self, type) {
    case (.none, .optional): .none
    case (_, .optional(let wrapped)): fitted(to: wrapped)
    case (.int(let whole), .number): .number(Double(whole))
    case (.text(let text), .prompt): .prompt(Prompt(text))
    case (.text(let text), .color): Color(text).map(Value.color) ?? self
    case (.text(let text), .choice(let words)) where words.contains(text): .symbol(text)
    case (.symbol(let word), .text): .text(word)
    case (.image(let picture), .video): .video(Video(picture))
    case (.list(let elements), .list(let element)):
      .list(elements.map { $0.fitted(to: element) })
    case (.grid(let grid), .grid(let element, _)): .grid(grid.map { $0.fitted(to: element) })
    case (.record(let fields), .record(let wanted)):
      .record(
        fields.map { field in
          let type = wanted.first { $0.name == field.name }?.type
          return RecordField(field.name, type.map(field.value.fitted) ?? field.value)
        })
    default: self
    }
  }

  /// About how many bytes of memory it holds.
  var byteCount: Int {
    switch self {
    case .text(let text), .symbol(let text): 64 + text.utf8.count
    case .list(let elements): elements.reduce(64) { $0 + $1.byteCount }
    case .record(let fields): fields.reduce(64) { $0 + 32 + $1.value.byteCount }
    case .grid(let grid): grid.elements.reduce(64) { $0 + $1.byteCount }
    case .prompt(let prompt):
      (prompt.wanted + prompt.avoided + prompt.ending).reduce(64) { $0 + 32 + $1.text.utf8.count }
    case .image(let image): 64 + image.byteCount
    case .audio(let sound): 64 + sound.byteCount
    case .mesh(let mesh): 64 + mesh.byteCount
    case .table(let table): 64 + table.byteCount
    case .fitted(let model):
      64 + model.members.reduce(model.content.count) { $0 + $1.schema.byteCount }
    case .trace(let trace): Value.record(trace.fields).byteCount
    case .video(let video): video.isInMemory ? 64 + (video.byteCount ?? 0) : 256
    default: 64
    }
  }
}

extension ValueType {
  /// Whether a value of another type may become one of this type; long lists need no look then.
  fileprivate var takesConversion: Bool {
    switch self {
    case .number, .prompt, .choice, .text, .video: true
    case .optional(let wrapped): wrapped.takesConversion
    case .list(let element), .grid(let element, _): element.takesConversion
    case .record(let fields): fields.contains { $0.type.takesConversion }
    default: false
    }
  }
}
