/// Finds the name that was probably meant.
public enum Suggestion {
  /// The nearest of `names` whose distance is at most a third of the longer one's length.
  ///
  /// - Source: optimal string alignment, Damerau 1964 (an exchange of neighbours costs one).
  public static func nearest(to word: String, in names: some Sequence<String>) -> String? {
    let letters = Array(word.lowercased().unicodeScalars)
    guard letters.count <= 64 else { return nil }
    var best: (name: String, distance: Int)?
    for name in names where name != word {
      let other = Array(name.lowercased().unicodeScalars)
      let allowed = max(1, max(letters.count, other.count) / 3)
      guard abs(other.count - letters.count) <= allowed, other.count <= 64 else { continue }
      let distance = distance(letters, other)
      if distance <= allowed, letters.count > 1, distance < best?.distance ?? Int.max {
        best = (name, distance)
      }
    }
    return best?.name
  }

  private static func distance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...second.count)
    for row in 1..<(first.count + 1) {
      var current = [row]
      for column in 1..<(second.count + 1) {
        let cost = first[row - 1] == second[column - 1] ? 0 : 1
        var least = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + cost)
        if row > 1, column > 1, first[row - 1] == second[column - 2],
          first[row - 2] == second[column - 1]
        {
          least = min(least, beforeLast[column - 2] + 1)
        }
        current.append(least)
      }
      beforeLast = last
      last = current
    }
    return last[second.count]
  }
}
