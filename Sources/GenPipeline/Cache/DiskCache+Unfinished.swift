import Foundation

extension DiskCache {
  /// Days after which what a call has reached is dropped, when nobody went on with it.
  private static let unfinishedDays = 7

  private var unfinishedFolder: String { place.folder + "/unfinished" }

  /// Where a call may keep what it has reached, to go on from there when it was stopped.
  ///
  /// - Returns: nil when the folder cannot be made.
  func unfinished(_ node: Node) -> UnfinishedWork? {
    guard (try? DiskCache.makeFolders(unfinishedFolder)) != nil else { return nil }
    return UnfinishedWork(folder: unfinishedFolder, key: node.key)
  }

  /// Removes what calls have reached and nobody has gone on with for a week; with `all`, everything.
  func removeUnfinished(all: Bool = false) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: unfinishedFolder)) ?? [] {
      let path = unfinishedFolder + "/" + name
      var status = stat()
      guard stat(path, &status) == 0 else { continue }
      let age = time(nil) - status.st_mtim.tv_sec
      if all || age > DiskCache.unfinishedDays * 86_400 { unlink(path) }
    }
  }
}

/// Files of a call's own, in which it keeps what it has reached until it is finished.
public struct UnfinishedWork: Sendable {
  let folder: String
  let key: String

  /// The file of one part of the work; the call reads and writes it, whole or not at all.
  public func path(ofPart part: String) -> String { "\(folder)/\(key)-\(part)" }

  /// The call is finished: nothing is left to go on with.
  func remove() {
    // One that was killed may have left a file half-written, under a hidden name.
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where name.hasPrefix(key) || name.hasPrefix("." + key) {
      unlink(folder + "/" + name)
    }
  }
}
