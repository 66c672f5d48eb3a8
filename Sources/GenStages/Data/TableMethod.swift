import GenMedia
import GenModels
import GenPipeline

/// A method of `fit`: the verb that chooses it with its settings, and what it does.
struct TableMethod: Sendable {
  let type: any TableSynthesizer.Type
  /// The verb that gives the method as a value.
  let stage: Stage
  let fit: @Sendable (Request) async throws -> FittedTable
  /// Learns so that no row shows.
  let protect: @Sendable (Request, RowProtection) async throws -> FittedTable
  /// Settings that are others by themselves where rows are protected.
  private let protectedSettings: [String: Value]
  /// The setting that says how long it is trained; nil for a method that is not.
  private let length: String?

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
  ///   - length: The setting that says how long it is trained.
  ///   - protected: Settings that are others by themselves where rows are protected.
  ///   - adjust: Changes what no argument says where rows are protected.
  ///   - settings: Those of the method, of the arguments that its verb was given.
  init<Method: TableSynthesizer>(
    _ type: Method.Type, _ summary: String, _ parameters: [ParameterInfo],
    trained length: String? = nil, protected: [String: Value] = [:],
    adjust: @escaping @Sendable (inout Method.Settings) -> Void = { _ in },
    settings: @escaping @Sendable (Arguments) throws -> Method.Settings
  ) {
    (self.length, protectedSettings) = (length, protected)
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
    protect = { request, protection in
      var chosen = try settings(request.settings)
      adjust(&chosen)
      return try await FittedTable.protected(
        type, request.table, chosen, for: protection, named: request.name, rules: request.rules,
        run: request.run)
    }
  }

  /// Those that can learn so that no row shows, as a script writes them.
  static let protecting = all.filter { $0.type.canProtect }.map { "\($0.stage.name)()" }

  /// - Throws: ``Diagnostic`` for a method that is not known.
  static func named(_ name: String) throws -> TableMethod {
    guard let method = all.first(where: { $0.stage.name == name }) else {
      throw Diagnostic.synthesis(.unknownMethod(name))
    }
    return method
  }

  /// What a fit takes, measured on small tables of as many columns.
  ///
  /// - Throws: when nobody can tell.
  func cost(
    _ call: CostCall, _ choice: MethodChoice, of rows: Cost.Rows, isProtected: Bool = false
  ) async throws -> Cost {
    let settings = arguments(of: choice, isProtected: isProtected)
    let columnCount = min(rows.columnCount, 60)
    let written = Value.method(choice).shortText(limit: 400) + (isProtected ? " protected" : "")
    let work = "\(written) of \(columnCount) columns"
    let price = await call.price(of: length.map { _ in work } ?? "\(choice.name)") {
      try await Calibration.fitting(columnCount: columnCount, isTrained: length != nil) {
        let request = Request(
          table: $0, settings: self.settings(settings, lasting: $1), name: written,
          run: FittingRun(seed: 0))
        _ =
          isProtected
          ? try await protect(request, try Calibration.protection(of: $0)) : try await fit(request)
      }
    }
    guard let price else { return Cost(seconds: nil) }
    return Cost(
      seconds: price.seconds(units: try units(rows, settings)),
      memory: Int(rows.entryCount * price.bytesPerUnit))
  }

  /// What a fit of the rows of entities takes, measured on few of them with as many columns.
  ///
  /// - Parameter rows: Of a table with its key.
  /// - Throws: when nobody can tell.
  func sequenceCost(
    _ call: CostCall, _ choice: MethodChoice, of rows: Cost.Rows
  ) async throws -> Cost {
    let settings = arguments(of: choice)
    let columnCount = max(1, min(rows.columnCount, 61) - 1)
    let written = Value.method(choice).shortText(limit: 400)
    let work = "sequences by \(written) of \(columnCount) columns"
    let price = await call.price(of: work) {
      try await Calibration.sequences(columnCount: columnCount) { subject, length in
        _ = try await FittedFamily(
          subject, Self.tabformerSettings(self.settings(settings, lasting: length)),
          named: written
        ) { _ in (FittingRun(seed: 0), nil) }
      }
    }
    guard let price else { return Cost(seconds: nil) }
    return Cost(
      seconds: price.seconds(units: try units(rows, settings)),
      memory: Int(rows.entryCount * price.bytesPerUnit))
  }

  /// What the time that a fit takes grows with: entries, or rows that are trained on.
  private func units(_ rows: Cost.Rows, _ settings: Arguments) throws -> Double {
    guard let length else { return rows.entryCount }
    let count: Int = try settings.read(length)
    let batch: Int = try settings.read("batch")
    return length == "steps" ? Double(count * batch) : Double(count) * Double(rows.rowCount)
  }

  /// Settings with another length of training.
  private func settings(_ settings: Arguments, lasting count: Int) -> Arguments {
    Arguments(
      parameters: settings.parameters,
      values: zip(settings.parameters, settings.values).map { parameter, value in
        parameter.name == length ? .int(count) : value
      })
  }

  /// All settings, those that were not given as they are by themselves.
  func arguments(of choice: MethodChoice, isProtected: Bool = false) -> Arguments {
    Arguments(
      parameters: stage.parameters,
      values: stage.parameters.map { parameter in
        choice.settings.first { $0.name == parameter.name }?.value
          ?? (isProtected ? protectedSettings[parameter.name] : nil) ?? parameter.initial ?? .none
      })
  }
}
