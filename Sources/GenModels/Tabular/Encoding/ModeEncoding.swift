import Foundation

/// Numbers as a mode and a place in it: mode-specific normalisation.
///
/// A mode is a value that very many rows share, or a component of a mixture of normal
/// distributions; the last one is "missing" where entries are.
///
/// - Source: Xu et al. 2019, arXiv:1907.00503v2, section 4.2.
/// - Departs: there, values that many rows share are no modes of their own.
struct ModeEncoding: Codable, Sendable, Hashable {
  /// Values that are met again exactly, rising.
  private(set) var atoms: [Double] = []
  private(set) var means: [Double] = []
  /// Deviations; a mode's numbers lie within four of them.
  private(set) var deviations: [Double] = []
  private var logWeights: [Double] = []
  let hasMissing: Bool

  /// The most components of a mixture, and the least weight of one that is kept.
  private static let (componentCount, leastWeight) = (10, 0.005)
  /// The share of rows from which on a value is a mode; with few values all are.
  private static let (atomShare, fewValues) = (0.05, 20)
  private static let reach = 4.0

  /// - Parameter numbers: finite, or NaN where missing.
  init(learning numbers: [Double], _ random: inout some RandomNumberGenerator) {
    hasMissing = numbers.contains { $0.isNaN }
    let known = numbers.filter { !$0.isNaN }
    let counts = Dictionary(known.map { ($0, 1) }, uniquingKeysWith: +)
    let least = counts.count <= Self.fewValues ? 0 : Self.atomShare * Double(known.count)
    atoms = counts.filter { Double($0.value) >= least }.keys.sorted()
    let rest = WeightedNumbers(known.filter { !atoms.containsSorted($0) })
    guard rest.count > 0 else { return }
    let count = min(Self.componentCount, rest.points.count)
    let mixture = GaussianMixture(rest, count: count, start: rest.clusters(count, &random))
    for component in mixture.components where component.weight > Self.leastWeight {
      means.append(component.mean)
      deviations.append(component.deviation)
      logWeights.append(log(component.weight / component.deviation))
    }
  }

  var modeCount: Int { atoms.count + means.count + (hasMissing ? 1 : 0) }

  /// The mode of a number, and its place there in -0.99…0.99.
  func encoded(
    _ number: Double, _ random: inout some RandomNumberGenerator
  ) -> (place: Float, mode: Int32) {
    if number.isNaN { return (0, Int32(modeCount - 1)) }
    if let atom = atoms.placeSorted(number) { return (0, Int32(atom)) }
    // Of what was seen through noise only, other numbers may be met.
    guard !means.isEmpty else { return (0, Int32(atoms.placeNearest(to: number))) }
    let component = component(of: number, &random)
    let place = (number - means[component]) / (Self.reach * deviations[component])
    return (Float(min(max(place, -0.99), 0.99)), Int32(atoms.count + component))
  }

  /// The number at a place of a mode; NaN for a missing one.
  func decoded(place: Float, mode: Int) -> Double {
    if mode < atoms.count { return atoms[mode] }
    let component = mode - atoms.count
    guard component < means.count else { return .nan }
    let place = Double(min(max(place, -1), 1))
    return means[component] + place * Self.reach * deviations[component]
  }

  /// A component, as likely as the number came from it.
  private func component(
    of number: Double, _ random: inout some RandomNumberGenerator
  ) -> Int {
    var shares = means.indices.map { place in
      let distance = (number - means[place]) / deviations[place]
      return logWeights[place] - 0.5 * distance * distance
    }
    let top = shares.max() ?? 0
    for place in shares.indices { shares[place] = exp(shares[place] - top) }
    return shares.chosen(&random) ?? 0
  }

  /// Whether the parts go together.
  var isSound: Bool {
    means.count == deviations.count && means.count == logWeights.count && modeCount > 0
      && (atoms + means + deviations).allSatisfy(\.isFinite)
  }
}
