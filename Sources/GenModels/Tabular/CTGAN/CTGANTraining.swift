import GenTensor

/// The steps that train a ``CTGAN``.
struct CTGANTraining {
  let settings: CTGAN.Settings
  let rows: EncodedRows
  let seed: UInt64
  let conditions: ConditionSampler
  /// Of the generator; the critic takes ``CTGAN/Settings/criticSteps`` before each.
  let stepCount: Int
  /// How far what rows are drawn by moves at each step towards what training has: the means of the
  /// weights and the tracks of the norms.
  private let pace: Float
  private let rowsByLevel: RowsByLevel
  private let critic: Program
  private let generator: Program

  /// Which part of the training, the last sixth, the means are about.
  private static let averagedPart: Float = 6

  /// - Throws: ``TensorError``.
  init(_ settings: CTGAN.Settings, _ rows: EncodedRows, seed: UInt64) throws {
    (self.settings, self.rows, self.seed) = (settings, rows, seed)
    rowsByLevel = RowsByLevel(rows)
    conditions = ConditionSampler(counts: rowsByLevel.counts)
    let programs = CTGANPrograms(settings: settings, layout: rows.layout)
    let weights = WeightSource(isTrainable: true, initialSeed: seed)
    critic = try programs.criticStep(weights)
    stepCount = settings.epochs * max(1, rows.rowCount / settings.rowCount)
    pace = min(0.5, Self.averagedPart / Float(stepCount))
    generator = try programs.generatorStep(
      weights, sharingStatesOf: critic, averageDecay: 1 - pace)
  }

  var programs: [Program] { [critic, generator] }

  /// A step, counted from 0.
  func step(_ step: Int) async throws -> [String: Float] {
    var losses: [String: Float] = [:]
    for turn in 0..<settings.criticSteps {
      let number = step * settings.criticSteps + turn
      try await losses.merge(run(critic, try criticInputs(number), number)) { $1 }
    }
    try await losses.merge(run(generator, try generatorInputs(step), step)) { $1 }
    return losses
  }

  /// What the generator has learned: the means of its weights, and the tracks of its norms.
  func generatorWeights() throws -> [String: NDArray] {
    let states = try generator.states().filter { $0.key.hasPrefix("generator.") }
    return states.averages.merging(
      states.filter { $0.key.hasSuffix(".mean") || $0.key.hasSuffix(".variance") }
    ) { $1 }
  }

  private func run(
    _ program: Program, _ inputs: [String: NDArray], _ number: Int
  ) async throws -> [String: Float] {
    var random = SeriesGenerator(
      seed: seed ^ UInt64(program === critic ? 1 : 2), place: UInt64(number))
    let more = [
      "seed": NDArray(scalar: Int64(bitPattern: random.next())),
      "number": NDArray(scalar: Int64(number + 1)),
    ]
    return try await program.run(inputs.merging(more) { $1 }).compactMapValues { $0.floats.first }
  }

  func criticInputs(_ number: Int) throws -> [String: NDArray] {
    var random = SeriesGenerator(seed: ~seed, place: UInt64(2 * number))
    let batch = settings.rowCount
    let asked = drawnConditions(&random)
    let sought = asked.shuffled(using: &random)
    let chosen = (0..<batch).map {
      rowsByLevel.row(sought.isEmpty ? nil : sought[$0], &random)
    }
    var inputs = try rows.inputs(chosen)
    if !asked.isEmpty {
      inputs["asked"] = try NDArray(asked.map(\.place), shape: [batch, 1])
      inputs["sought"] = try NDArray(sought.map(\.place), shape: [batch, 1])
    }
    return inputs
  }

  func generatorInputs(_ step: Int) throws -> [String: NDArray] {
    var random = SeriesGenerator(seed: ~seed, place: UInt64(2 * step + 1))
    let asked = drawnConditions(&random)
    var inputs = ["pace": NDArray(scalar: max(pace, 1 / Float(step + 1)))]
    if !asked.isEmpty {
      inputs["asked"] = try NDArray(asked.map(\.place), shape: [settings.rowCount, 1])
    }
    return inputs
  }

  private func drawnConditions(
    _ random: inout some RandomNumberGenerator
  ) -> [ConditionSampler.Condition] {
    guard rows.layout.conditionCount > 0 else { return [] }
    return (0..<settings.rowCount).map { _ in conditions.training(&random) }
  }
}
