import Foundation
import GenMedia
import GenTensor

/// A transformer that tells the cells of a row one after the other, whatever is known of it first.
///
/// Numbers are tokens as well: values that many rows share, and bins of equally many rows.
///
/// - Source: as ``CellDecoder``; the name is that of Padhi et al. 2021, arXiv:2011.01843v2.
public struct TabFormer: TableSynthesizer {
  public static let method = "tabformer"

  public struct Settings: Hashable, Codable, Sendable {
    /// How often the table is gone through.
    public var epochs = 20
    /// Rows of a step.
    public var batchCount = 128
    public var width = 64
    public var headCount = 4
    public var blockCount = 3
    /// At most; it rises over the first twentieth of the steps and falls to 0 until the last.
    public var rate: Float = 3e-3

    public init(epochs: Int = 20) { self.epochs = epochs }

    var optimizer: AdamW {
      var adam = AdamW()
      (adam.beta2, adam.averageDecay) = (0.99, 0.99)
      return adam
    }

    /// The rate of a step, counted from 0.
    func rate(_ step: Int, of count: Int) -> Float {
      let place = Float(step + 1) / Float(count)
      return rate * min(1, place * 20) * (1 + cos(.pi * place)) / 2
    }

    /// - Throws: ``SynthesisError/settings(_:)`` where no network can be made.
    func check() throws {
      try checkSizes(
        ["batch": [batchCount], "width": [width], "heads": [headCount], "blocks": [blockCount]])
      guard width.isMultiple(of: headCount), width / headCount <= 256 else {
        throw SynthesisError.settings("\(headCount) heads do not share a width of \(width)")
      }
    }
  }

  let settings: Settings
  let encoding: TableEncoding
  /// How many rows have each level, by segment.
  let counts: [[Int]]
  let weights: [String: NDArray]

  public static func fitted(
    to table: Table, _ settings: Settings, _ run: FittingRun
  ) async throws -> TabFormer {
    try settings.check()
    let encoding = try TableEncoding(learning: table, .bins, seed: run.seed)
    let rows = encoding.encoded(table, seed: run.seed)
    let (learned, held) = HeldOut.split(rows.rowCount, seed: run.seed)
    let weights = WeightSource(isTrainable: true, initialSeed: run.seed)
    let programs = TabFormerPrograms(settings: settings, layout: rows.layout)
    let program = try programs.step(weights)
    let batches = EpochBatches(
      rowCount: learned.count, batchCount: settings.batchCount, seed: run.seed)
    let cells = CellBatches(
      rows, order: encoding.segmentPlaces.compactMap { $0 }, shuffledShare: 0.5)
    var random = SeriesGenerator(seed: run.seed &+ 2, place: 0)
    let heldOut =
      try held.isEmpty
      ? nil
      : HeldOut(
        weights, of: program, every: batches.count, inputs: cells.inputs(held, &random)
      ) { try programs.loss($0, rowCount: held.count) }
    let loop = FittingLoop(
      run: run, stepCount: settings.epochs * batches.count,
      identity: try FittingLoop.identity(of: TabFormer.self, settings, run.seed, rows),
      programs: [program] + (heldOut.map { [$0.program] } ?? []))
    let model = {
      TabFormer(
        settings: settings, encoding: encoding, counts: rows.levelTallies,
        weights: try program.states().averages)
    }
    let watch = QualityWatch(
      table, seed: run.seed, stepCount: loop.stepCount, batchCount: settings.batchCount,
      passes: rows.layout.levelCounts.count, model: model)
    try await loop(watchedBy: watch.score) { step in
      if try await heldOut?.isDone(step) ?? false { return [:] }
      var random = SeriesGenerator(seed: run.seed &+ 1, place: UInt64(step))
      var inputs = try cells.inputs(batches.rows(step).map { learned[$0] }, &random)
      inputs["rate"] = NDArray(scalar: settings.rate(step, of: loop.stepCount))
      inputs["number"] = NDArray(scalar: Int64(step + 1))
      return try await program.run(inputs).compactMapValues { $0.floats.first }
    }
    return try model()
  }

