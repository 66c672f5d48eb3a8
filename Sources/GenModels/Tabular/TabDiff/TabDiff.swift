import Foundation
import GenMedia
import GenTensor

/// Diffusion of a table's rows: normal noise for numbers, any level for levels.
///
/// - Source: Kotelnikov et al. 2023, arXiv:2209.15421v2 (TabDDPM).
/// - Departs: the network reads noisy levels as one-hot, its weights are averaged over the last
///   steps, and rows are drawn in fewer steps than noise was learned in.
public struct TabDiff: TableSynthesizer {
  public static let method = "tabdiff"

  public struct Settings: Hashable, Codable, Sendable {
    /// Steps of training.
    public var steps = 6000
    /// Rows of a step.
    public var batchCount = 1024
    public var widths = [256, 512, 256]
    /// Steps that turn a row into noise.
    public var noiseSteps = 1000
    /// Steps that turn noise into a row.
    public var drawingSteps = 50
    /// At first; it falls in a line to 0.
    public var rate: Float = 2e-3

    public init(steps: Int = 6000) { self.steps = steps }

    /// How much of the old average of the weights stays at each step.
    var averageDecay: Float { min(0.999, 1 - 10 / Float(max(steps, 11))) }

    /// - Throws: ``SynthesisError/settings(_:)`` where no network can be made.
    func check() throws {
      try checkSizes(
        [
          "batch": [batchCount], "widths": widths, "steps of noise": [noiseSteps],
          "steps of drawing": [drawingSteps],
        ])
    }
  }

  let settings: Settings
  let encoding: TableEncoding
  let weights: [String: NDArray]
  public var spent: PrivacyLedger?

  public static func fitted(
    to table: Table, _ settings: Settings, _ run: FittingRun
  ) async throws -> TabDiff {
    try settings.check()
    let encoding = try TableEncoding(learning: table, .quantiles, seed: run.seed)
    let rows = encoding.encoded(table, seed: run.seed)
    let program = try TabDiffPrograms(settings: settings, layout: rows.layout)
      .step(WeightSource(isTrainable: true, initialSeed: run.seed))
    let batches = EpochBatches(rows, batchCount: settings.batchCount, seed: run.seed)
    let levels = NoiseLevels(count: settings.noiseSteps)
    let loop = FittingLoop(
      run: run, stepCount: settings.steps,
      identity: try FittingLoop.identity(of: TabDiff.self, settings, run.seed, rows),
      programs: [program])
    let model = {
      TabDiff(settings: settings, encoding: encoding, weights: kept(of: try program.states()))
    }
    let watch = QualityWatch(
      table, seed: run.seed, stepCount: settings.steps, batchCount: settings.batchCount,
      passes: settings.drawingSteps, model: model)
    try await loop(watchedBy: watch.score) { step in
      var inputs = try batches.inputs(step)
      var random = SeriesGenerator(seed: run.seed &+ 1, place: UInt64(step))
      try levels.addNoise(to: &inputs, rows.layout, settings.batchCount, &random)
      let left = 1 - Float(step) / Float(settings.steps)
      inputs["rate"] = NDArray(scalar: settings.rate * left)
      return try await program.run(inputs).compactMapValues { $0.floats.first }
    }
    return try model()
  }

  public func rows(_ request: RowRequest) async throws -> Table {
    let drawing = TabDiffDrawing(
      settings: settings, weights: weights, drawing: RowDrawing(encoding.layout, request))
    return try encoding.decoded(try await drawing.rows(request.count))
  }
}

extension NoiseLevels {
  /// Adds to a batch at which step its rows are, and what noise made of their levels by then.
  func addNoise(
    to inputs: inout [String: NDArray], _ layout: RowLayout, _ batchCount: Int,
    _ random: inout SeriesGenerator
  ) throws {
    let times = (0..<batchCount).map { _ in Int.random(in: 0..<kept.count, using: &random) }
    inputs["time"] = NDArray(times.map { Int32($0) })
    guard var codes = try inputs["codes"]?.elements(as: Int32.self) else { return }
    let count = layout.segmentCount
    for (row, time) in times.enumerated() {
      for segment in 0..<count where Double.random(in: 0..<1, using: &random) >= kept[time] {
        codes[row * count + segment] = Int32.random(
          in: 0..<Int32(layout.levelCounts[segment]), using: &random)
      }
    }
    inputs["noisy"] = try NDArray(codes, shape: [batchCount, count])
  }
}

extension TabDiff {
  func checkDrawing() throws {
    _ = try TabDiffPrograms(settings: settings, layout: encoding.layout)
      .drawingStep(weights, rowCount: 1)
  }
}
