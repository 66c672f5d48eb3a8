import GenPipeline

extension Studio {
  /// What lessons are made of: claims that have to hold, questions that know their answers.
  @CatalogBuilder var lessonVerbs: [Stage] {
    Stage(
      "claim", "States something and stops the program where it does not hold.", topic: "lessons",
      Parameter("holds", "What has to be true."),
      Parameter("sentence", "What it means."),
      examples: [.init("claim(1 + 1 == 2, \"One and one are two.\")", "None")], effect: .tells
    ) { (holds: Bool, sentence: String) in
      guard holds else { throw Diagnostic.claimFails(sentence) }
      announce(.claimed(sentence))
      return Nothing()
    }
    Stage(
      "ask", "Asks a question that checks its answer; without a listener it answers itself.",
      topic: "lessons",
      parameters: [
        Parameter<String>("question", "What is asked.").info,
        ParameterInfo(
          name: "answer", documentation: "What is right: a text, a number, or true or false.",
          type: .variable("A")),
        Parameter<[String]>("choices", "Answers to choose from.", default: []).info,
        Parameter<Double>("within", "How far a number may be off.", in: 0...1e12, default: 0).info,
        Parameter("because", "Why it is so; told afterwards.", default: "").info,
      ],
      result: .fixed(.none),
      examples: [
        .init("ask(\"What is 6 times 7?\", answer: 42, because: \"6 * 7 is 42.\")", "None")
      ],
      effect: .tells, check: { Self.checkAsking($0) }
    ) { arguments in
      let given = arguments["answer"] ?? .none
      let question = Question(
        try arguments.read("question"),
        answer: try await StageContext.current.demand?(given) ?? given,
        choices: try arguments.read("choices"), within: try arguments.read("within"),
        because: try arguments.read("because"))
      guard question.choices.isEmpty || question.choices.contains(question.answerText) else {
        throw Diagnostic.answerNotOffered(question)
      }
      announce(.asked(question))
      return .none
    }
  }

  private static func checkAsking(_ call: CallShape) -> [Diagnostic] {
    guard let answer = call.constants["answer"],
      let choices = call.constants["choices"].flatMap([String].init), !choices.isEmpty
    else { return [] }
    let question = Question("", answer: answer, choices: choices)
    guard !choices.contains(question.answerText) else { return [] }
    return [Diagnostic.answerNotOffered(question).placed(at: call.places["answer"])]
  }
}

extension Diagnostic {
  fileprivate static func claimFails(_ sentence: String) -> Diagnostic {
    Diagnostic(
      "E0750", message: "this does not hold: \(sentence)", label: "is false here",
      hint: "look at the numbers it is made of: show them in a cell of their own")
  }

  fileprivate static func answerNotOffered(_ question: Question) -> Diagnostic {
    Diagnostic(
      "E0751", message: "the answer \"\(question.answerText)\" is not among the choices",
      label: "cannot be chosen", hint: "add it to choices:, or leave choices: out")
  }
}