  public func rows(_ request: RowRequest) async throws -> Table {
    let asked = AskedCells(request, encoding, counts: counts)
    let made = try encoding.decoded(try await drawn(request, asked))
    // What was given stays as it was given, not only in the same bin.
    return try asked.known.reduce(made) { table, known in
      guard known.column.type.isNumeric, known.column.count == request.count else { return table }
      return try table.setting(known.column)
    }
  }

  private static let drawnCount = 1024

  private func drawn(_ request: RowRequest, _ asked: AskedCells) async throws -> EncodedRows {
    let layout = encoding.layout
    var made = EncodedRows(layout, rowCount: request.count)
    guard request.count > 0 else { return made }
    let program = try TabFormerPrograms(settings: settings, layout: layout)
      .drawing(weights, asked, rowCount: Self.drawnCount, request.mode)
    for (batch, start) in stride(from: 0, to: request.count, by: Self.drawnCount).enumerated() {
      try Task.checkCancellation()
      var random = SeriesGenerator(seed: request.seed, place: UInt64(batch))
      var inputs = try asked.inputs(start..<start + Self.drawnCount)
      inputs["seed"] = NDArray(scalar: Int64(bitPattern: random.next()))
      let drawn = try await program.run(inputs)["codes"]?.elements(as: Int32.self) ?? []
      let (scalars, codes) = encoding.cells(drawn, asked, &random)
      made.set(from: start, scalars: scalars, codes: codes)
    }
    return made
  }
}

extension TableEncoding {
  /// Rows as they lie in ``EncodedRows``, of levels in the order in which they were drawn.
  func cells(
    _ drawn: [Int32], _ asked: AskedCells, _ random: inout some RandomNumberGenerator
  ) -> (scalars: [Float], codes: [Int32]) {
    let layout = layout
    let binned = zip(columns, segmentPlaces).compactMap { $0.hasScalar ? $1 : nil }
    var codes = [Int32](repeating: 0, count: drawn.count)
    var scalars: [Float] = []
    scalars.reserveCapacity(drawn.count / max(layout.segmentCount, 1) * binned.count)
    for start in stride(from: 0, to: drawn.count, by: max(layout.segmentCount, 1)) {
      for (place, segment) in asked.order.enumerated() {
        codes[start + segment] = drawn[start + place]
      }
      for segment in binned {
        scalars.append(asked.place(segment, Int(codes[start + segment]), &random))
      }
    }
    return (scalars, codes)
  }
}

extension EncodedRows {
  /// How many rows have each level, by segment.
  var levelTallies: [[Int]] {
    layout.levelCounts.enumerated().map { segment, levelCount in
      var tally = [Int](repeating: 0, count: levelCount)
      for row in 0..<rowCount { tally[code(row, at: segment)] += 1 }
      return tally
    }
  }
}

extension TabFormer {
  public func stored() throws -> StoredSynthesizer {
    let facts = StoredFacts(settings: settings, encoding: encoding, counts: counts)
    return StoredSynthesizer(arrays: weights, facts: try facts.text())
  }

  public init(_ stored: StoredSynthesizer) throws {
    let facts = try StoredFacts<Settings>(reading: stored.facts)
    (settings, encoding, counts) = (facts.settings, facts.encoding, facts.counts)
    weights = stored.arrays
    try settings.check()
    guard counts.map(\.count) == encoding.layout.levelCounts,
      counts.joined().allSatisfy({ (0...Int(Int32.max)).contains($0) })
    else { throw SynthesisError.damaged("its counts are not those of its columns") }
    do {
      let asked = AskedCells(RowRequest(count: 1, seed: 0), encoding, counts: counts)
      _ = try TabFormerPrograms(settings: settings, layout: encoding.layout)
        .drawing(weights, asked, rowCount: 1)
    } catch { throw SynthesisError.damaged("\(error)") }
  }
}
