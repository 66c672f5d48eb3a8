import GenMedia
import GenTensor

/// The columns of a table without its rows, as a file has them.
public struct TableSchema: Hashable, Codable, Sendable {
  private struct Part: Hashable, Codable, Sendable {
    let name: String
    let type: String
    /// Of dates and times.
    let format: String?
    let levels: [String]?
  }

  private let columns: [Part]

  public init(_ table: Table) {
    columns = table.columns.map { column in
      let format: String? =
        switch column.type {
        case .date(let format), .time(let format): format
        default: nil
        }
      return Part(
        name: column.name, type: column.type.name, format: format, levels: column.codes?.levels)
    }
  }

  /// A table of no rows.
  ///
  /// - Throws: ``SynthesisError/damaged(_:)`` where the columns are none.
  public func table() throws -> Table {
    let columns = try columns.map { part in
      guard let type = ColumnType(name: part.type, format: part.format ?? "") else {
        throw SynthesisError.damaged("'\(part.name)' has no known type")
      }
      if type.isNumeric { return Column(part.name, type, .numbers([])) }
      if type.hasLevels { return Column(part.name, type, .codes([], levels: part.levels ?? [])) }
      return Column(part.name, type, .texts(TextEntries()))
    }
    do { return try Table(columns) } catch {
      throw SynthesisError.damaged("its columns make no table")
    }
  }
}

extension NDArray {
  /// Numbers of eight bytes, kept to the bit.
  public init(exact numbers: [Double]) {
    self.init(numbers.map { Int64(bitPattern: $0.bitPattern) })
  }

  /// The numbers of ``init(exact:)``; nil of another array.
  public var exactNumbers: [Double]? {
    guard elementType == .i64 else { return nil }
    return withUnsafeBytes { bytes in
      bytes.bindMemory(to: Int64.self).map { Double(bitPattern: UInt64(bitPattern: $0)) }
    }
  }
}
