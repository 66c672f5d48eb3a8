import Foundation
import GenMedia
import Testing

@testable import GenModels

/// Rows that nobody else has: numbers with many digits, and a code of words.
private func secrets(_ count: Int) throws -> Table {
  var random = SeriesGenerator(seed: 11, place: 0)
  func numbers(_ range: ClosedRange<Double>) -> [Double] {
    (0..<count).map { _ in Double.random(in: range, using: &random) }
  }
  let wards = (0..<count).map { _ in Int32.random(in: 0..<5, using: &random) }
  let towns = (0..<count).map { _ in Int32.random(in: 0..<7, using: &random) }
  return try Table([
    Column("weight", .number, .numbers(numbers(40...120))),
    Column("dose", .number, .numbers(numbers(0...9))),
    Column("ward", .category, .codes(wards, levels: ["eye", "ear", "heart", "skin", "bone"])),
    Column("town", .category, .codes(towns, levels: ["Aa", "Bb", "Cc", "Dd", "Ee", "Ff", "Gg"])),
    Column("paid", .number, .numbers(numbers(-500...500))),
  ])
}

/// A model file holds no row of the table that was learned from, in whatever form.
@Suite struct StoredRowsTests {
  @Test func `the file of a copula holds no row`() async throws {
    try await expectNoRow(GaussianCopula.self, .init())
  }

  @Test func `the file of ctgan holds no row`() async throws {
    var settings = CTGAN.Settings(epochs: 3)
    (settings.batchCount, settings.embedding) = (100, 16)
    (settings.generatorWidths, settings.criticWidths) = ([32], [32])
    try await expectNoRow(CTGAN.self, settings)
  }

  @Test func `the file of tvae holds no row`() async throws {
    var settings = TVAE.Settings(epochs: 3)
    (settings.batchCount, settings.embedding) = (100, 16)
    try await expectNoRow(TVAE.self, settings)
  }

  @Test func `the file of tabdiff holds no row`() async throws {
    var settings = TabDiff.Settings(steps: 20)
    (settings.batchCount, settings.widths, settings.noiseSteps) = (100, [32], 50)
    try await expectNoRow(TabDiff.self, settings)
  }

  @Test func `the file of marginals holds no row`() async throws {
    try await expectNoRow(Marginals.self, MarginalSettings(budget: nil))
  }

  @Test func `a search finds rows that are there`() throws {
    let table = try secrets(50)
    let found = RowSearch(table).forms(ofRow: 7)
    #expect(found.count > 20)
    for form in found {
      let file = [UInt8](repeating: 65, count: 1000) + form + [UInt8](repeating: 66, count: 1000)
      #expect(RowSearch(table).rows(in: file) == [7])
    }
  }

  private func expectNoRow<Method: TableSynthesizer>(
    _ method: Method.Type, _ settings: Method.Settings
  ) async throws {
    let table = try secrets(300)
    let model = try await FittedTable(method, table, settings, run: FittingRun(seed: 1))
    let bytes = try model.bytes()
    #expect(bytes.count > 500)
    #expect(RowSearch(table).rows(in: bytes) == [])
    // Encoded as the network was given them, too.
    for scheme in [TableEncoding.Scheme.modes, .quantiles] {
      let encoded = try TableEncoding(learning: table, scheme, seed: 1).encoded(table, seed: 1)
      let forms = (0..<table.rowCount).map { row in
        (row, (0..<encoded.layout.scalarCount).flatMap { encoded.scalars(row, at: $0).bytes })
      }
      #expect(RowSearch.places(of: forms, in: bytes) == [])
    }
  }
}

/// Looks for what stands in several columns of a row side by side.
private struct RowSearch {
  private let table: Table

  init(_ table: Table) { self.table = table }

  /// The rows of which some form is in the bytes.
  func rows(in bytes: [UInt8]) -> Set<Int> {
    let forms = (0..<table.rowCount).flatMap { row in self.forms(ofRow: row).map { (row, $0) } }
    return Self.places(of: forms, in: bytes)
  }

  /// What two or more neighbouring columns of a row look like: as text between several signs, and as
  /// numbers in four and eight bytes.
  func forms(ofRow row: Int) -> [[UInt8]] {
    var forms: [[UInt8]] = []
    for width in [2, table.columns.count] {
      for start in 0...table.columns.count - width {
        let columns = table.columns[start..<start + width]
        // Two categories side by side stand in many rows, and have to be learned.
        guard columns.contains(where: { $0.numbers != nil }) else { continue }
        let texts = columns.map { $0.text(row) ?? "" }
        for sign in [",", ", ", "\",\"", "\t", ";", "|", "\n", "\0"] {
          forms.append(Array(texts.joined(separator: sign).utf8))
        }
        let numbers = columns.map { $0.numbers?[row] ?? Double($0.codes?.codes[row] ?? -1) }
        forms.append(numbers.flatMap { Float($0).bytes })
        forms.append(numbers.flatMap { $0.bytes })
      }
    }
    let numbers = table.columns.compactMap { $0.numbers?[row] }
    return forms + [numbers.flatMap { Float($0).bytes }, numbers.flatMap { $0.bytes }]
  }

  /// The rows of the forms that are in the bytes, by their first eight bytes and then all of them.
  static func places(of forms: [(Int, [UInt8])], in bytes: [UInt8]) -> Set<Int> {
    func head(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
    var known: [UInt64: [(row: Int, form: [UInt8])]] = [:]
    for (row, form) in forms where form.count >= 8 {
      known[head(form.prefix(8)), default: []].append((row, form))
    }
    var (found, window) = (Set<Int>(), UInt64(0))
    for (place, byte) in bytes.enumerated() {
      window = window << 8 | UInt64(byte)
      guard place >= 7, let candidates = known[window] else { continue }
      for (row, form) in candidates where bytes[(place - 7)...].starts(with: form) {
        found.insert(row)
      }
    }
    return found
  }
}

extension Float {
  fileprivate var bytes: [UInt8] { withUnsafeBytes(of: self) { Array($0) } }
}

extension Double {
  fileprivate var bytes: [UInt8] { withUnsafeBytes(of: self) { Array($0) } }
}
