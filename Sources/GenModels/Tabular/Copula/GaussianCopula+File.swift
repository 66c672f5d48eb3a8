import Foundation
import GenMedia
import GenTensor

/// What is stored: knots and cuts one after the other, the correlations, and of each normal number
/// what it stands for.
extension GaussianCopula {
  private struct Facts: Codable {
    let schema: TableSchema
    let latents: [LatentFacts]
  }

  private struct LatentFacts: Codable {
    let column: Int
    let isPresence: Bool
    /// Of a curve; nil for levels.
    let family: String?
    /// Knots of a curve, or levels.
    let count: Int
  }

  public func stored() throws -> StoredSynthesizer {
    var (places, values): ([Double], [Double]) = ([], [])
    let facts = latents.map { latent in
      let start = places.count
      var family: String?
      switch latent.scale {
      case .curve(let curve):
        family = curve.family
        places += curve.latents
        values += curve.values
      case .levels(let cuts):
        places += cuts.cuts
        values += cuts.codes.map(Double.init)
      }
      return LatentFacts(
        column: latent.column, isPresence: latent.isPresence, family: family,
        count: places.count - start)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let all = Facts(schema: TableSchema(schema), latents: facts)
    return StoredSynthesizer(
      arrays: [
        "places": NDArray(exact: places), "values": NDArray(exact: values),
        "correlations": NDArray(exact: correlations.numbers),
      ], facts: String(decoding: try encoder.encode(all), as: UTF8.self))
  }

  public init(_ stored: StoredSynthesizer) throws {
    guard let facts = try? JSONDecoder().decode(Facts.self, from: Data(stored.facts.utf8)),
      let places = stored.arrays["places"]?.exactNumbers,
      let values = stored.arrays["values"]?.exactNumbers,
      let correlations = stored.arrays["correlations"]?.exactNumbers,
      places.count == values.count,
      (places + values + correlations).allSatisfy({ $0.isFinite && abs($0) < 1e300 })
    else { throw SynthesisError.damaged("a part of the copula is not there") }
    let schema = try facts.schema.table()
    var start = 0
    let latents = try facts.latents.map { latent in
      guard latent.count > 0, latent.count <= places.count - start,
        schema.columns.indices.contains(latent.column)
      else { throw SynthesisError.damaged("a column of the copula has no distribution") }
      defer { start += latent.count }
      let range = start..<(start + latent.count)
      return try Latent(
        latent.family, of: schema.columns[latent.column], at: latent.column, latent.isPresence,
        Array(places[range]), Array(values[range]))
    }
    let size = facts.latents.count
    guard correlations.count == size * size else {
      throw SynthesisError.damaged("the correlations are of other columns")
    }
    try self.init(
      schema: schema, latents: latents,
      correlations: SquareMatrix(size: size, numbers: correlations))
  }
}

extension GaussianCopula.Latent {
  /// - Throws: ``SynthesisError/damaged(_:)`` for what is no distribution of the column.
  fileprivate init(
    _ family: String?, of column: Column, at place: Int, _ isPresence: Bool, _ places: [Double],
    _ values: [Double]
  ) throws {
    func isRising(_ numbers: [Double]) -> Bool {
      zip(numbers, numbers.dropFirst()).allSatisfy { $0 <= $1 }
    }
    let damage = SynthesisError.damaged("'\(column.name)' has no distribution that can be")
    guard isRising(places) else { throw damage }
    self.column = place
    self.isPresence = isPresence
    if let family {
      guard isRising(values), column.type.isNumeric, !isPresence else { throw damage }
      scale = .curve(MarginalCurve(family: family, latents: places, values: values))
    } else {
      let count = isPresence ? 1 : column.codes?.levels.count ?? 0
      guard isPresence ? column.type.isNumeric : column.type.hasLevels,
        values.allSatisfy({ $0 >= -1 && $0 < Double(count) && $0 == $0.rounded() }),
        Set(values).count == values.count
      else { throw damage }
      scale = .levels(LevelCuts(codes: values.map { Int32($0) }, cuts: places))
    }
  }
}
