/// Results in memory, the least recently used ones dropped when they take too much.
struct MemoryCache {
  private struct Entry {
    let value: Value
    let byteCount: Int
    var lastUse: UInt64
  }

  let byteLimit: Int
  private(set) var byteCount = 0
  private var entries: [String: Entry] = [:]
  private var clock: UInt64 = 0

  init(byteLimit: Int) { self.byteLimit = max(0, byteLimit) }

  var count: Int { entries.count }

  /// The value and the note that it was used.
  mutating func value(for key: String) -> Value? {
    guard let value = entries[key]?.value else { return nil }
    clock &+= 1
    entries[key]?.lastUse = clock
    return value
  }

  func holds(_ key: String) -> Bool { entries[key] != nil }

  mutating func keep(_ value: Value, for key: String) {
    remove(key)
    let size = value.byteCount
    guard size <= byteLimit else { return }
    clock &+= 1
    entries[key] = Entry(value: value, byteCount: size, lastUse: clock)
    byteCount += size
    if byteCount > byteLimit { makeRoom() }
  }

  mutating func remove(_ key: String) {
    if let old = entries.removeValue(forKey: key) { byteCount -= old.byteCount }
  }

  mutating func removeAll() {
    entries.removeAll()
    byteCount = 0
  }

  /// Goes down to nine tenths, so that not every new value has to look for room.
  private mutating func makeRoom() {
    for (key, _) in entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
      guard byteCount > byteLimit / 10 * 9 else { return }
      remove(key)
    }
  }
}
