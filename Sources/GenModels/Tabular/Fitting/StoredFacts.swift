import Foundation
import GenTensor

/// What a method keeps beside its arrays.
struct StoredFacts<Settings: Codable & Sendable>: Codable {
  let settings: Settings
  let encoding: TableEncoding
  /// How many rows have each level, by column; for methods that draw by it.
  var counts: [[Int]] = []
  /// What a protected fit cost.
  var spent: PrivacyLedger?

  /// - Throws: ``SynthesisError/damaged(_:)`` when the facts do not go together.
  init(reading text: String) throws {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
    } catch { throw SynthesisError.damaged("its facts cannot be read") }
    guard !encoding.columns.isEmpty, encoding.columns.allSatisfy(\.isSound),
      Set(encoding.columns.map(\.name)).count == encoding.columns.count
    else { throw SynthesisError.damaged("its columns do not go together") }
  }

  init(
    settings: Settings, encoding: TableEncoding, counts: [[Int]] = [], spent: PrivacyLedger? = nil
  ) {
    (self.settings, self.encoding, self.counts) = (settings, encoding, counts)
    self.spent = spent
  }

  /// - Throws: what encoding throws.
  func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

/// That numbers of rows, layers and steps can be had.
///
/// - Throws: ``SynthesisError/settings(_:)``.
func checkSizes(_ sizes: [String: [Int]]) throws {
  for (name, numbers) in sizes.sorted(by: { $0.key < $1.key }) {
    guard let wrong = numbers.first(where: { !(1...1 << 20).contains($0) }) else { continue }
    throw SynthesisError.settings("\(name) is \(wrong)")
  }
}
