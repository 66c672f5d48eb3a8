import GenTensor

/// The rows of every entity in their order, as a network reads and tells them.
struct EntityRows: Sendable {
  /// Those of one entity after those of another.
  let told: EncodedRows
  /// What a token knows of each row, and of each entity: `[rows, width]`, `[entities, width]`.
  let rowTokens: [Int32]
  let entityTokens: [Int32]
  /// Where the rows of each entity begin, and behind the last where they end.
  let starts: [Int]

  var entityCount: Int { starts.count - 1 }
  var longest: Int { zip(starts, starts.dropFirst()).map { $1 - $0 }.max() ?? 0 }

  func rows(_ entity: Int) -> Range<Int> { starts[entity]..<starts[entity + 1] }
}

/// Stretches of rows of some entities beside each other, as a step of training is given them.
struct SequenceBatches {
  private let rows: EntityRows
  private let sizes: SequenceSizes
  private let cells: CellBatches
  /// Entities that are drawn from; those with more rows than a stretch has more than once.
  private let draws: [Int32]
  let laneCount: Int
  /// Steps in which about all rows are seen once.
  let stepCount: Int

  /// - Parameter entities: Those that are drawn from.
  init(_ rows: EntityRows, _ sizes: SequenceSizes, order: [Int], entities: [Int]) {
    (self.rows, self.sizes) = (rows, sizes)
    cells = CellBatches(rows.told, order: order, shuffledShare: 0)
    let stretch = sizes.span - 1
    draws = entities.flatMap { entity in
      let count = max(1, (rows.rows(entity).count + stretch - 1) / stretch)
      return [Int32](repeating: Int32(entity), count: count)
    }
    let batch = sizes.settings.batchCount
    let share = Double(rows.entityCount) / Double(max(rows.told.rowCount, 1))
    // A lane is on average not full; rows that find no place only wait for another step.
    laneCount = Int(Double(batch) * (1 + share) * 1.3 / Double(sizes.span)) + 2
    let count = entities.reduce(0) { $0 + rows.rows($1).count }
    stepCount = (count + batch - 1) / batch
  }

  /// What a step is given.
  ///
  /// - Returns: `known [lanes, span, reads]` and `place [lanes, span]` i32, the tokens; `hidden
  ///   [lanes, 1, span, span]`, which of them do not see each other; `follows [lanes * span]` i32,
  ///   whether a row follows each, -1 where that does not count; `row [batch]` i32, the token before
  ///   each of the rows of ``CellBatches``; `share`, what a row counts.
  func inputs(_ random: inout some RandomNumberGenerator) throws -> [String: NDArray] {
    var lanes = SequenceLanes(sizes, laneCount, batch: sizes.settings.batchCount)
    while !lanes.isFull, let entity = draws.randomElement(using: &random) {
      let all = rows.rows(Int(entity))
      let stretch = sizes.span - 1
      let start =
        all.count <= stretch
        ? all.lowerBound : Int.random(in: all.lowerBound...all.upperBound - stretch, using: &random)
      lanes.add(
        rows, Int(entity), all, stretch: start..<min(start + stretch, all.upperBound))
    }
    let chosen: [Int?] =
      lanes.told
      + [Int?](
        repeating: nil, count: sizes.settings.batchCount - lanes.told.count)
    return try lanes.inputs().merging(try cells.inputs(chosen, &random)) { $1 }
  }
}

/// Tokens of entities, put one behind the other into lanes.
private struct SequenceLanes {
  private let sizes: SequenceSizes
  private let laneCount: Int
  private let batch: Int
  private var lane = 0
  private var used = 0
  private var known: [Int32]
  private var place: [Int32]
  private var follows: [Int32]
  /// Which entity each token is of, by a number.
  private var owner: [Int32]
  private var ownerCount: Int32 = 0
  /// The rows that are told, and the token before each.
  private(set) var told: [Int] = []
  private var before: [Int32] = []

  init(_ sizes: SequenceSizes, _ laneCount: Int, batch: Int) {
    (self.sizes, self.laneCount, self.batch) = (sizes, laneCount, batch)
    let count = laneCount * sizes.span
    known = [Int32](repeating: Int32(sizes.readCount), count: count * sizes.readWidth)
    place = [Int32](repeating: 0, count: count)
    follows = [Int32](repeating: -1, count: count)
    owner = [Int32](repeating: -1, count: count)
  }

  var isFull: Bool { told.count >= batch || lane >= laneCount }

  /// - Parameters:
  ///   - all: The rows of the entity.
  ///   - stretch: Those that are known.
  mutating func add(_ rows: EntityRows, _ entity: Int, _ all: Range<Int>, stretch: Range<Int>) {
    if used + stretch.count + 1 > sizes.span { (lane, used) = (lane + 1, 0) }
    guard lane < laneCount else { return }
    let width = sizes.readWidth
    // What comes first after the entity is known where the stretch begins with it only.
    let first = stretch.lowerBound == all.lowerBound
    add(rows.entityTokens[entity * width..<(entity + 1) * width], place: 0)
    if first { tell(all.lowerBound, of: all) }
    for row in stretch where !isFull {
      add(
        rows.rowTokens[row * width..<(row + 1) * width], place: row - all.lowerBound + 1)
      tell(row + 1, of: all)
    }
    ownerCount += 1
  }

  private mutating func add(_ tokens: ArraySlice<Int32>, place number: Int) {
    let slot = lane * sizes.span + used
    known.replaceSubrange(slot * sizes.readWidth..<(slot + 1) * sizes.readWidth, with: tokens)
    place[slot] = Int32(min(number, SequenceSizes.placeCount - 1))
    owner[slot] = ownerCount
    used += 1
  }

  /// That a row comes after the last token, or none where the entity has no more.
  private mutating func tell(_ row: Int, of all: Range<Int>) {
    let slot = lane * sizes.span + used - 1
    guard row < all.upperBound else { return follows[slot] = 0 }
    guard told.count < batch else { return }
    follows[slot] = 1
    told.append(row)
    before.append(Int32(slot))
  }

  func inputs() throws -> [String: NDArray] {
    let span = sizes.span
    var hidden = [Float](repeating: -1e9, count: laneCount * span * span)
    for lane in 0..<laneCount {
      for token in 0..<span {
        let slot = lane * span + token
        hidden[slot * span + token] = 0
        guard owner[slot] >= 0 else { continue }
        for other in (0..<token).reversed() {
          guard owner[lane * span + other] == owner[slot] else { break }
          hidden[slot * span + other] = 0
        }
      }
    }
    let rest = [Int32](repeating: 0, count: batch - before.count)
    return [
      "known": try NDArray(known, shape: [laneCount, span, sizes.readWidth]),
      "place": try NDArray(place, shape: [laneCount, span]),
      "hidden": try NDArray(hidden, shape: [laneCount, 1, span, span]),
      "follows": NDArray(follows), "row": NDArray(before + rest),
      "share": NDArray(scalar: 1 / Float(max(told.count, 1))),
    ]
  }
}
