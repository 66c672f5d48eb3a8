import GenPipeline

/// What can be wrong with names and with the arguments of a call.
extension Diagnostic {
  private static func suggestion(_ word: String, _ names: some Sequence<String>) -> String? {
    Suggestion.nearest(to: word, in: names).map { "Did you mean '\($0)'?" }
  }

  static func unknownName(
    _ name: String, known: [String], isLater: Bool, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0101", message: "unknown name '\(name)'",
      label: isLater ? "it gets its value further down" : "nothing here is called '\(name)'",
      hint: isLater ? "move that line above this one" : suggestion(name, known), at: place)
  }

  static func unknownStage(
    _ name: String, known: [String], isLater: Bool, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0102", message: "unknown stage '\(name)'",
      label: isLater ? "it is defined further down" : "there is no stage '\(name)'",
      hint: isLater ? "move its definition above this line" : suggestion(name, known), at: place)
  }

  static func notCallable(_ type: String, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0103", message: "\(article(type)) cannot be called",
      label: "this is \(article(type)), not a stage", at: place)
  }

  static func unknownArgument(
    _ label: String, of stage: String, known: [String], at place: SourcePlace
  ) -> Diagnostic {
    let all = known.isEmpty ? "it takes no arguments" : "use \(known.joined(separator: ", "))"
    return Diagnostic(
      "E0104", message: "unknown argument '\(label)'", label: "\(stage) has no '\(label)'",
      hint: suggestion(label, known) ?? all, at: place)
  }

  static func missingArgument(
    _ names: [String], of stage: String, at place: SourcePlace
  ) -> Diagnostic {
    let quoted = names.map { "'\($0)'" }.joined(separator: " and ")
    return Diagnostic(
      "E0105", message: "\(stage) needs \(quoted)", label: "\(quoted) is missing",
      hint: "add \(names.map { "\($0): …" }.joined(separator: ", "))", at: place)
  }

  static func repeatedArgument(
    _ name: String, of stage: String, at place: SourcePlace, first: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0106", message: "'\(name)' of \(stage) is given twice", label: "the second time",
      hint: "leave one of them out", at: place,
      second: Second(place: first, label: "the first time"))
  }

  static func tooManyArguments(
    _ stage: String, takes count: Int, at place: SourcePlace
  ) -> Diagnostic {
    let amount = count == 0 ? "no arguments" : count == 1 ? "one argument" : "\(count) arguments"
    return Diagnostic(
      "E0107", message: "too many arguments for \(stage)", label: "\(stage) takes \(amount)",
      hint: "leave this one out", at: place)
  }

  static func positionAfterLabel(at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0108", message: "an argument without a name follows one with a name",
      label: "this one needs its name", hint: "write name: before it", at: place)
  }

  static func unknownChoice(
    _ word: String, for parameter: String, choices: [String], at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0109", message: "'\(parameter)' cannot be '\(word)'",
      label: "\(parameter) is one of \(choices.joined(separator: ", "))",
      hint: suggestion(word, choices), at: place)
  }

  static func nameChangesType(
    _ name: String, from old: ValueType, to new: ValueType, at place: SourcePlace,
    first: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0110", message: "'\(name)' is already \(article(old.spokenName))",
      label: "here it would become \(article(new.spokenName))",
      hint: "choose another name", at: place,
      second: Second(place: first, label: "'\(name)' got its type here"))
  }

  static func recursion(_ name: String, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0111", message: "'\(name)' uses itself", label: "a stage cannot call itself",
      hint: "use for or fold to repeat something", at: place)
  }

  static func unknownType(
    _ name: String, known: [String], at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0112", message: "unknown type '\(name)'", label: "there is no type '\(name)'",
      hint: otherTypeNames[name.lowercased()].map { "it is called \($0)" }
        ?? suggestion(name, known), at: place)
  }

  /// What other languages call the types.
  private static let otherTypeNames = [
    "integer": "Int", "int": "Int", "string": "Text", "str": "Text", "float": "Number",
    "double": "Number", "boolean": "Bool", "bool": "Bool", "picture": "Image", "film": "Video",
    "array": "List", "sound": "Audio", "time": "Duration", "void": "None",
  ]

  static func unknownSetting(
    _ name: String, known: [String], at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0113", message: "unknown setting '\(name)'",
      label: "settings are \(known.joined(separator: ", "))", hint: suggestion(name, known),
      at: place)
  }

  static func repeatedName(
    _ name: String, at place: SourcePlace, first: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0114", message: "'\(name)' stands twice", label: "the second time",
      hint: "choose another name", at: place,
      second: Second(place: first, label: "the first time"))
  }

  static func unknownField(
    _ name: String, of type: String, known: [String], at place: SourcePlace
  ) -> Diagnostic {
    let all = known.isEmpty ? nil : "its fields are \(known.joined(separator: ", "))"
    return Diagnostic(
      "E0115", message: "\(article(type)) has no field '\(name)'",
      label: "there is no '\(name)' here", hint: suggestion(name, known) ?? all, at: place)
  }

  static func labelForFunction(_ label: String, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0116", message: "a lambda's arguments have no names", label: "'\(label):' is too much",
      hint: "leave the name out, or use def", at: place)
  }

  static func typeArguments(_ name: String, wanted: Int, at place: SourcePlace) -> Diagnostic {
    let amount =
      wanted == 0
      ? "no types" : wanted == 1 ? "one type" : (wanted == 2 ? "two types" : "\(wanted) types")
    return Diagnostic(
      "E0117", message: "'\(name)' takes \(amount) in < >", label: "this is another number",
      hint: wanted == 2 ? "write \(name)<Image, Video>" : nil, at: place)
  }

  static func moduleNotFound(
    _ path: String, isFile: Bool, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0301", message: "there is no module '\(path)'",
      label: isFile ? "no such file beside the script" : "neither beside the script nor in stdlib",
      hint: isFile ? "check the path" : "put a file's path in quotes", at: place)
  }

  static func moduleCycle(_ path: [String], at place: SourcePlace) -> Diagnostic {
    let names = path.map { String($0.split(separator: "/").last ?? $0[...]) }
    return Diagnostic(
      "E0302", message: "modules use each other in a circle",
      label: names.joined(separator: " uses "), hint: "move what both need into a third", at: place)
  }

  static func moduleStatement(at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "W0303", severity: .warning, message: "a used module gives names only",
      label: "this line is not run", hint: "move it into the script", at: place)
  }

  static func useInside(at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0304", message: "'use' and 'set' stand at the top of a program, not in a block",
      label: "this is inside a block", hint: "move it out", at: place)
  }

  static func article(_ noun: String) -> String {
    if noun == "none" { return noun }
    let isVowel = noun.first.map { "AEIOUaeiou".contains($0) } ?? false
    return (isVowel ? "an " : "a ") + noun
  }
}
