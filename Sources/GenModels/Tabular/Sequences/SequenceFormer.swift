import Foundation
import GenMedia
import GenTensor

/// A transformer that makes the rows of an entity one after the other: its visits, its bookings.
///
/// What stands in the ordering column is told as the first entry and the gaps after it, so that it
/// never falls.
struct SequenceFormer: Sendable {
  let settings: TabFormer.Settings
  let columns: SequenceColumns
  /// How many rows the longest sequence has; none that is made has more.
  let longest: Int
  let weights: [String: NDArray]

  /// - Parameters:
  ///   - rows: The rows of the entities, those of one after those of another, in their order.
  ///   - starts: Where the rows of each entity begin, and behind the last where they end.
  ///   - order: The column that never falls within an entity.
  ///   - entities: What is known of every entity, a row for each; nil where nothing is.
  /// - Throws: as ``TableSynthesizer/fitted(to:_:_:)``.
  static func fitted(
    to rows: Table, starts: [Int], order: String?, entities: Table?,
    _ settings: TabFormer.Settings, _ run: FittingRun
  ) async throws -> SequenceFormer {
    try settings.check()
    let columns = try SequenceColumns(
      rows, starts: starts, order: order, entities: entities, seed: run.seed)
    let data = try columns.encoded(rows, starts: starts, entities: entities, seed: run.seed)
    let sizes = columns.sizes(settings, longest: data.longest)
    let (learned, held) = HeldOut.split(data.entityCount, seed: run.seed)
    let batches = SequenceBatches(data, sizes, order: columns.toldOrder, entities: learned)
    let weights = WeightSource(isTrainable: true, initialSeed: run.seed)
    let program = try SequencePrograms(sizes: sizes).step(weights, laneCount: batches.laneCount)
    let heldOut =
      try held.isEmpty
      ? nil
      : heldOut(held, data, columns, settings, weights, program, every: batches.stepCount, run.seed)
    let loop = FittingLoop(
      run: run, stepCount: settings.epochs * batches.stepCount,
      identity: try FittingLoop.identity(
        of: TabFormer.self, settings, run.seed, data.told,
        reading: data.entityTokens + data.rowTokens + starts.map { Int32($0) }),
      programs: [program] + (heldOut.map { [$0.program] } ?? []))
    try await loop { step in
      if try await heldOut?.isDone(step) ?? false { return [:] }
      var random = SeriesGenerator(seed: run.seed &+ 1, place: UInt64(step))
      var inputs = try batches.inputs(&random)
      inputs["rate"] = NDArray(scalar: settings.rate(step, of: loop.stepCount))
      inputs["number"] = NDArray(scalar: Int64(step + 1))
      return try await program.run(inputs).compactMapValues { $0.floats.first }
    }
    return SequenceFormer(
      settings: settings, columns: columns, longest: data.longest,
      weights: try program.states().averages)
  }

  var sizes: SequenceSizes { columns.sizes(settings, longest: longest) }

  /// The rows of entities that are kept out, as one large batch.
  private static func heldOut(
    _ entities: [Int], _ data: EntityRows, _ columns: SequenceColumns,
    _ settings: TabFormer.Settings, _ weights: WeightSource, _ learner: Program,
    every interval: Int, _ seed: UInt64
  ) throws -> HeldOut? {
    var large = settings
    large.batchCount = min(1024, entities.reduce(0) { $0 + data.rows($1).count })
    guard large.batchCount > 0 else { return nil }
    let sizes = columns.sizes(large, longest: data.longest)
    let batches = SequenceBatches(data, sizes, order: columns.toldOrder, entities: entities)
    var random = SeriesGenerator(seed: seed &+ 2, place: 0)
    return try HeldOut(
      weights, of: learner, every: interval, inputs: batches.inputs(&random)
    ) { graph in
      let losses = try SequencePrograms(sizes: sizes).losses(graph, laneCount: batches.laneCount)
      return losses.surprise + losses.ending
    }
  }
}

/// How the rows of entities become what a network tells and reads.
struct SequenceColumns: Codable, Sendable, Hashable {
  let told: TableEncoding
  let seen: TableEncoding
  /// Of what is known of an entity.
  let entity: TableEncoding?
  let order: String?

