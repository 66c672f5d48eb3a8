import Foundation
import GenMedia
import GenTensor

/// A conditional generator of a table's rows, trained against a critic.
///
/// - Source: Xu et al. 2019, arXiv:1907.00503v2; the settings are those of the Python package
///   `ctgan` 0.12.1.
/// - Departs: rows are drawn by the mean of the generator's weights over the last sixth of the
///   training, because two networks that chase each other circle around what they look for (Yazıcı et
///   al. 2019, arXiv:1806.04498v2); norms draw by tracked means and variances instead of a batch's, so
///   that a row does not depend on those beside it, and rows are drawn for levels as often as the table
///   has them; numbers of few values are conditions as categories are; biases start at 0, weights are
///   drawn from normal distributions.
public struct CTGAN: TableSynthesizer {
  public static let method = "ctgan"

  public struct Settings: Hashable, Codable, Sendable {
    /// How often the table is gone through.
    public var epochs = 300
    /// Rows of a step; in whole packs, some more.
    public var batchCount = 500
    /// Numbers of noise from which a row is made.
    public var embedding = 128
    public var generatorWidths = [256, 256]
    public var criticWidths = [256, 256]
    /// Rows that the critic looks at together.
    public var pack = 10
    /// Steps of the critic before each of the generator.
    public var criticSteps = 1
    public var gradientPenalty: Float = 10
    public var generatorRate: Float = 2e-4
    public var criticRate: Float = 2e-4
    public var decay: Float = 1e-6
    /// Of the softmax of levels; the smaller, the nearer to one-hot.
    public var temperature: Float = 0.2

    public init(epochs: Int = 300) { self.epochs = epochs }

    /// Rows of a step in whole packs.
    var rowCount: Int { (batchCount + pack - 1) / pack * pack }

    /// - Throws: ``SynthesisError/settings(_:)`` where no network can be made.
    func check() throws {
      try checkSizes(
        [
          "batch": [batchCount], "embedding": [embedding], "pack": [pack],
          "generator": generatorWidths,
          "critic": criticWidths, "steps of the critic": [criticSteps],
        ])
    }
  }

  let settings: Settings
  let encoding: TableEncoding
  let conditions: ConditionSampler
  let weights: [String: NDArray]

  public static func fitted(
    to table: Table, _ settings: Settings, _ run: FittingRun
  ) async throws -> CTGAN {
    try settings.check()
    let encoding = try TableEncoding(learning: table, .modes, seed: run.seed)
    let rows = encoding.encoded(table, seed: run.seed)
    let training = try CTGANTraining(settings, rows, seed: run.seed)
    let loop = FittingLoop(
      run: run, stepCount: training.stepCount,
      identity: try FittingLoop.identity(of: CTGAN.self, settings, run.seed, rows),
      programs: training.programs)
    let model = {
      CTGAN(
        settings: settings, encoding: encoding, conditions: training.conditions,
        weights: try training.generatorWeights())
    }
    let watch = QualityWatch(
      table, seed: run.seed, stepCount: training.stepCount, batchCount: settings.batchCount,
      model: model)
    try await loop(watchedBy: watch.score) { try await training.step($0) }
    return try model()
  }

  public func rows(_ request: RowRequest) async throws -> Table {
    let layout = encoding.layout
    let programs = CTGANPrograms(settings: settings, layout: layout)
    let asked = AskedConditions(request, encoding, conditions)
    let drawing = RowDrawing(layout, request)
    let program = try drawing.program(weights) { graph, noise in
      try programs.drawnRows(graph, noise.normal([RowDrawing.batchCount, settings.embedding]))
    }
    let made = try await drawing.rows(request.count, program) { batch, random in
      guard layout.conditionCount > 0 else { return [:] }
      return ["asked": NDArray(asked.places(batch, of: RowDrawing.batchCount, &random))]
    }
    return try encoding.decoded(made)
  }
}

/// Which level each of the rows to draw is made for: one that is given, or any.
private struct AskedConditions {
  private let sampler: ConditionSampler
  /// For every row, the conditions that its given levels make.
  private let given: [[ConditionSampler.Condition]]

  init(_ request: RowRequest, _ encoding: TableEncoding, _ sampler: ConditionSampler) {
    self.sampler = sampler
    var given = [[ConditionSampler.Condition]](
      repeating: [], count: request.given == nil ? 0 : request.count)
    let discrete = encoding.levelOrder.map { encoding.columns[$0] }.filter(\.isDiscrete)
    for (place, own) in discrete.enumerated() {
      guard let column = request.given?[own.name], column.count == request.count,
        let codes = own.codes(of: column)
      else { continue }
      for (row, code) in codes.enumerated()
      where code.map({ sampler.counts[place][$0] > 0 }) ?? false {
        given[row].append(sampler.condition(place, level: code ?? 0))
      }
    }
    self.given = given
  }

  func places(
    _ batch: Int, of batchCount: Int, _ random: inout some RandomNumberGenerator
  ) -> [Int32] {
    (0..<batchCount).map { place in
      let row = batch * batchCount + place
      let known = row < given.count ? given[row] : []
      return (known.randomElement(using: &random) ?? sampler.natural(&random)).place
    }
  }
}

extension CTGAN {
  public func stored() throws -> StoredSynthesizer {
    let facts = StoredFacts(settings: settings, encoding: encoding, counts: conditions.counts)
    return StoredSynthesizer(arrays: weights, facts: try facts.text())
  }

  public init(_ stored: StoredSynthesizer) throws {
    let facts = try StoredFacts<Settings>(reading: stored.facts)
    (settings, encoding) = (facts.settings, facts.encoding)
    conditions = ConditionSampler(counts: facts.counts)
    weights = stored.arrays
    try settings.check()
    guard facts.counts.map(\.count) == encoding.layout.conditionLevelCounts,
      facts.counts.joined().allSatisfy({ (0...Int(Int32.max)).contains($0) })
    else { throw SynthesisError.damaged("its counts are not those of its columns") }
    try checkWeights()
  }

  /// That the weights are those of a generator with these settings.
  private func checkWeights() throws {
    do {
      let programs = CTGANPrograms(settings: settings, layout: encoding.layout)
      _ = try Program(weights) { graph in
        joined(try programs.drawnRows(graph, graph.input("latent", [1, settings.embedding])))
      }
    } catch { throw SynthesisError.damaged("\(error)") }
  }
}
