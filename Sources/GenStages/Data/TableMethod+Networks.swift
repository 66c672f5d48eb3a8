import GenModels
import GenPipeline

/// The methods of `fit` that train networks.
extension TableMethod {
  static let ctgan = TableMethod(
    CTGAN.self,
    "A method of fit: a generator and a critic that learn from each other, level by level of a column.",
    epochs(CTGAN.Settings().epochs), batch(CTGAN.Settings().batchCount),
    embedding("Numbers of noise from which a row is made.", CTGAN.Settings().embedding),
    widths("generator", "Sizes of the generator's layers.", CTGAN.Settings().generatorWidths),
    widths("critic", "Sizes of the critic's layers.", CTGAN.Settings().criticWidths),
    Parameter(
      "pack", "Rows that the critic looks at together.", in: 1...100,
      default: CTGAN.Settings().pack
    ).info,
    rate(CTGAN.Settings().generatorRate), trial: [RecordField("epochs", .int(2))],
    units: rowsOfEpochs
  ) { arguments in
    var settings = CTGAN.Settings(epochs: try arguments.read("epochs"))
    settings.batchCount = try arguments.read("batch")
    settings.embedding = try arguments.read("embedding")
    settings.generatorWidths = try arguments.read("generator")
    settings.criticWidths = try arguments.read("critic")
    settings.pack = try arguments.read("pack")
    let rate: Double = try arguments.read("rate")
    (settings.generatorRate, settings.criticRate) = (Float(rate), Float(rate))
    return settings
  }

  static let tvae = TableMethod(
    TVAE.self, "A method of fit: rows told by a few numbers, from which they are made again.",
    epochs(TVAE.Settings().epochs), batch(TVAE.Settings().batchCount),
    embedding("Numbers that a row is told by.", TVAE.Settings().embedding),
    widths("encoder", "Sizes of the encoder's layers.", TVAE.Settings().encoderWidths),
    widths("decoder", "Sizes of the decoder's layers.", TVAE.Settings().decoderWidths),
    rate(TVAE.Settings().rate), trial: [RecordField("epochs", .int(2))], units: rowsOfEpochs
  ) { arguments in
    var settings = TVAE.Settings(epochs: try arguments.read("epochs"))
    settings.batchCount = try arguments.read("batch")
    settings.embedding = try arguments.read("embedding")
    settings.encoderWidths = try arguments.read("encoder")
    settings.decoderWidths = try arguments.read("decoder")
    let rate: Double = try arguments.read("rate")
    settings.rate = Float(rate)
    return settings
  }

  static let tabdiff = TableMethod(
    TabDiff.self,
    "A method of fit: noise is taken out of rows, step by step, as diffusion does with pictures.",
    Parameter(
      "steps", "Steps of training.", in: 1...10_000_000, default: TabDiff.Settings().steps
    ).info,
    batch(TabDiff.Settings().batchCount),
    widths("widths", "Sizes of the network's layers.", TabDiff.Settings().widths),
    Parameter(
      "drawing", "Steps in which a row is made.", in: 2...1000,
      default: TabDiff.Settings().drawingSteps
    ).info,
    rate(TabDiff.Settings().rate), trial: [RecordField("steps", .int(10))],
    units: { rows, arguments in
      let (steps, batch): (Int, Int) = (try arguments.read("steps"), try arguments.read("batch"))
      return Double(steps * batch * (rows.columnCount + hiddenColumns))
    }
  ) { arguments in
    var settings = TabDiff.Settings(steps: try arguments.read("steps"))
    settings.batchCount = try arguments.read("batch")
    settings.widths = try arguments.read("widths")
    settings.drawingSteps = try arguments.read("drawing")
    let rate: Double = try arguments.read("rate")
    settings.rate = Float(rate)
    return settings
  }

  /// What the inner layers of a network cost, in columns.
  private static let hiddenColumns = 16

  private static let rowsOfEpochs: @Sendable (Cost.Rows, Arguments) throws -> Double = {
    let epochs: Int = try $1.read("epochs")
    return Double($0.rowCount * epochs * ($0.columnCount + hiddenColumns))
  }

  private static func epochs(_ count: Int) -> ParameterInfo {
    Parameter("epochs", "How often the table is gone through.", in: 1...1_000_000, default: count)
      .info
  }

  private static func batch(_ count: Int) -> ParameterInfo {
    Parameter("batch", "Rows of a step.", in: 2...100_000, default: count).info
  }

  private static func embedding(_ documentation: String, _ count: Int) -> ParameterInfo {
    Parameter("embedding", documentation, in: 1...4096, default: count).info
  }

  private static func widths(
    _ name: String, _ documentation: String, _ sizes: [Int]
  ) -> ParameterInfo {
    Parameter(name, documentation, default: sizes).info
  }

  private static func rate(_ rate: Float) -> ParameterInfo {
    Parameter("rate", "The learning rate.", in: 1e-8...1, default: Double("\(rate)") ?? 1e-3).info
  }
}
