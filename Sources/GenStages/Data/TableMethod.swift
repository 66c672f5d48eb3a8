import GenMedia
import GenModels
import GenPipeline

/// A method of `fit`: the verb that chooses it with its settings, and what it does.
struct TableMethod: Sendable {
  /// All methods; a new one is known by its line here.
  static let all: [TableMethod] = [copula, ctgan, tvae, tabdiff, marginals]

  let type: any TableSynthesizer.Type
  /// The verb that gives the method as a value.
  let stage: Stage
  let fit: @Sendable (Request) async throws -> FittedTable
  /// What its work is told in, such as entries that are learned from, epoch by epoch.
  let units: @Sendable (Cost.Rows, Arguments) throws -> Double
  /// Settings with which little is enough to find out what a unit takes.
  let trial: [RecordField]

  /// What is fitted, and how.
  struct Request: Sendable {
    var table: Table
    var settings: Arguments
    /// The method as a script would write it.
    var name: String
    var rules = TableRules()
    var run: FittingRun
    /// Where losses are kept meanwhile.
    var losses: String?
  }

  /// - Parameters:
  ///   - settings: Those of the method, of the arguments that its verb was given.
  ///   - trial: Settings that make it short, to measure what a unit takes.
  ///   - units: What the time that it takes grows with.
  init<Method: TableSynthesizer>(
    _ type: Method.Type, _ summary: String, _ parameters: ParameterInfo...,
    trial: [RecordField] = [],
    units: @escaping @Sendable (Cost.Rows, Arguments) throws -> Double = { rows, _ in
      rows.entryCount
    },
    settings: @escaping @Sendable (Arguments) throws -> Method.Settings
  ) {
    (self.trial, self.units) = (trial, units)
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
    fit = { request in
      try await FittedTable(
        type, request.table, settings(request.settings), named: request.name,
        rules: request.rules, run: request.run, losses: request.losses)
    }
  }

  /// - Throws: ``Diagnostic`` for a method that is not known.
  static func named(_ name: String) throws -> TableMethod {
    guard let method = all.first(where: { $0.stage.name == name }) else {
      throw Diagnostic.synthesis(.unknownMethod(name))
    }
    return method
  }

  /// What a fit takes: measured on small tables, with the settings as they are.
  ///
  /// - Throws: when nobody can tell.
  func cost(_ call: CostCall, _ choice: MethodChoice) async throws -> Cost {
    let (rows, arguments) = (try call.rows("table"), arguments(of: choice))
    let short = MethodChoice(
      choice.name,
      choice.settings.filter { given in !trial.contains { $0.name == given.name } } + trial)
    let written = Value.method(short).shortText(limit: 400)
    let price = await call.price(of: "units of \(written)") {
      let settings = self.arguments(of: short)
      return try await Calibration.fitting(
        units: { (try? units($0, settings)) ?? $0.entryCount }
      ) {
        _ = try await fit(
          Request(table: $0, settings: settings, name: written, run: FittingRun(seed: 0)))
      }
    }
    guard let price else { return Cost(seconds: nil) }
    return Cost(
      seconds: price.seconds(units: try units(rows, arguments)),
      memory: Int(rows.entryCount * price.bytesPerUnit))
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

  static let marginals = TableMethod(
    Marginals.self,
    "A method of fit that counts: single columns, and a tree of those pairs that say most. The one that can "
      + "promise privacy."
  ) { _ in MarginalSettings(budget: nil) }
}
