import GenPipeline

extension ValueType {
  /// The types that a program may name; `List`, `Stage` and `Model` take arguments besides.
  static let named: [String: ValueType] = {
    var types: [String: ValueType] = [
      "None": .none, "Bool": .bool, "Int": .int, "Number": .number, "Text": .text,
      "Color": .color, "Prompt": .prompt, "Sampler": .sampler, "Schedule": .schedule,
      "Latent": .latent, "Image": .image, "Video": .video, "Audio": .audio, "Score": .score,
      "Voice": .voice, "Mesh": .mesh, "Table": .table(.unknown), "Trace": .trace,
      "Model": .model(nil), "Method": .method,
      "List": .list(.unknown), "Grid": .grid(.unknown, nil), "Record": .unknown,
    ]
    for dimension in Dimension.allCases { types[dimension.rawValue] = .quantity(dimension) }
    return types
  }()

  static let namesWithArguments: [String: Int] = ["List": 1, "Grid": 1, "Model": 1, "Stage": 2]
}

extension Checker {
  /// The type that a name stands for; what does not exist is reported and unknown.
  func type(_ name: TypeName, _ source: Source) -> ValueType {
    let arguments = name.arguments.map { type($0, source) }
    let base = baseType(name, arguments, source)
    return name.isOptional ? .optional(base) : base
  }

  private func baseType(
    _ name: TypeName, _ arguments: [ValueType], _ source: Source
  ) -> ValueType {
    let word = name.name.text
    if !arguments.isEmpty || word == "Stage" {
      switch (word, arguments.count) {
      case ("List", 1): return .list(arguments[0])
      case ("Grid", 1): return .grid(arguments[0], nil)
      case ("Model", 1): return .model(arguments[0])
      case ("Stage", 2): return .stage(arguments[0], arguments[1])
      default:
        if ValueType.named[word] != nil || word == "Stage" {
          report(
            .typeArguments(
              word, wanted: ValueType.namesWithArguments[word] ?? 0,
              at: source.place(of: name.range)
            ))
          return .unknown
        }
      }
    }
    if let type = ValueType.named[word] { return type }
    let all = Array(ValueType.named.keys) + ["Stage"]
    report(.unknownType(word, known: all, at: source.place(of: name.name.range)))
    return .unknown
  }
}
