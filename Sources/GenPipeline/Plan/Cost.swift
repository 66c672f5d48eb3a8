import GenMedia

/// What a call will take on this machine and how large its result will be, told before it runs.
public struct Cost: Sendable, Hashable {
  /// nil when nobody can tell.
  public var seconds: Double?
  /// Bytes of memory at one time, beyond those of the program itself.
  public var memory: Int
  /// Bytes of files, those of the cache among them.
  public var disk: Int
  /// nil for a result that is no picture, or whose size nobody can tell.
  public var extent: Extent?
  /// nil for a result that is no table, or whose size nobody can tell.
  public var rows: Rows?

  public init(
    seconds: Double?, memory: Int = 0, disk: Int = 0, extent: Extent? = nil, rows: Rows? = nil
  ) {
    (self.seconds, self.memory, self.disk) = (seconds, memory, disk)
    (self.extent, self.rows) = (extent, rows)
  }

  /// The size of a table.
  public struct Rows: Sendable, Hashable {
    public let rowCount: Int
    public let columnCount: Int

    public init(rowCount: Int, columnCount: Int) {
      (self.rowCount, self.columnCount) = (rowCount, columnCount)
    }

    public var entryCount: Double { Double(rowCount) * Double(columnCount) }
  }

  /// The size of a picture, of a film, or of pictures of one size in a list.
  public struct Extent: Sendable, Hashable {
    /// Pixels.
    public var width: Int
    public var height: Int
    public var frameCount: Int
    /// Frames a second.
    public var rate: Double

    public init(width: Int, height: Int, frameCount: Int = 1, rate: Double = 24) {
      (self.width, self.height) = (width, height)
      (self.frameCount, self.rate) = (frameCount, rate)
    }

    public var pixelCount: Double { Double(width) * Double(height) * Double(frameCount) }
    /// Of red, green and blue, a byte each.
    public var byteCount: Int { Int(min(pixelCount * 3, 0x1p60)) }
    public var frame: Extent { Extent(width: width, height: height, rate: rate) }

    public func with(width: Int? = nil, height: Int? = nil, frameCount: Int? = nil) -> Extent {
      Extent(
        width: width ?? self.width, height: height ?? self.height,
        frameCount: max(0, frameCount ?? self.frameCount), rate: rate)
    }
  }
}

/// How a stage tells the cost of a call from its arguments.
public struct CostRule: Sendable {
  let cost: @Sendable (CostCall) async throws -> Cost

  /// - Parameter cost: What it throws means that nobody can tell.
  public init(_ cost: @escaping @Sendable (CostCall) async throws -> Cost) { self.cost = cost }

  /// For a stage without a rule: the result is as large as the first picture or table among the
  /// arguments.
  static func usual(_ effort: Stage.Effort) -> CostRule {
    CostRule { call in
      Cost(
        seconds: effort == .heavy ? nil : 0, extent: call.extents.values.first,
        rows: call.rows.first?.rows)
    }
  }
}

/// A call whose cost is asked for. Arguments that are calls have no value yet, but an extent.
public struct CostCall: Sendable {
  public let arguments: Arguments
  /// Of the pictures, films and lists of them among the arguments, in their order.
  let extents: KeyedExtents
  /// Of the tables among the arguments, and of those in records, as `tables.visits`.
  let rows: [(name: String, rows: Cost.Rows)]
  private let prices: Prices?

  init(
    _ arguments: Arguments, extents: KeyedExtents, rows: [(name: String, rows: Cost.Rows)],
    prices: Prices?
  ) {
    (self.arguments, self.extents, self.rows, self.prices) = (arguments, extents, rows, prices)
  }

  /// - Throws: when nobody can tell.
  public func rows(_ name: String) throws -> Cost.Rows {
    guard let rows = rows.first(where: { $0.name == name })?.rows else { throw Unknown() }
    return rows
  }

  /// - Throws: when nobody can tell.
  public func extent(_ name: String) throws -> Cost.Extent {
    guard let extent = extents[name] else { throw Unknown() }
    return extent
  }

  /// - Throws: when it is a call that has still to be run.
  public func read<Input: ValueConvertible>(_ name: String) throws -> Input {
    try arguments.read(name)
  }

  /// The price of a kind of work; measured when it is asked for the first time on this machine.
  ///
  /// - Returns: nil when it cannot be measured, or when only the extent of the result matters.
  public func price(
    of work: String, measuring: @Sendable () async throws -> Price
  ) async -> Price? {
    await prices?.price(of: work, measuring: measuring)
  }

  struct Unknown: Error {}
}

/// Extents by the names of parameters, in order.
struct KeyedExtents: Sendable {
  var pairs: [(name: String, extent: Cost.Extent)] = []
  var values: [Cost.Extent] { pairs.map(\.extent) }
  subscript(name: String) -> Cost.Extent? { pairs.first { $0.name == name }?.extent }
}

extension Value {
  /// Of a table; `known` gives those of calls, by key.
  func rows(_ known: [String: Cost]) -> Cost.Rows? {
    switch self {
    case .deferred(let node): known[node.key]?.rows
    case .table(let table):
      Cost.Rows(rowCount: table.rowCount, columnCount: table.columns.count)
    default: nil
    }
  }

  /// Of a table, or of those in a record; `known` as above.
  func tables(
    _ known: [String: Cost], named name: String
  ) -> [(name: String, rows: Cost.Rows)] {
    guard case .record(let fields) = self else { return rows(known).map { [(name, $0)] } ?? [] }
    return fields.compactMap { field in
      field.value.rows(known).map { (name + "." + field.name, $0) }
    }
  }

  /// Of a picture, a film or a list of them; `known` gives those of calls, by key.
  func extent(_ known: [String: Cost]) -> Cost.Extent? {
    switch self {
    case .deferred(let node): return known[node.key]?.extent
    case .image(let image): return .init(width: image.width, height: image.height)
    case .video(let film):
      return film.frameCount.map {
        .init(
          width: film.width, height: film.height, frameCount: $0, rate: film.rate.framesPerSecond)
      }
    case .list(let elements):
      let extents = elements.map { $0.extent(known) }
      guard let first = extents.first ?? nil, extents.allSatisfy({ $0 != nil }) else { return nil }
      return first.with(frameCount: extents.reduce(0) { $0 + ($1?.frameCount ?? 0) })
    default: return nil
    }
  }
}
