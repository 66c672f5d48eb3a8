import Foundation

extension DiskCache {
  /// One kept result, as a list shows it.
  public struct Entry: Sendable, Hashable {
    public let key: String
    public let stage: String
    public let byteCount: Int
    /// Seconds that it took to make.
    public let seconds: Double
    public let lastUse: Date
  }

  /// What checking every file found.
  public struct Verification: Sendable, Hashable {
    public let soundCount: Int
    /// Keys of files that were damaged, and are gone now.
    public let dropped: [String]
    public let byteCount: Int
  }

  /// How many results were removed, and their bytes.
  public struct Removal: Sendable, Hashable {
    public internal(set) var count: Int
    public internal(set) var byteCount: Int
  }

  /// All that is kept, the most recently used first.
  public func entries() -> [Entry] {
    let listed = ask { try $0.entries() } ?? []
    return listed.compactMap { entry in
      lastUse(of: entry.key).map {
        Entry(
          key: entry.key, stage: entry.stage, byteCount: entry.byteCount, seconds: entry.seconds,
          lastUse: $0)
      }
    }
    .sorted { ($0.lastUse, $0.key) > ($1.lastUse, $1.key) }
  }

  /// Reads every file, drops damaged ones, and makes the index agree with the files.
  ///
  /// - Throws: `CancellationError`.
  public func verify() throws -> Verification {
    var sound: [CacheIndex.Entry] = []
    var calls: [CallFacts] = []
    var dropped: [String] = []
    for key in keysOnDisk() {
      guard let file = OpenFile(path: path(of: key)) else { continue }
      do {
        try Blob.verify(file)
        let facts = try Blob.facts(of: file)
        guard facts.call.key.hex == key else { throw Damage(reason: "it has another's name") }
        sound.append(CacheIndex.Entry(key: key, facts, file))
        calls.append(facts.call)
      } catch is Damage {
        drop(key)
        dropped.append(key)
      }
    }
    let listed = Set((ask { try $0.entries() } ?? []).map(\.key))
    let present = Set(sound.map(\.key))
    ask { try $0.remove(Array(listed.subtracting(present))) }
    ask { try $0.add(sound.filter { !listed.contains($0.key) }, calls: calls) }
    return Verification(
      soundCount: sound.count, dropped: dropped, byteCount: sound.reduce(0) { $0 + $1.byteCount })
  }

  /// Removes the least recently used results until the rest takes at most `byteCount` bytes; those
  /// that a running program reads from stay.
  ///
  /// - Returns: How many were removed and their bytes.
  @discardableResult
  public func trim(to byteCount: Int) -> Removal {
    trim(to: byteCount, sparing: nil)
  }

  /// Removes everything but what a running program reads from.
  @discardableResult
  public func clear() -> Removal {
    let unlisted = Set(keysOnDisk()).subtracting((ask { try $0.entries() } ?? []).map(\.key))
    let removed = trim(to: 0, sparing: nil)
    for key in unlisted { removeUnlessOpen(key) }
    ask { try $0.forgetOldCalls(keeping: 0) }
    removeUnfinished(all: true)
    return removed
  }

  @discardableResult
  func trim(to limit: Int, sparing spared: String?) -> Removal {
    let listed = ask { try $0.entries() } ?? []
    var total = listed.reduce(0) { $0 + $1.byteCount }
    var gone: [String] = []
    var removed = Removal(count: 0, byteCount: 0)
    let byUse = listed.map { ($0, lastUse(of: $0.key) ?? .distantPast) }.sorted {
      ($0.1, $0.0.key) < ($1.1, $1.0.key)
    }
    for (entry, _) in byUse where total > limit && entry.key != spared {
      let isMissing = lastUse(of: entry.key) == nil
      guard isMissing || removeUnlessOpen(entry.key) else { continue }
      gone.append(entry.key)
      total -= entry.byteCount
      guard !isMissing else { continue }
      removed.count += 1
      removed.byteCount += entry.byteCount
    }
    ask { try $0.remove(gone) }
    return removed
  }

  /// - Returns: Whether the file is gone.
  @discardableResult
  private func removeUnlessOpen(_ key: String) -> Bool {
    guard let file = OpenFile(path: path(of: key)) else { return true }
    guard file.isFree() else { return false }
    return unlink(path(of: key)) == 0
  }

  private func lastUse(of key: String) -> Date? {
    var status = stat()
    guard stat(path(of: key), &status) == 0 else { return nil }
    return Date(
      timeIntervalSince1970: Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) * 1e-9)
  }

  func keysOnDisk() -> [String] {
    let manager = FileManager.default
    let folders = (try? manager.contentsOfDirectory(atPath: place.folder)) ?? []
    return folders.filter { $0.count == 2 }.flatMap { folder in
      ((try? manager.contentsOfDirectory(atPath: "\(place.folder)/\(folder)")) ?? []).filter {
        $0.utf8.count == 64 && $0.hasPrefix(folder)
      }
    }
    .sorted()
  }

  /// The entries of all files, from what the files say of themselves.
  func filesOnDisk() -> [(CacheIndex.Entry, CallFacts)] {
    keysOnDisk().compactMap { key in
      guard let file = OpenFile(path: path(of: key)), let facts = try? Blob.facts(of: file) else {
        return nil
      }
      return (CacheIndex.Entry(key: key, facts, file), facts.call)
    }
  }

  /// Removes what programs that were killed have left half-written.
  func removeLeftovers() {
    let folder = place.folder + "/tmp"
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      let owner = name.split(separator: "-").first.flatMap { pid_t($0) }
      let isAlive = owner.map { kill($0, 0) == 0 || errno == EPERM } ?? false
      var status = stat()
      guard stat(folder + "/" + name, &status) == 0 else { continue }
      let isOld = time(nil) - status.st_mtim.tv_sec > 86_400
      if !isAlive || isOld { unlink(folder + "/" + name) }
    }
  }
}

extension CacheIndex.Entry {
  fileprivate init(key: String, _ facts: Blob.Facts, _ file: OpenFile) {
    self.init(
      key: key, stage: facts.call.stage, byteCount: file.byteCount,
      created: Date().timeIntervalSince1970, seconds: facts.seconds)
  }
}
