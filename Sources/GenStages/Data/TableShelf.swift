import GenMedia
import GenPipeline
import Glibc
import Synchronization

/// Files of tables that were looked at for the check, so that reading them costs nothing again.
final class TableShelf: Sendable {
  /// Bytes that are looked at for the check.
  private let lookLimit: Int
  private static let capacity = 4

  private struct Item {
    let path: String
    let table: String?
    let stamp: FileStamp
    let reading: TableReading
  }

  private let items = Mutex<[Item]>([])
  private let told = Mutex<Set<String>>([])

  init(lookLimit: Int = 16 << 20) { self.lookLimit = lookLimit }

  /// What the file's beginning says, the whole file where it is small.
  ///
  /// - Parameter table: Which one of a database of several.
  /// - Throws: ``MediaError``.
  func look(_ path: String, table: String? = nil) throws -> TableReading {
    let stamp = try FileStamp(path)
    func isMeant(_ item: Item) -> Bool { item.path == path && item.table == table }
    if let known = items.withLock({ $0.first { isMeant($0) && $0.stamp == stamp } }) {
      return known.reading
    }
    let reading = try MediaFile.readTable(path, table: table, limit: lookLimit)
    items.withLock { items in
      items.removeAll(where: isMeant)
      items.append(Item(path: path, table: table, stamp: stamp, reading: reading))
      if items.count > Self.capacity { items.removeFirst() }
    }
    return reading
  }

  /// Those that nobody was told yet: a check that looks ahead reads what is read again later.
  func untold(_ notes: [String]) -> [String] {
    told.withLock { told in notes.filter { told.insert($0).inserted } }
  }

  /// The whole file.
  ///
  /// - Throws: ``MediaError``; ``Diagnostic`` where its end is not what its beginning promised.
  func read(_ path: String, table: String? = nil) throws -> TableReading {
    let seen = try look(path, table: table)
    guard !seen.isWhole else { return seen }
    let whole = try MediaFile.readTable(path, table: table)
    let columns = try zip(seen.table.columns, whole.table.columns).map { before, after in
      if after.entryType.isPromised(by: before.entryType) { return after }
      // Numbers that named their rows at the beginning, and do not after all.
      if before.entryType == .text { return try after.typed(.text) }
      let note = whole.notes.first { $0.hasPrefix("\"\(after.name)\"") }
      throw Diagnostic.otherEnd(of: path, after.name, before.type.name, after.type.name, note)
    }
    return TableReading(table: try Table(columns), notes: whole.notes, isWhole: true)
  }
}

extension TableShelf {
  /// What reading a file takes, and how large its table is: as its beginning is, so is the rest.
  func cost(of path: String, table: String? = nil, _ call: CostCall) async throws -> Cost {
    let reading = try look(path, table: table)
    var status = stat()
    guard stat(path, &status) == 0 else { return Cost(seconds: nil) }
    let share = reading.isWhole ? 1 : max(1, Double(status.st_size) / Double(lookLimit))
    let rows = Cost.Rows(
      rowCount: Int(Double(reading.table.rowCount) * share),
      columnCount: reading.table.columns.count)
    // What was looked at for the check is not read again.
    guard !reading.isWhole else {
      return Cost(seconds: 0, memory: Int(rows.entryCount * 8), rows: rows)
    }
    let price = await call.price(of: "entries that are read", measuring: Calibration.reading)
    return Cost(
      seconds: price.map { $0.seconds(units: rows.entryCount) },
      memory: Int(rows.entryCount * 8), rows: rows)
  }
}

extension ValueType {
  /// Whether entries of this type may come where those of another were promised.
  fileprivate func isPromised(by other: ValueType) -> Bool {
    self == other || (self == .number && other == .int) || (self == .int && other == .number)
  }
}
