import Synchronization

/// The names of a file or session, each version of the list still readable: a `def` sees those
/// that stood above it.
final class VersionedNames<Element: Sendable>: Sendable {
  private struct State {
    var entries: [String: [(version: Int, element: Element)]] = [:]
    var version = 0
  }

  private let state: Mutex<State>
  private let base: VersionedNames?

  init(base: VersionedNames? = nil) {
    self.base = base
    state = Mutex(State())
  }

  private init(_ copied: State, _ base: VersionedNames?) {
    self.base = base
    state = Mutex(copied)
  }

  /// A list to go on with that leaves this one as it is.
  func copy() -> VersionedNames { VersionedNames(state.withLock { $0 }, base) }

  /// The list as it was at a version, to go on with.
  func copy(upTo version: Int) -> VersionedNames {
    var copied = State()
    copied.version = version
    for (name, entries) in state.withLock({ $0.entries }) {
      let kept = entries.prefix { $0.version <= version }
      if !kept.isEmpty { copied.entries[name] = Array(kept) }
    }
    return VersionedNames(copied, base)
  }

  var version: Int { state.withLock { $0.version } }

  func find(_ name: String, version: Int) -> Element? {
    findOwn(name, version: version) ?? base?.find(name, version: Int.max)
  }

  func findOwn(_ name: String, version: Int) -> Element? {
    state.withLock { state in
      state.entries[name]?.last { $0.version <= version }?.element
    }
  }

  /// - Returns: The version from which on the name is seen.
  func bind(_ name: String, _ element: Element) -> Int {
    state.withLock { state in
      state.version += 1
      state.entries[name, default: []].append((state.version, element))
      return state.version
    }
  }

  func names(version: Int) -> [String: Element] {
    (base?.names(version: Int.max) ?? [:]).merging(ownNames(version: version)) { $1 }
  }

  /// Without those of the prelude.
  func ownNames(version: Int) -> [String: Element] {
    var all: [String: Element] = [:]
    for (name, entries) in state.withLock({ $0.entries }) {
      if let entry = entries.last(where: { $0.version <= version }) { all[name] = entry.element }
    }
    return all
  }
}

typealias GlobalNames = VersionedNames<Binding>
