import Foundation
import GenMedia
import GenTensor

/// In which order the columns of rows are drawn, so that what is asked of them is so: what is known
/// comes first, then one column that has to lie somewhere, then the others as the table has them.
///
/// More columns that have to lie somewhere are not drawn there: that would be no sample of the rows
/// that meet all of it. Who asks keeps the rows that do.
struct AskedCells {
  /// A column with what it is in every row.
  struct Known {
    let segment: Int
    let column: Column
    let codes: [Int32]
  }

  /// A column with the places that each of its tokens may have; nil where it may have none.
  struct Restricted {
    let segment: Int
    let places: [ClosedRange<Float>?]
  }

  let order: [Int]
  private(set) var known: [Known] = []
  let restricted: Restricted?

  /// Nothing is asked.
  init(order: [Int]) { (self.order, restricted) = (order, nil) }

  /// - Parameter counts: how many rows have each level, by segment.
  init(_ request: RowRequest, _ encoding: TableEncoding, counts: [[Int]]) {
    let segments = encoding.segmentPlaces
    var ways: [(restricted: Restricted, share: Double)] = []
    for (encoded, segment) in zip(encoding.columns, segments) {
      guard let segment else { continue }
      if let column = request.given?[encoded.name], let codes = encoded.levels(of: column) {
        known.append(Known(segment: segment, column: column, codes: codes))
      } else if let range = request.ranges[encoded.name],
        let way = encoded.restricted(to: range, segment, counts[segment])
      {
        ways.append(way)
      }
    }
    restricted = ways.min { $0.share < $1.share }?.restricted
    let first = known.map(\.segment) + (restricted.map { [$0.segment] } ?? [])
    order = first + segments.compactMap { $0 }.filter { !first.contains($0) }
  }

  /// What the program that draws is given for some rows.
  func inputs(_ rows: Range<Int>) throws -> [String: NDArray] {
    var inputs: [String: NDArray] = [:]
    for (place, cells) in known.enumerated() {
      inputs["known\(place)"] = NDArray(rows.map { cells.codes[min($0, cells.codes.count - 1)] })
    }
    if let restricted {
      let shares = restricted.places.map { places in
        places.map { log(max($0.upperBound - $0.lowerBound, 1e-6)) } ?? -1e9
      }
      inputs["allowed"] = try NDArray(shares, shape: [1, shares.count])
    }
    return inputs
  }

  /// Where in its bin a cell lies.
  func place(
    _ segment: Int, _ code: Int, _ random: inout some RandomNumberGenerator
  ) -> Float {
    let places = restricted?.segment == segment ? restricted?.places[code] : nil
    return Float.random(in: places ?? 0...1, using: &random)
  }
}

extension EncodedColumn {
  /// The levels that the entries of another column of this name have here; nil where one of them has
  /// none.
  fileprivate func levels(of column: Column) -> [Int32]? {
    guard column.count > 0 else { return nil }
    switch (kind, column.values) {
    case (.bins(let bins), .numbers(let numbers)):
      guard bins.hasMissing || !numbers.contains(where: \.isNaN) else { return nil }
      return numbers.map { bins.encoded($0).token }
    case (.levels, .codes):
      let codes = codes(of: column) ?? []
      return codes.contains(nil) ? nil : codes.map { Int32($0 ?? 0) }
    default: return nil
    }
  }

  /// How numbers can be had in a range, and how much of the rows that were learned from is there;
  /// nil where none can.
  fileprivate func restricted(
    to range: ClosedRange<Double>, _ segment: Int, _ counts: [Int]
  ) -> (restricted: AskedCells.Restricted, share: Double)? {
    guard case .bins(let bins) = kind else { return nil }
    let places = (0..<bins.tokenCount).map { bins.places(of: $0, in: range) }
    guard places.contains(where: { $0 != nil }) else { return nil }
    let shares = zip(places, counts).map { places, count in
      places.map { Double($0.upperBound - $0.lowerBound) * Double(count) } ?? 0
    }
    return (
      AskedCells.Restricted(segment: segment, places: places),
      shares.reduce(0, +) / Double(max(counts.reduce(0, +), 1))
    )
  }
}
