extension [Double] {
  /// Where a number is among rising ones; nothing when it is not there.
  func placeSorted(_ number: Double) -> Int? {
    let place = place { $0 >= number }
    return place < count && self[place] == number ? place : nil
  }

  /// Where the number is that is nearest to another; 0 where there is none.
  func placeNearest(to number: Double) -> Int {
    indices.min { abs(self[$0] - number) < abs(self[$1] - number) } ?? 0
  }

  func containsSorted(_ number: Double) -> Bool { placeSorted(number) != nil }

  /// The number at a rank in 0…1 among rising ones, between neighbours in proportion.
  func interpolated(at rank: Double) -> Double {
    let place = rank * Double(count - 1)
    let lower = Swift.min(Swift.max(Int(place), 0), count - 1)
    let upper = Swift.min(lower + 1, count - 1)
    let share = place - Double(lower)
    return self[lower] == self[upper]
      ? self[lower] : self[lower] * (1 - share) + self[upper] * share
  }

  /// The rank in 0…1 of a number among rising ones, in the middle of equal ones.
  func rank(of number: Double) -> Double {
    let (first, end) = (place { $0 >= number }, place { $0 > number })
    if first < end { return Double(first + end - 1) / 2 / Double(count - 1) }
    guard first > 0 else { return 0 }
    guard first < count else { return 1 }
    let share = (number - self[first - 1]) / (self[first] - self[first - 1])
    return (Double(first - 1) + share) / Double(count - 1)
  }

  /// The first place from which on `holds` is true.
  private func place(where holds: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
