/// Why a call has to be run although something like it was run before, in sentences.
public struct Why: Sendable, Hashable {
  public let isCached: Bool
  /// Each a sentence without its full stop, the weightiest first.
  public let reasons: [String]

  /// Compares the call with the nearest earlier call of the same stage that the cache remembers.
  public init(_ node: Node, cache: DiskCache?) {
    guard let cache else {
      self.init(isCached: false, reasons: ["there is no cache"])
      return
    }
    if node.stage.effort == .heavy, node.stage.effect == .none {
      self.init(heavy: node, cache: cache)
    } else {
      self.init(light: node, cache: cache)
    }
  }

  private init(isCached: Bool, reasons: [String]) {
    self.isCached = isCached
    self.reasons = reasons
  }

  private init(heavy node: Node, cache: DiskCache) {
    let name = node.stage.name
    guard node.isKept else {
      self.init(isCached: false, reasons: ["the result of \(name) is not kept: set cache = off"])
      return
    }
    if cache.holds(node) {
      self.init(isCached: true, reasons: ["the result of \(name) is in the cache"])
      return
    }
    if cache.ask({ try $0.call(node.key) })?.flatMap({ $0 }) != nil {
      self.init(
        isCached: false,
        reasons: ["\(name) was run with just these arguments, but its result is no longer kept"])
      return
    }
    let earlier = cache.ask { try $0.calls(of: name) } ?? []
    guard !earlier.isEmpty else {
      self.init(isCached: false, reasons: ["\(name) has not been run before"])
      return
    }
    let explainer = Explainer(cache: cache)
    // The calls differ further down than their own arguments show: the nearest is the one with the
    // least to say about, the newest of those.
    let weights = earlier.map { Comparison(node.facts, $0).weight }
    let least = weights.min() ?? 0
    let nearest = zip(earlier, weights).filter { $0.1 == least }.prefix(30).map(\.0)
    let explained = nearest.map { explainer.differences(node, $0, depth: 0) }
    self.init(isCached: false, reasons: explained.min { $0.count < $1.count } ?? [])
  }

  private init(light node: Node, cache: DiskCache) {
    let name = node.stage.name
    var reasons: [String] = []
    var seen: Set<String> = [node.key]
    var waiting: [Node] = node.inputs.reversed()
    while let next = waiting.popLast() {
      guard seen.insert(next.key).inserted else { continue }
      if next.stage.effort == .heavy, next.stage.effect == .none {
        let why = Why(heavy: next, cache: cache)
        if !why.isCached { reasons += why.reasons.filter { !reasons.contains($0) } }
      } else {
        waiting.append(contentsOf: next.inputs.reversed())
      }
    }
    let own = "\(name) is quick and done again each time"
    self.init(
      isCached: reasons.isEmpty,
      reasons: reasons.isEmpty
        ? [own + (node.inputs.isEmpty ? "" : ", from results in the cache")] : reasons)
  }
}

/// How far two calls of one stage are from each other.
private struct Comparison {
  let weight: Int

  init(_ new: CallFacts, _ old: CallFacts) {
    let oldArguments = Dictionary(old.arguments.map { ($0.name, $0.digest) }) { $1 }
    let changed = new.arguments.count { oldArguments[$0.name] != $0.digest }
    let models = Set(new.models.keys).union(old.models.keys)
    let changedModels = models.count { new.models[$0] != old.models[$0] }
    let files = Set(new.files.keys).union(old.files.keys)
    let changedFiles = files.count { new.files[$0] != old.files[$0] }
    weight =
      changed + changedModels + changedFiles + (new.version == old.version ? 0 : 1)
      + (new.program == old.program ? 0 : 1) + (new.numericMode == old.numericMode ? 0 : 1)
  }
}

private struct Explainer {
  let cache: DiskCache

  /// What differs between a call and an earlier one of the same stage.
  func differences(_ node: Node, _ old: CallFacts, depth: Int) -> [String] {
    let new = node.facts
    var reasons = argumentDifferences(node, old, depth: depth)
    for name in Set(new.models.keys).union(old.models.keys).sorted() {
      switch (new.models[name], old.models[name]) {
      case (let now?, let before?) where now != before:
        reasons.append("the weights of the model \(name) are other ones than before")
      case (_?, nil): reasons.append("it uses the model \(name) now")
      case (nil, _?): reasons.append("it used the model \(name) before")
      default: break
      }
    }
    for path in Set(new.files.keys).intersection(old.files.keys).sorted()
    where new.files[path] != old.files[path] {
      reasons.append("the file \"\(path)\" has changed")
    }
    if new.version != old.version {
      reasons.append("\(new.stage) has changed: its version is \(new.version), was \(old.version)")
    }
    if new.numericMode != old.numericMode {
      reasons.append(
        "numbers are worked out as \(new.numericMode), were worked out as \(old.numericMode)")
    }
    if new.program != old.program {
      reasons.append("this is \(new.program), it was run by \(old.program)")
    }
    return reasons
  }

  private func argumentDifferences(_ node: Node, _ old: CallFacts, depth: Int) -> [String] {
    let stage = node.stage.name
    let before = Dictionary(old.arguments.map { ($0.name, $0) }) { $1 }
    var reasons: [String] = []
    for (argument, value) in zip(node.facts.arguments, node.arguments.values) {
      guard let earlier = before[argument.name] else {
        reasons.append("'\(argument.name)' of \(stage) is new")
        continue
      }
      guard earlier.digest != argument.digest else { continue }
      if case .deferred(let input) = value, earlier.call == argument.call, depth < 50,
        let facts = cache.ask({ try $0.call(earlier.digest.hex) })?.flatMap({ $0 })
      {
        let below = differences(input, facts, depth: depth + 1)
        if !below.isEmpty {
          reasons += below
          continue
        }
      }
      reasons.append(Explainer.change(argument, earlier, of: stage))
    }
    return reasons
  }

  private static func change(
    _ new: CallFacts.Argument, _ old: CallFacts.Argument, of stage: String
  ) -> String {
    let name = "'\(new.name)' of \(stage)"
    if new.text == old.text {
      return new.call == nil
        ? "\(name) has other content than before (\(new.text))"
        : "\(name) comes from another call of \(new.call ?? "") than before"
    }
    return "\(name) is \(new.text), was \(old.text)"
  }
}
