import Foundation
import GenMedia
import GenTensor

/// A variational autoencoder of a table's rows.
///
/// - Source: Xu et al. 2019, arXiv:1907.00503v2, section 4.4; the settings are those of the Python
///   package `ctgan` 0.12.1.
/// - Departs: levels are drawn as likely as the decoder says, where the package takes the likeliest;
///   the last batch of an epoch is filled up with other rows; biases start at 0, weights are drawn
///   from normal distributions.
public struct TVAE: TableSynthesizer {
  public static let method = "tvae"

  public struct Settings: Hashable, Codable, Sendable {
    /// How often the table is gone through.
    public var epochs = 300
    /// Rows of a step.
    public var batchCount = 500
    /// Numbers that a row is told by.
    public var embedding = 128
    public var encoderWidths = [128, 128]
    public var decoderWidths = [128, 128]
    public var rate: Float = 1e-3
    public var decay: Float = 1e-5
    /// How much more the likeness of rows counts than how plain their embeddings are.
    public var lossFactor: Float = 2

    public init(epochs: Int = 300) { self.epochs = epochs }

    /// - Throws: ``SynthesisError/settings(_:)`` where no network can be made.
    func check() throws {
      try checkSizes(
        [
          "batch": [batchCount], "embedding": [embedding], "encoder": encoderWidths,
          "decoder": decoderWidths,
        ])
    }
  }

  let settings: Settings
  let encoding: TableEncoding
  let weights: [String: NDArray]
  public var spent: PrivacyLedger?

  public static func fitted(
    to table: Table, _ settings: Settings, _ run: FittingRun
  ) async throws -> TVAE {
    try settings.check()
    let encoding = try TableEncoding(learning: table, .modes, seed: run.seed)
    let rows = encoding.encoded(table, seed: run.seed)
    let program = try TVAEProgram(settings: settings, layout: rows.layout)
      .step(WeightSource(isTrainable: true, initialSeed: run.seed))
    let batches = EpochBatches(rows, batchCount: settings.batchCount, seed: run.seed)
    let loop = FittingLoop(
      run: run, stepCount: settings.epochs * batches.count,
      identity: try FittingLoop.identity(of: TVAE.self, settings, run.seed, rows),
      programs: [program])
    let model = {
      TVAE(settings: settings, encoding: encoding, weights: kept(of: try program.states()))
    }
    let watch = QualityWatch(
      table, seed: run.seed, stepCount: loop.stepCount, batchCount: settings.batchCount,
      model: model)
    try await loop(watchedBy: watch.score) { step in
      let losses = try await program.run(try batches.inputs(step))
      return losses.compactMapValues { $0.floats.first }
    }
    return try model()
  }

  public func rows(_ request: RowRequest) async throws -> Table {
    let drawing = RowDrawing(encoding.layout, request)
    let program = try drawing.program(weights) { graph, noise in
      let latent = noise.normal([RowDrawing.batchCount, settings.embedding])
      return try network.drawnRows(graph, latent, noise)
    }
    return try encoding.decoded(try await drawing.rows(request.count, program))
  }

  private var network: TVAEProgram { TVAEProgram(settings: settings, layout: encoding.layout) }
}

extension TVAE {
  func checkDrawing() throws {
    let network = network
    _ = try Program(WeightSource(weights)) { graph in
      let latent = graph.input("latent", [1, settings.embedding])
      let noise = NoiseSource(graph, seed: graph.input("seed", [], .i64))
      return ["row": joined(try network.drawnRows(graph, latent, noise))]
    }
  }
}
