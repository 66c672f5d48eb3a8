import GenModels
import GenPipeline

extension TableMethod {
  /// All methods; a new one is known by its line here.
  static let all: [TableMethod] = [copula, ctgan, tvae, tabdiff, tabformer, marginals]

  private static let copula = TableMethod(
    GaussianCopula.self,
    "A method of fit that needs no training: a normal number behind each column, all correlated.",
    [
      Parameter(
        "marginals",
        "How a column by itself is described: by the best of seven families or the data's own "
          + "curve, only by families, or only by the data.",
        oneOf: GaussianCopula.Settings.marginalChoices, default: "best"
      ).info
    ]
  ) { GaussianCopula.Settings(marginals: try $0.read("marginals")) }

  private static let ctgan = TableMethod(
    CTGAN.self,
    "A method of fit: two networks, one of which makes rows that the other cannot tell from real "
      + "ones.",
    [epochs(300), batch(500, of: "its rows come in packs of ten, so tens")], trained: "epochs"
  ) { arguments in
    var settings = CTGAN.Settings(epochs: try arguments.read("epochs"))
    settings.batchCount = try arguments.read("batch")
    return settings
  }

  private static let tvae = TableMethod(
    TVAE.self,
    "A method of fit: a network that puts rows into few numbers, and one that reads them back.",
    [epochs(300), batch(500)], trained: "epochs",
    protected: ["epochs": .int(30), "batch": .int(2000)],
    adjust: { settings in
      (settings.embedding, settings.rate) = (32, 5e-3)
      (settings.encoderWidths, settings.decoderWidths) = ([128], [128])
    }
  ) { arguments in
    var settings = TVAE.Settings(epochs: try arguments.read("epochs"))
    settings.batchCount = try arguments.read("batch")
    return settings
  }

  private static let tabdiff = TableMethod(
    TabDiff.self,
    "A method of fit: a network that learns to take noise out of rows, and makes them of noise.",
    [
      Parameter("steps", "Steps of training.", in: 1...10_000_000, default: 6000).info,
      batch(1024),
      Parameter(
        "draws", "Steps in which noise becomes a row; more are slower and finer.", in: 1...1000,
        default: 50
      ).info,
    ], trained: "steps", protected: ["steps": .int(300), "batch": .int(3000)],
    adjust: { ($0.widths, $0.rate) = ([128, 128], 3e-3) }
  ) { arguments in
    var settings = TabDiff.Settings(steps: try arguments.read("steps"))
    settings.batchCount = try arguments.read("batch")
    settings.drawingSteps = try arguments.read("draws")
    return settings
  }

  private static let tabformer = TableMethod(
    TabFormer.self,
    "A method of fit: a network that tells the entries of a row one after the other, in any order, so "
      + "that any of them can be given.",
    [
      epochs(20), batch(128),
      Parameter("width", "Numbers by which an entry is told.", in: 8...1024, default: 64).info,
    ], trained: "epochs", settings: tabformerSettings
  )

  @Sendable static func tabformerSettings(_ arguments: Arguments) throws -> TabFormer.Settings {
    var settings = TabFormer.Settings(epochs: try arguments.read("epochs"))
    settings.batchCount = try arguments.read("batch")
    settings.width = try arguments.read("width")
    return settings
  }

  private static let marginals = TableMethod(
    Marginals.self,
    "A method of fit that counts single columns and a tree of those pairs that say most: the one to "
      + "take where privacy is promised and epsilon is small.", []
  ) { _ in MarginalSettings(budget: nil) }

  private static func epochs(_ count: Int) -> ParameterInfo {
    Parameter(
      "epochs", "How often the table is gone through.", in: 1...1_000_000, default: count
    ).info
  }

  private static func batch(_ count: Int, of note: String? = nil) -> ParameterInfo {
    Parameter(
      "batch", "Rows of a step" + (note.map { "; \($0)" } ?? "") + ".", in: 10...65_536,
      default: count
    ).info
  }
}
