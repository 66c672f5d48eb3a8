import Foundation

/// What a program may take, as `set budget = "2min, 4GB"` says.
public struct Budget: Sendable, Hashable {
  public var seconds: Double?
  /// Bytes at one time.
  public var memory: Int?
  /// Bytes of files.
  public var disk: Int?

  /// Reads times (`90s`, `2min`, `1.5h`), memory (`4GB`) and room on disk (`10GB disk`), separated
  /// by commas; nil for anything else and for a budget of nothing.
  public init?(_ text: String) {
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
      let isDisk = words.last == "disk"
      let amount = words.dropLast(isDisk ? 1 : 0).joined()
      if isDisk, let bytes = Self.byteCount(amount) {
        disk = bytes
      } else if !isDisk, let time = Self.seconds(amount) {
        seconds = time
      } else if !isDisk, let bytes = Self.byteCount(amount) {
        memory = bytes
      } else {
        return nil
      }
    }
  }

  private static func seconds(_ text: String) -> Double? {
    let digits = text.prefix { $0.isNumber || $0 == "." }
    let scales = ["ms": 0.001, "s": 1, "min": 60, "h": 3600]
    guard let number = Double(digits), number > 0, number.isFinite,
      let scale = scales[String(text.dropFirst(digits.count))]
    else { return nil }
    return number * scale
  }

  private static func byteCount(_ text: String) -> Int? {
    guard text.last?.isLetter == true, let bytes = CachePlace.byteCount(text), bytes > 0 else {
      return nil
    }
    return bytes
  }
}

extension Plan {
  /// What the plan takes too much of, in words; empty when it fits.
  func excesses(over budget: Budget) -> [String] {
    var all: [String] = []
    if let most = budget.seconds, let seconds, seconds > most {
      all.append("about \(Plan.time(seconds)) of \(Plan.time(most))")
    }
    if let most = budget.memory, memory > most {
      all.append("\(CachePlace.text(memory)) of \(CachePlace.text(most)) of memory")
    }
    if let most = budget.disk, disk > most {
      all.append("\(CachePlace.text(disk)) of \(CachePlace.text(most)) on disk")
    }
    return all
  }

  /// Why the plan may not begin, with the argument to lower; nil when it fits the budget.
  public func refusal(over budget: Budget) async -> Diagnostic? {
    let excesses = excesses(over: budget)
    guard !excesses.isEmpty else { return nil }
    let dearest = dearestSteps.first.flatMap { node(of: $0) }
    let lowering = await leastLowering(toFit: budget)
    return Diagnostic.overBudget(
      excesses, lowering: lowering, at: lowering?.place ?? dearest?.place)
  }

  private var dearestSteps: [Step] {
    steps.filter { $0.state == .run }.sorted { ($0.seconds ?? 0) > ($1.seconds ?? 0) }
  }

  /// The one whole argument among those of the dearest calls that has to give way least.
  private func leastLowering(toFit budget: Budget) async -> Lowering? {
    var best: (lowering: Lowering, share: Double)?
    var tried = Set<Lowering.Site>()
    for step in dearestSteps.prefix(6) {
      guard let node = node(of: step) else { continue }
      for (parameter, value) in zip(node.arguments.parameters, node.arguments.values) {
        guard parameter.name != "seed", case .int(let now) = value else { continue }
        let site = Lowering.Site(stage: node.stage.name, argument: parameter.name, value: now)
        guard tried.insert(site).inserted else { continue }
        let least = max(1, Int(parameter.range?.lowerBound ?? 1))
        guard let value = await largest(least..<now, at: site, fitting: budget) else { continue }
        let share = Double(value) / Double(now)
        if share > best?.share ?? 0 {
          best = (Lowering(site: site, value: value, place: node.place), share)
        }
      }
    }
    return best?.lowering
  }

  /// By halving: a larger argument is taken to cost no less.
  private func largest(
    _ values: Range<Int>, at site: Lowering.Site, fitting budget: Budget
  ) async -> Int? {
    func fits(_ value: Int) async -> Bool {
      await lowered(Lowering(site: site, value: value, place: nil))
        .excesses(over: budget).isEmpty
    }
    guard !values.isEmpty, await fits(values.lowerBound) else { return nil }
    var (low, high) = (values.lowerBound, values.upperBound)
    while high - low > 1 {
      let middle = (low + high) / 2
      if await fits(middle) { low = middle } else { high = middle }
    }
    return low
  }
}

/// Another value for an argument, at every call that has it.
struct Lowering: Sendable {
  struct Site: Hashable, Sendable {
    let stage: String
    let argument: String
    let value: Int
  }

  let site: Site
  let value: Int
  let place: SourcePlace?

  func applied(to node: Node) -> Arguments {
    guard node.stage.name == site.stage else { return node.arguments }
    let values = zip(node.arguments.parameters, node.arguments.values).map { parameter, value in
      if parameter.name == site.argument, case .int(site.value) = value {
        return Value.int(self.value)
      }
      return value
    }
    return Arguments(parameters: node.arguments.parameters, values: values)
  }
}

extension Diagnostic {
  fileprivate static func overBudget(
    _ excesses: [String], lowering: Lowering?, at place: SourcePlace?
  ) -> Diagnostic {
    let hint =
      lowering.map { "lower '\($0.site.argument)' from \($0.site.value) to \($0.value)" }
      ?? "no argument is enough by itself: lower several, or raise the budget"
    return Diagnostic(
      "E0809", message: "the program does not fit its budget: \(excesses.joined(separator: ", "))",
      label: lowering.map { "\($0.site.stage) could do with less" } ?? "this takes most of it",
      hint: hint, at: place)
  }
}
