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
  /// What of the base is seen.
  private let baseVersion: Int

  init(base: VersionedNames? = nil, upTo baseVersion: Int = Int.max) {
    self.base = base
    self.baseVersion = baseVersion
    state = Mutex(State())
  }

  private init(_ copied: State, _ base: VersionedNames?, upTo baseVersion: Int) {
    self.base = base
    self.baseVersion = baseVersion
    state = Mutex(copied)
  }

  /// A list to go on with that leaves this one as it is.
  func copy() -> VersionedNames { VersionedNames(state.withLock { $0 }, base, upTo: baseVersion) }

  var version: Int { state.withLock { $0.version } }

  func find(_ name: String, version: Int) -> Element? {
    findOwn(name, version: version) ?? base?.find(name, version: baseVersion)
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
    (base?.names(version: baseVersion) ?? [:]).merging(ownNames(version: version)) { $1 }
  }

  /// The names that begin with a text, the prelude's among them, each once, in no order.
  func names(beginning prefix: String, version: Int = Int.max) -> [String] {
    let own = state.withLock { state in
      state.entries.filter { $0.key.hasPrefix(prefix) && $0.value[0].version <= version }.map(\.key)
    }
    guard let base else { return own }
    return own
      + base.names(beginning: prefix, version: baseVersion).filter {
        findOwn($0, version: version) == nil
      }
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
