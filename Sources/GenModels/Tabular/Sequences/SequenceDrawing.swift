import GenMedia
import GenTensor

/// Draws the rows of entities: each lane makes those of one of them, and takes the next when it has
/// them all. A row that breaks a rule is drawn again, everything before it staying as it is.
struct SequenceDrawing {
  let former: SequenceFormer
  /// What rows are beside what was learned of them.
  let frame: FittedTable
  /// Whether an entity may have no rows.
  let mayBeEmpty: Bool
  let mode: NumericMode

  private static let mostLanes = 256
  /// - Parameter known: What is known of each entity; nil where nothing is.
  /// - Returns: the rows, and the entity of each, rising.
  /// - Throws: ``SynthesisError/rare(met:of:wanted:)``; ``TableError/unknownColumn(_:)``;
  ///   `CancellationError`.
  func rows(
    _ count: Int, known: Table?, seed: UInt64, report: (Int) -> Void
  ) async throws -> (rows: Table, owners: [Int]) {
    let above = try frame.plan.above.flatMap { try known?.selecting($0.keys.sorted()) }
    var pieces = [
      try finished(
        try former.columns.told.decoded(EncodedRows(layout, rowCount: 0)), above: above?.rows([]))
    ]
    guard count > 0 else { return (pieces[0].rows, []) }
    let entities = try former.columns.entity.flatMap { encoding in
      try known?.selecting(encoding.columns.map(\.name))
    }
    let tokens = former.columns.entityTokens(entities, count: count)
    var lanes = EntityLanes(
      former, count: min(Self.mostLanes, count), entityCount: count, tokens: tokens)
    let columns = former.columns
    let program = try SequencePrograms(sizes: former.sizes).drawing(
      former.weights, order: columns.toldOrder, limited: columns.timedSegments,
      laneCount: lanes.all.count, mode)
    var unique = SeenEntries(frame.plan.rules.unique)
    var owners: [Int] = []
    var step: UInt64 = 0
    while !lanes.isDone {
      try Task.checkCancellation()
      var random = SeriesGenerator(seed: seed, place: step)
      step += 1
      var inputs = try lanes.inputs()
      inputs["seed"] = NDArray(scalar: Int64(bitPattern: random.next()))
      let drawn = try await program.run(inputs)
      let follows = try drawn["follows"]?.elements(as: Int32.self) ?? []
      var made = try finished(
        lanes.timed(try decoded(try drawn["codes"]?.elements(as: Int32.self) ?? [], &random)),
        above: above?.rows(lanes.entities))
      var kept: [Int] = []
      for lane in lanes.all.indices {
        switch lanes.fate(lane, follows: follows[lane] == 1, made, mayBeEmpty: mayBeEmpty) {
        case .idle: break
        case .done: lanes.next(lane)
        case .row:
          let holds = made.holds[lane]
          guard holds, unique.isNew(lane, in: made.rows) else {
            let mayEnd = !holds && (mayBeEmpty || lanes.all[lane].count > 0)
            try lanes.retry(lane, mayEnd: mayEnd)
            break
          }
          kept.append(lane)
          owners.append(lanes.all[lane].entity)
          lanes.take(lane, made)
        }
      }
      made.rows = made.rows.rows(kept)
      pieces.append(made)
      report(lanes.finishedCount)
    }
    let order = owners.indices.sorted { (owners[$0], $0) < (owners[$1], $1) }
    return (try Table.stacked(pieces.map(\.rows)).rows(order), order.map { owners[$0] })
  }

  private var layout: RowLayout { former.columns.told.layout }

  private func decoded(
    _ codes: [Int32], _ random: inout some RandomNumberGenerator
  ) throws -> Table {
    let told = former.columns.told
    let asked = AskedCells(order: former.columns.toldOrder)
    let cells = told.cells(codes, asked, &random)
    var rows = EncodedRows(layout, rowCount: codes.count / max(layout.segmentCount, 1))
    rows.set(from: 0, scalars: cells.scalars, codes: cells.codes)
    return try told.decoded(rows)
  }

  /// Rows that were told, as they are read again and as they are handed out.
  ///
  /// - Parameter above: What rules look at of the entity of each.
  private func finished(_ told: Table, above: Table?) throws -> MadeRows {
    let shaped = try frame.shaped(told, told.rowCount, seed: 0)
    let rows = try frame.restored(shaped, above: above)
    let gap = former.columns.order.map(SequenceColumns.gapName).flatMap { told[$0] }
    let seen = try Table(
      former.columns.seen.columns.compactMap {
        shaped[$0.name] ?? (gap?.name == $0.name ? gap : nil)
      },
      rowCount: told.rowCount)
    return MadeRows(
      rows: rows, holds: try frame.plan.holds(in: rows, frame.formsByName, above: above),
      tokens: former.columns.rowTokens(seen),
      times: former.columns.order.flatMap { seen[$0]?.numbers },
      late: former.columns.order.flatMap { frame.late(in: told, $0) })
  }
}

/// Rows that were drawn, one for each lane.
struct MadeRows {
  var rows: Table
  let holds: [Bool]
  /// What a token knows of each, `[rows, width]`.
  let tokens: [Int32]
  /// What stands in the ordering column.
  let times: [Double]?
  /// Whether that lies behind everything that was learned from.
  let late: [Bool]?
}

extension FittedTable {
  /// Which rows have a number beyond the greatest that was learned from.
  fileprivate func late(in rows: Table, _ name: String) -> [Bool]? {
    guard case .numbers(let grain, _, let high)? = formsByName[name] else { return nil }
    return rows[name]?.numbers?.map { $0 > high + grain.step / 2 }
  }
}

