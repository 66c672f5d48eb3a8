/// Numbers as tokens: values that many rows share, then bins of about equally many rows each, then
/// "missing" where entries are; beside a bin, the place of the number in it.
///
/// Inside a bin numbers lie as they were seen, to an eighth of its rows.
struct BinEncoding: Codable, Sendable, Hashable {
  /// Values that have a token of their own, rising.
  private(set) var atoms: [Double] = []
  /// The numbers at equally likely ranks among the others, rising; `partCount` stretches are a bin.
  private(set) var quantiles: [Double] = []
  let hasMissing: Bool

  private static let partCount = 8
  /// Tokens that a column of numbers has at least and at most.
  private static let tokenCounts = 4...128

  /// - Parameter numbers: finite, or NaN where missing.
  init(learning numbers: [Double]) {
    hasMissing = numbers.contains { $0.isNaN }
    let known = numbers.filter { !$0.isNaN }
    let limits = Self.tokenCounts
    // As many as rows can tell apart: the square root of their number.
    let count = min(
      max(Int(Double(known.count).squareRoot()), limits.lowerBound), limits.upperBound)
    let counts = Dictionary(known.map { ($0, 1) }, uniquingKeysWith: +)
    let least = counts.count <= count ? 0 : Double(known.count) / Double(2 * count)
    atoms = counts.filter { Double($0.value) >= least }.keys.sorted()
    let rest = known.filter { atoms.placeSorted($0) == nil }.sorted()
    guard !rest.isEmpty else { return }
    let share = Double(rest.count) / Double(known.count)
    let last = Self.partCount * max(1, Int(share * Double(count)))
    quantiles = (0...last).map { rest.interpolated(at: Double($0) / Double(last)) }
  }

  var binCount: Int { max(0, quantiles.count - 1) / Self.partCount }
  var tokenCount: Int { atoms.count + binCount + (hasMissing ? 1 : 0) }

  /// The token of a number, and its place in 0…1 there.
  func encoded(_ number: Double) -> (place: Float, token: Int32) {
    if number.isNaN { return (0, Int32(tokenCount - 1)) }
    if let atom = atoms.placeSorted(number) { return (0, Int32(atom)) }
    guard binCount > 0 else { return (0, Int32(atoms.placeNearest(to: number))) }
    let parts = quantiles.rank(of: number) * Double(binCount)
    let bin = min(Int(parts), binCount - 1)
    return (Float(parts - Double(bin)), Int32(atoms.count + bin))
  }

  /// The number at a place of a token; NaN for a missing one.
  func decoded(place: Float, token: Int) -> Double {
    if token < atoms.count { return atoms[token] }
    guard token < atoms.count + binCount else { return .nan }
    let parts = Double(token - atoms.count) + Double(min(max(place, 0), 1))
    return quantiles.interpolated(at: parts / Double(binCount))
  }

  /// Which places of a token have numbers in a range; nil where none has.
  func places(of token: Int, in range: ClosedRange<Double>) -> ClosedRange<Float>? {
    if token < atoms.count { return range.contains(atoms[token]) ? 0...1 : nil }
    guard token < atoms.count + binCount else { return nil }
    let bin = Double(token - atoms.count)
    func place(_ number: Double) -> Float {
      Float(min(max(quantiles.rank(of: number) * Double(binCount) - bin, 0), 1))
    }
    let (low, high) = (decoded(place: 0, token: token), decoded(place: 1, token: token))
    guard range.overlaps(low...high) else { return nil }
    let places = (
      range.lowerBound <= low ? 0 : place(range.lowerBound),
      range.upperBound >= high ? 1 : place(range.upperBound)
    )
    return places.0 <= places.1 ? places.0...places.1 : nil
  }

  /// Whether the parts go together.
  var isSound: Bool {
    (atoms + quantiles).allSatisfy(\.isFinite) && atoms == atoms.sorted() && tokenCount > 0
      && quantiles == quantiles.sorted()
      && (quantiles.isEmpty || (quantiles.count - 1) % Self.partCount == 0 && binCount > 0)
  }
}