  init(
    _ rows: Table, starts: [Int], order: String?, entities: Table?, seed: UInt64
  ) throws {
    self.order = order
    let parts = try Self.parts(rows, starts: starts, order: order)
    told = try TableEncoding(learning: parts.told, .bins, seed: seed)
    seen = try TableEncoding(learning: parts.seen, .bins, seed: seed)
    entity = try entities.flatMap {
      $0.columns.isEmpty ? nil : try TableEncoding(learning: $0, .bins, seed: seed)
    }
  }

  static func gapName(_ order: String) -> String { order + " (gap)" }

  /// The rows as they are told, with the first entry of the ordering column and then its gaps, and
  /// as they are read, with both that column and its gaps.
  static func parts(
    _ rows: Table, starts: [Int], order: String?
  ) throws -> (told: Table, seen: Table) {
    guard let order, let numbers = try rows.column(order).numbers else { return (rows, rows) }
    var (firsts, gaps) = (numbers, numbers)
    for (start, end) in zip(starts, starts.dropFirst()) {
      for row in start..<end {
        firsts[row] = row == start ? numbers[row] : .nan
        gaps[row] = row == start ? .nan : numbers[row] - numbers[row - 1]
      }
    }
    let type = try rows.column(order).type
    let gap = Column(gapName(order), .number, .numbers(gaps))
    return (
      try rows.setting(Column(order, type, .numbers(firsts))).setting(gap), try rows.setting(gap)
    )
  }

  /// The segments of the cells that are told, in the order in which they are drawn: when comes first.
  var toldOrder: [Int] {
    let timed = timedSegments
    return timed + told.segmentPlaces.compactMap { $0 }.filter { !timed.contains($0) }
  }

  /// The segments of the first entry of the ordering column and of its gaps.
  var timedSegments: [Int] {
    guard let order else { return [] }
    return [order, Self.gapName(order)].compactMap { name in
      told.columns.firstIndex { $0.name == name }.flatMap { told.segmentPlaces[$0] }
    }
  }

  func sizes(_ settings: TabFormer.Settings, longest: Int) -> SequenceSizes {
    let entityCount = entity?.layout.oneHotCount ?? 0
    return SequenceSizes(
      settings: settings, layout: told.layout, readCount: entityCount + seen.layout.oneHotCount,
      readWidth: max(seen.layout.segmentCount, entity?.layout.segmentCount ?? 0),
      span: min(SequenceSizes.longestSpan, longest + 1))
  }

  func encoded(
    _ rows: Table, starts: [Int], entities: Table?, seed: UInt64
  ) throws -> EntityRows {
    let parts = try Self.parts(rows, starts: starts, order: order)
    return EntityRows(
      told: told.encoded(parts.told, seed: seed), rowTokens: rowTokens(parts.seen),
      entityTokens: entityTokens(entities, count: starts.count - 1), starts: starts)
  }

  /// What a token knows of each row `[rows, width]`.
  func rowTokens(_ rows: Table) -> [Int32] {
    tokens(rows, seen, from: entity?.layout.oneHotCount ?? 0)
  }

  /// What a token knows of each entity `[entities, width]`.
  func entityTokens(_ entities: Table?, count: Int) -> [Int32] {
    guard let entities, let entity else {
      return [Int32](repeating: nothing, count: count * width)
    }
    return tokens(entities, entity, from: 0)
  }

  private var width: Int { sizes(.init(), longest: 1).readWidth }
  private var nothing: Int32 { Int32(sizes(.init(), longest: 1).readCount) }

  private func tokens(_ table: Table, _ encoding: TableEncoding, from start: Int) -> [Int32] {
    let rows = encoding.encoded(table, seed: 0)
    let (width, count) = (width, rows.layout.segmentCount)
    let starts = (0..<count).map { Int32(start + rows.layout.levels(of: $0).lowerBound) }
    var tokens = [Int32](repeating: nothing, count: rows.rowCount * width)
    for row in 0..<rows.rowCount {
      for segment in 0..<count {
        tokens[row * width + segment] = starts[segment] + Int32(rows.code(row, at: segment))
      }
    }
    return tokens
  }
}
