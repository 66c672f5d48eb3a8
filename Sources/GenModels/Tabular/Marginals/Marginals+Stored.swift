import Foundation
import GenTensor

extension Marginals {
  /// Everything that is no array.
  private struct Facts: Codable {
    let columns: [ColumnGrid]
    let parents: [Int]
    let ledger: PrivacyLedger
  }

  public func stored() throws -> StoredSynthesizer {
    var arrays: [String: NDArray] = [:]
    for (place, cells) in cells.enumerated() {
      arrays["cells.\(place)"] = NDArray(cells.cells)
      arrays["shares.\(place)"] = NDArray(cells.shares)
      let table = sampler.conditionals[place]
      let size = sampler.sizes[place]
      arrays["table.\(place)"] = try NDArray(table, shape: [table.count / size, size])
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let facts = Facts(columns: grids, parents: sampler.shape.parents, ledger: ledger)
    return StoredSynthesizer(
      arrays: arrays, facts: String(decoding: try encoder.encode(facts), as: UTF8.self))
  }

  public init(_ stored: StoredSynthesizer) throws {
    guard let facts = try? JSONDecoder().decode(Facts.self, from: Data(stored.facts.utf8)) else {
      throw SynthesisError.damaged("the facts cannot be read")
    }
    guard let shape = TreeShape(parents: facts.parents), !facts.columns.isEmpty,
      facts.parents.count == facts.columns.count
    else { throw SynthesisError.damaged("the columns make no tree") }
    var (cells, tables) = ([LevelCells](), [[Float]]())
    for (place, grid) in facts.columns.enumerated() {
      cells.append(try Self.cells(grid, place, stored.arrays))
    }
    for (place, parent) in facts.parents.enumerated() {
      let rows = parent < 0 ? 1 : cells[parent].count
      guard let table = stored.arrays["table.\(place)"], table.elementType == .f32,
        table.shape == [rows, cells[place].count],
        table.floats.allSatisfy({ $0 >= 0 && $0.isFinite })
      else { throw SynthesisError.damaged("the table of a column is not sound") }
      tables.append(table.floats)
    }
    self.init(
      grids: facts.columns, cells: cells,
      sampler: TreeSampler(shape: shape, sizes: cells.map(\.count), conditionals: tables),
      ledger: facts.ledger)
  }

  private static func cells(
    _ grid: ColumnGrid, _ place: Int, _ arrays: [String: NDArray]
  ) throws -> LevelCells {
    guard grid.fault == nil, let cells = arrays["cells.\(place)"],
      let shares = arrays["shares.\(place)"], let codes = try? cells.elements(as: Int32.self),
      shares.elementType == .f32, cells.shape == [grid.levelCount], shares.shape == cells.shape
    else { throw SynthesisError.damaged("the levels of a column do not go together") }
    let parts = shares.floats
    let count = Set(codes).count
    guard codes.allSatisfy({ $0 >= 0 && $0 < count }),
      parts.allSatisfy({ $0 >= 0 && $0.isFinite })
    else { throw SynthesisError.damaged("the levels of a column make no cells") }
    return LevelCells(cells: codes, shares: parts, count: count)
  }
}
