import Glibc

/// The value of an environment variable; nil when it is not set or empty.
func environment(_ name: String) -> String? {
  guard let pointer = getenv(name), pointer.pointee != 0 else { return nil }
  return String(cString: pointer)
}

/// The variables that decide where Gen keeps things.
public func environmentVariables() -> [String: String] {
  let names = [
    "HOME", "GEN_HOME", "GEN_CACHE", "GEN_CACHE_SIZE", "XDG_CACHE_HOME", "XDG_DATA_HOME",
  ]
  return names.reduce(into: [:]) { found, name in found[name] = environment(name) }
}
