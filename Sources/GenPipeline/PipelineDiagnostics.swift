extension Diagnostic {
  /// The codes of this floor, with the page that `gen explain` shows for each.
  public static let pipelinePages: [String: String] = [
    "E0801": """
    A stage was called with an argument that it does not have, or without one that it needs.
    `gen doc NAME` shows the arguments of a stage.
    """,
    "E0802": """
    An argument that was worked out while running is outside the range of its parameter. The range
    is in `gen doc NAME`; a value that is known earlier is reported by `gen check`.
    """,
    "E0803": """
    A stage failed in a way that it has no words for. The message is what the system said. When it
    does not help, it is a defect of the stage: report it with the script.
    """,
    "E0804": """
    The plan ends here: what comes next depends on a result that is not in the cache. Run the
    program once, or plan a script that does not look into a result.
    """,
    "E0805": """
    The file carries no manifest, or one that is damaged, so nobody can tell how it was made. Files
    saved by Gen carry one unless a later program removed it.
    """,
    "E0806": """
    `GEN_CACHE_SIZE` says how large the cache may become: a number with a unit, such as `500MB` or
    `4GB`.
    """,
    "E0807": """
    Another program changed a file of the cache while a film was read from it. Nothing is lost: the
    next run finds the damage and makes the film again.
    """,
    "E0810": """
    `set privacy_budget = 3` says how much of the privacy of any one table the program may spend, as the
    epsilon of differential privacy. Every fit spends what `privacy: dp(epsilon: …)` says, and one
    without protection spends everything; equal fits are one fit. Sampling and reports on what was made
    cost nothing more. The noise is never the same twice: a fit that is not in the cache any more is made
    anew and spends again, so save a model that is to last.
    """,
    "E0809": """
    The program would take more time, memory or disk than `set budget = "2min, 4GB"` allows, so
    nothing was started. The message says which argument to lower, and to what; `gen plan FILE` shows
    what each step takes. What is in the cache costs nothing.
    """,
    "E0900": """
    A value of the wrong type reached a stage, which the check should have prevented. This is a
    defect of Gen: report it with the script.
    """,
    "W0801": """
    The cache cannot be used, so everything is computed anew. Set GEN_CACHE to a folder that can be
    written, or use `set cache = off` to be told nothing.
    """,
    "W0802": """
    A result could not be kept in the cache; the run goes on without keeping any. Most often the
    disk is full: `gen cache trim` or `gen cache clear` makes room.
    """,
  ]

  static func unknownArgument(_ name: String, of stage: Stage) -> Diagnostic {
    Diagnostic(
      "E0801", message: "unknown argument '\(name)'",
      label: "\(stage.name) has no '\(name)'",
      hint: "use one of \(stage.parameters.map(\.name).joined(separator: ", "))")
  }

  static func missingArgument(_ parameter: ParameterInfo, of stage: Stage) -> Diagnostic {
    Diagnostic(
      "E0801", message: "\(stage.name) needs '\(parameter.name)'",
      label: "'\(parameter.name)' is missing", hint: "add \(parameter.name): …")
  }

  static func outOfRange(
    _ parameter: ParameterInfo, _ value: Value, of stage: Stage
  ) -> Diagnostic {
    let range = parameter.range ?? 0...0
    return Diagnostic(
      "E0802",
      message: "'\(parameter.name)' of \(stage.name) is \(value.shortText()), out of its range",
      hint: "use a value from \(range.lowerBound.shortText) to \(range.upperBound.shortText)")
  }

  static func notAChoice(
    _ parameter: ParameterInfo, _ word: String, of stage: Stage
  ) -> Diagnostic {
    let words = if case .choice(let words) = parameter.type.unwrapped { words } else { [String]() }
    return Diagnostic(
      "E0802", message: "'\(parameter.name)' of \(stage.name) cannot be '\(word)'",
      hint: "use one of \(words.joined(separator: ", "))")
  }

  /// An error that has no words of its own.
  public static func failure(_ error: any Error) -> Diagnostic {
    Diagnostic("E0803", message: "\(error)", hint: "report this with the script")
  }

  static func planEnds(at node: Node) -> Diagnostic {
    Diagnostic(
      "E0804", message: "the plan ends here", label: "the result of \(node.stage.name) is needed",
      hint: "run the program once, then plan it", at: node.place)
  }

  static func noManifest(_ reason: String) -> Diagnostic {
    Diagnostic(
      "E0805", message: "there is no readable manifest: \(reason)",
      hint: "use the file as Gen saved it")
  }

  static func damagedMeanwhile() -> Diagnostic {
    Diagnostic(
      "E0808", message: "a film in the cache was damaged while it was read",
      hint: "run the program again: the film is made anew")
  }

  static func cacheUnusable(_ reason: String) -> Diagnostic {
    Diagnostic(
      "W0801", severity: .warning, message: "the cache cannot be used: \(reason)",
      hint: "set GEN_CACHE to a folder that can be written")
  }

  static func cacheFull(_ reason: String) -> Diagnostic {
    Diagnostic(
      "W0802", severity: .warning, message: "results are not kept from here on: \(reason)",
      hint: "make room with gen cache trim")
  }
}

extension ValueType {
  var unwrapped: ValueType {
    if case .optional(let wrapped) = self { wrapped.unwrapped } else { self }
  }
}