/// Which entity each lane is at, and what it has of it.
private struct EntityLanes {
  struct Lane {
    var entity: Int
    /// Rows that are there.
    var count = 0
    var token: [Int32] = []
    /// What stands in the ordering column of the last row.
    var time = 0.0
    /// That a row follows was drawn already; the row broke a rule.
    var mustFollow = false
    var tries = 0
  }

  enum Fate { case idle, done, row }

  /// How often a row is drawn before it is given up, and before its entity has no more rows where that
  /// may be.
  private static let mostTries = (last: 1000, ending: 200)

  private(set) var all: [Lane]
  private let former: SequenceFormer
  private let entityCount: Int
  private let tokens: [Int32]
  private let sizes: SequenceSizes
  private var nextEntity: Int
  private(set) var finishedCount = 0

  init(_ former: SequenceFormer, count: Int, entityCount: Int, tokens: [Int32]) {
    (self.former, self.entityCount, self.tokens) = (former, entityCount, tokens)
    (sizes, nextEntity) = (former.sizes, count)
    all = (0..<count).map { Lane(entity: $0) }
    for lane in all.indices { start(lane) }
  }

  var isDone: Bool { finishedCount == entityCount }

  /// The entity that each lane is at; lanes that are done stay at the last.
  var entities: [Int] { all.map { min($0.entity, entityCount - 1) } }

  private mutating func start(_ lane: Int) {
    let width = sizes.readWidth
    let entity = all[lane].entity
    guard entity < entityCount else { return }
    all[lane].token = Array(tokens[entity * width..<(entity + 1) * width])
  }

  mutating func next(_ lane: Int) {
    finishedCount += 1
    let token = all[lane].token
    all[lane] = Lane(entity: nextEntity, token: token)
    nextEntity += 1
    start(lane)
  }

  func fate(_ lane: Int, follows: Bool, _ made: MadeRows, mayBeEmpty: Bool) -> Fate {
    let own = all[lane]
    guard own.entity < entityCount else { return .idle }
    let mustFollow = own.mustFollow || (own.count == 0 && !mayBeEmpty)
    guard follows || mustFollow, own.count < former.longest else { return .done }
    // What would come after the end of the time that was seen was not seen.
    guard !(made.late?[lane] ?? false) || (own.count == 0 && !mayBeEmpty) else { return .done }
    return .row
  }

  mutating func take(_ lane: Int, _ made: MadeRows) {
    let width = sizes.readWidth
    all[lane].token = Array(made.tokens[lane * width..<(lane + 1) * width])
    all[lane].time = made.times?[lane] ?? 0
    all[lane].count += 1
    (all[lane].mustFollow, all[lane].tries) = (false, 0)
  }

  /// - Parameter mayEnd: Whether the entity may have no rows but those that are there.
  mutating func retry(_ lane: Int, mayEnd: Bool) throws {
    all[lane].mustFollow = true
    all[lane].tries += 1
    let tries = all[lane].tries
    if tries >= Self.mostTries.ending, mayEnd { return next(lane) }
    guard tries < Self.mostTries.last else {
      throw SynthesisError.rare(met: 0, of: tries, wanted: 1)
    }
  }

  /// Rows with the ordering column as it is, of its first entries and its gaps.
  func timed(_ told: Table) throws -> Table {
    guard let order = former.columns.order, let firsts = told[order]?.numbers,
      let gaps = told[SequenceColumns.gapName(order)]?.numbers
    else { return told }
    let times = all.indices.map { lane in
      all[lane].count == 0 ? firsts[lane] : all[lane].time + max(0, gaps[lane])
    }
    return try told.setting(Column(order, try told.column(order).type, .numbers(times)))
  }

  /// What the program is given.
  func inputs() throws -> [String: NDArray] {
    let (count, span) = (all.count, sizes.span)
    var slots = [Float](repeating: 0, count: count * span)
    var visible = [UInt8](repeating: 0, count: count * span)
    var places: [Int32] = []
    for (lane, own) in all.enumerated() {
      // The entity stays in the first slot; rows go round in the others.
      let slot = own.count == 0 ? 0 : 1 + (own.count - 1) % (span - 1)
      slots[lane * span + slot] = 1
      for place in 0...min(own.count, span - 1) { visible[lane * span + place] = 1 }
      places.append(Int32(min(own.count, SequenceSizes.placeCount - 1)))
    }
    var inputs = [
      "known": try NDArray(all.flatMap(\.token), shape: [count, 1, sizes.readWidth]),
      "place": try NDArray(places, shape: [count, 1]),
      "slots": try NDArray(slots, shape: [count, span]),
      "visible": try NDArray(visible, shape: [count, span]),
    ]
    for (place, segment) in former.columns.timedSegments.enumerated() {
      let levelCount = sizes.layout.levelCounts[segment]
      let hasMissing = former.columns.told.hasMissing(inSegment: segment)
      let allowed = all.flatMap { own in
        (0..<levelCount).map { level -> Float in
          let isMissing = hasMissing && level == levelCount - 1
          return isMissing == ((own.count == 0) == (place == 1)) ? 0 : -1e9
        }
      }
      inputs["allowed\(segment)"] = try NDArray(allowed, shape: [count, levelCount])
    }
    return inputs
  }
}

extension TableEncoding {
  fileprivate func hasMissing(inSegment segment: Int) -> Bool {
    guard case .bins(let bins) = columns[levelOrder[segment]].kind else { return false }
    return bins.hasMissing
  }
}
