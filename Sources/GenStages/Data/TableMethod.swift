import GenMedia
import GenModels
import GenPipeline

/// A method of `fit`: the verb that chooses it with its settings, and what it does.
struct TableMethod: Sendable {
  /// All methods; a new one is known by its line here.
  static let all: [TableMethod] = [copula]

  let type: any TableSynthesizer.Type
  /// The verb that gives the method as a value.
  let stage: Stage
  let fit:
    @Sendable (
      _ table: Table, _ settings: Arguments, _ name: String, _ run: FittingRun, _ losses: String?
    ) async throws -> FittedTable

  /// - Parameter settings: Those of the method, of the arguments that its verb was given.
  init<Method: TableSynthesizer>(
    _ type: Method.Type, _ summary: String, _ parameters: ParameterInfo...,
    settings: @escaping @Sendable (Arguments) throws -> Method.Settings
  ) {
    let name = Method.method
    self.type = type
    stage = Stage(
      name, summary, topic: "tables", parameters: parameters, result: .fixed(.method),
      examples: [.init("\(name)()", "\(name)()")], effort: .instant
    ) { arguments in
      .method(
        MethodChoice(
          name,
          zip(parameters, arguments.values).compactMap { parameter, value in
            parameter.initial.flatMap { value.equals($0) } ?? false
              ? nil : RecordField(parameter.name, value)
          }))
    }
    fit = { table, arguments, name, run, losses in
      try await FittedTable(
        type, table, settings(arguments), named: name, run: run, losses: losses)
    }
  }

  /// - Throws: ``Diagnostic`` for a method that is not known.
  static func named(_ name: String) throws -> TableMethod {
    guard let method = all.first(where: { $0.stage.name == name }) else {
      throw Diagnostic.synthesis(.unknownMethod(name))
    }
    return method
  }

  /// All settings, those that were not given as they are by themselves.
  func arguments(of choice: MethodChoice) -> Arguments {
    Arguments(
      parameters: stage.parameters,
      values: stage.parameters.map { parameter in
        choice.settings.first { $0.name == parameter.name }?.value ?? parameter.initial ?? .none
      })
  }
}

extension TableMethod {
  static let copula = TableMethod(
    GaussianCopula.self,
    "A method of fit that needs no training: a normal number behind each column, all correlated.",
    Parameter(
      "marginals",
      "How a column by itself is described: by the best of seven families or the data's own curve, "
        + "only by families, or only by the data.",
      oneOf: GaussianCopula.Settings.marginalChoices, default: "best"
    ).info
  ) { GaussianCopula.Settings(marginals: try $0.read("marginals")) }
}
