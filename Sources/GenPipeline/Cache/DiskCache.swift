import Foundation
import GRDB
import GenMedia
import Synchronization

/// Results of heavy calls on disk, shared by all programs that use the folder.
///
/// The files are what counts: each carries its own description and sum, so that one which is
/// missing or damaged is just made again, and the index can be made anew from them. A file is used
/// when it is read; the least recently used ones go when the cache is larger than it may be.
/// Nothing is opened before the first heavy call asks.
public final class DiskCache: Sendable {
  struct State {
    var index: CacheIndex?
    var isIndexTried = false
    /// Why nothing is stored any more.
    var refusal: Diagnostic?
    var temporaryCount = 0
    var repairCount = 0
  }

  public let place: CachePlace
  let state = Mutex(State())

  public init(_ place: CachePlace) { self.place = place }

  /// Damaged files that were found and dropped by this program.
  public var repairCount: Int { state.withLock { $0.repairCount } }

  /// Why results are not kept, when the folder cannot be written or the disk is full.
  public var refusal: Diagnostic? { state.withLock { $0.refusal } }

  func path(of key: String) -> String { "\(place.folder)/\(key.prefix(2))/\(key)" }

  /// Whether there is a result, without reading it.
  public func holds(_ node: Node) -> Bool {
    access(path(of: node.key), R_OK) == 0
  }

  /// The kept result of a call; nil when there is none or it was damaged, and then it is gone.
  public func value(for node: Node) -> Value? {
    guard let file = OpenFile(path: path(of: node.key)) else { return nil }
    do {
      try Blob.verify(file)
      let value = try Blob.value(of: file)
      file.touch()
      return value
    } catch let error {
      guard error is Damage else { return nil }
      drop(node.key)
      return nil
    }
  }

  /// Keeps a result. A lazy film is made frame by frame on the way, in constant memory.
  ///
  /// - Returns: The result to go on with; nil when it was not kept.
  /// - Throws: what making a film's frames throws; `CancellationError`.
  func store(
    _ value: Value, for node: Node, filmLimit: Int, seconds: () -> Double,
    progress: @escaping (StageContext.Progress) -> Void
  ) throws -> Value? {
    guard refusal == nil else { return nil }
    do {
      let temporary = try temporaryPath()
      try makeFolder(of: node.key)
      let isLazy = if case .video(let film) = value { !film.isInMemory } else { false }
      let size = try Blob.write(
        value, of: node.facts, seconds: seconds, filmLimit: min(filmLimit, place.byteLimit / 2),
        to: path(of: node.key), beside: temporary
      ) { count, all in
        guard isLazy else { return }
        progress(.init("frame", count, of: all))
      }
      let file = isLazy ? OpenFile(path: path(of: node.key)) : nil
      note(node, size: size, seconds: seconds())
      return try file.map(Blob.value(of:)) ?? value
    } catch is Unkeepable {
      return nil
    } catch is Damage {
      return nil
    } catch let failure as CacheFailure {
      state.withLock { $0.refusal = failure.diagnostic }
      return nil
    }
  }

  /// Removes a file that is no use.
  func drop(_ key: String) {
    unlink(path(of: key))
    state.withLock { $0.repairCount += 1 }
    ask { try $0.remove([key]) }
  }

  /// The index, opened when first needed; nil when there can be none.
  func index() -> CacheIndex? {
    state.withLock { state in
      guard !state.isIndexTried, isFolder(place.folder) else { return state.index }
      state.isIndexTried = true
      guard let index = try? CacheIndex(folder: place.folder) else { return nil }
      state.index = index
      if index.isNew {
        let found = filesOnDisk()
        try? index.add(found.map(\.0), calls: found.map(\.1))
      }
      removeLeftovers()
      removeUnfinished()
      return index
    }
  }

  /// Asks the index; one that turns out to be damaged is made anew from the files and asked again.
  ///
  /// - Returns: nil when there is no index or it fails.
  @discardableResult
  func ask<Answer>(_ question: (CacheIndex) throws -> Answer) -> Answer? {
    guard let index = index() else { return nil }
    do {
      return try question(index)
    } catch let error as DatabaseError where error.isDamage || error.isLoss {
      state.withLock { state in
        guard state.index === index else { return }
        if error.isDamage { CacheIndex.remove(from: place.folder) }
        state.index = nil
        state.isIndexTried = false
      }
      return self.index().flatMap { try? question($0) }
    } catch {
      return nil
    }
  }

  private func note(_ node: Node, size: Int, seconds: Double) {
    let entry = CacheIndex.Entry(
      key: node.key, stage: node.stage.name, byteCount: size,
      created: Date().timeIntervalSince1970, seconds: seconds)
    let calls = node.factsWithLightInputs
    let total = ask { index in
      try index.add([entry], calls: calls)
      return try index.byteCount()
    }
    guard let total, total > place.byteLimit else { return }
    trim(to: place.byteLimit / 10 * 9, sparing: node.key)
    ask { try $0.forgetOldCalls() }
  }
}

extension Node {
  /// The facts of the call and of the calls below it whose results are not kept themselves.
  fileprivate var factsWithLightInputs: [CallFacts] {
    var all: [CallFacts] = [facts]
    var seen: Set<String> = [key]
    var waiting = inputs
    while let next = waiting.popLast(), all.count < 2000 {
      guard next.stage.effort != .heavy, seen.insert(next.key).inserted else { continue }
      all.append(next.facts)
      waiting.append(contentsOf: next.inputs)
    }
    return all
  }
}

extension DiskCache {
  private func temporaryPath() throws -> String {
    let folder = place.folder + "/tmp"
    try DiskCache.makeFolders(folder)
    let number = state.withLock { state in
      state.temporaryCount += 1
      return state.temporaryCount
    }
    return "\(folder)/\(getpid())-\(number)-\(UInt64.random(in: 0...UInt64.max))"
  }

  private func makeFolder(of key: String) throws {
    try DiskCache.makeFolders("\(place.folder)/\(key.prefix(2))")
  }

  /// - Throws: ``CacheFailure``.
  static func makeFolders(_ path: String) throws {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
    let parent = (path as NSString).deletingLastPathComponent
    if !parent.isEmpty, parent != path { try makeFolders(parent) }
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw CacheFailure(system: errno) }
  }

  func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
