/// One respect in which two results were made differently.
public struct OriginDifference: Sendable, Hashable, Codable {
  /// `script`, `seeds`, `diffuse guidance`, `weights of matinee`, …
  public let what: String
  /// nil where only the other has it.
  public let first: String?
  public let second: String?

  public init(what: String, first: String?, second: String?) {
    self.what = what
    self.first = first
    self.second = second
  }
}

extension Manifest {
  /// What was other when another result was made; nothing of where the results were saved.
  public func differences(from other: Manifest) -> [OriginDifference] {
    var found: [OriginDifference] = []
    let note = { (what: String, first: String?, second: String?) in
      guard first != second else { return }
      found.append(OriginDifference(what: what, first: first, second: second))
    }
    note("version", program, other.program)
    note("machine", machine, other.machine)
    note("numbers", numericMode, other.numericMode)
    note("script", script, other.script)
    note("seeds", Self.list(seeds), Self.list(other.seeds))
    for name in Set(settings.keys).union(other.settings.keys).sorted() {
      note("set \(name)", settings[name], other.settings[name])
    }
    let (mine, theirs) = (weights, other.weights)
    for name in Set(mine.keys).union(theirs.keys).sorted() {
      note("weights of \(name)", mine[name], theirs[name])
    }
    return found + callDifferences(from: other)
  }

  private static func list(_ seeds: [Int]) -> String? {
    seeds.isEmpty ? nil : seeds.map(String.init).joined(separator: ", ")
  }

  private var weights: [String: String] {
    models.reduce(into: [:]) { $0[$1.name] = String($1.hash.prefix(12)) }
  }

  /// The arguments of the same calls, or else which calls there are.
  private func callDifferences(from other: Manifest) -> [OriginDifference] {
    let (mine, theirs) = (calls.filter(\.isMaking), other.calls.filter(\.isMaking))
    guard mine.map(\.stage) == theirs.map(\.stage) else {
      return [
        OriginDifference(
          what: "calls", first: mine.map(\.stage).joined(separator: ", "),
          second: theirs.map(\.stage).joined(separator: ", "))
      ]
    }
    return zip(mine, theirs).flatMap { call, other -> [OriginDifference] in
      var found: [OriginDifference] = []
      if call.version != other.version {
        found.append(
          OriginDifference(
            what: "version of \(call.stage)", first: "\(call.version)", second: "\(other.version)"))
      }
      let known = call.values
      let others = other.values
      let names = call.arguments.map(\.name) + other.arguments.map(\.name)
      var seen: Set<String> = ["seed"]
      for name in names where seen.insert(name).inserted && known[name] != others[name] {
        found.append(
          OriginDifference(
            what: "\(call.stage) \(name)", first: known[name], second: others[name]))
      }
      return found
    }
  }
}

extension Manifest.Call {
  /// Whether it made the result rather than saved it.
  fileprivate var isMaking: Bool { stage != "save" }

  fileprivate var values: [String: String] {
    arguments.reduce(into: [:]) { $0[$1.name] = $1.value }
  }
}
