import Foundation
import GenDigest
import Synchronization

/// The digests of files that scripts read, each worked out once as long as the file stays the same:
/// its size, time of change and inode say whether it did.
public final class FileDigests: Sendable {
  struct Stamp: Sendable, Hashable {
    let size: Int64
    let seconds: Int64
    let nanoseconds: Int64
    let inode: UInt64
  }

  /// Keeps digests of large files from one run to the next.
  protocol Shelf: Sendable {
    func digest(ofFileAt path: String, stamp: Stamp) -> Digest?
    func keep(_ digest: Digest, ofFileAt path: String, stamp: Stamp)
  }

  private let shelf: @Sendable () -> (any Shelf)?
  private let known = Mutex<[String: (stamp: Stamp, digest: Digest)]>([:])

  /// - Parameter cache: Keeps the digests of large files from one run to the next.
  public init(cache: DiskCache? = nil) { shelf = { cache?.index() } }

  /// What the file, the folder or the numbered files of a pattern such as `frame%03d.png` contain.
  ///
  /// - Returns: nil when there is nothing or it cannot be read.
  /// - Throws: `CancellationError`.
  public func digest(of path: String) throws -> Digest? {
    if let members = members(of: path) {
      let hasher = Hasher256()
      for member in members.sorted() {
        hasher.updateCounted((member as NSString).lastPathComponent)
        guard let digest = try digest(ofFileAt: member) else { continue }
        hasher.update(digest.bytes)
      }
      return hasher.finalize()
    }
    return try digest(ofFileAt: path)
  }

  func digest(ofFileAt path: String) throws -> Digest? {
    guard let stamp = Stamp(ofFileAt: path) else { return nil }
    if let entry = known.withLock({ $0[path] }), entry.stamp == stamp { return entry.digest }
    let isLarge = stamp.size >= 1 << 22
    if isLarge, let digest = shelf()?.digest(ofFileAt: path, stamp: stamp) {
      known.withLock { $0[path] = (stamp, digest) }
      return digest
    }
    let digest: Digest
    do {
      digest = try Digest(ofFileAt: path)
    } catch let error as CancellationError {
      throw error
    } catch {
      return nil
    }
    // A file changed a moment ago may change again within the same tick of the clock.
    guard Stamp(ofFileAt: path) == stamp, stamp.isSettled else { return digest }
    known.withLock { $0[path] = (stamp, digest) }
    if isLarge { shelf()?.keep(digest, ofFileAt: path, stamp: stamp) }
    return digest
  }

  /// The files of a folder or of a pattern with a number in it; nil for a plain file.
  private func members(of path: String) -> [String]? {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if exists {
      guard isFolder.boolValue else { return nil }
      return files(in: path) { _ in true }
    }
    let name = (path as NSString).lastPathComponent
    guard let percent = name.firstIndex(of: "%") else { return nil }
    let start = String(name[..<percent])
    let folder = (path as NSString).deletingLastPathComponent
    let end = (name as NSString).pathExtension
    let found = files(in: folder.isEmpty ? "." : folder) {
      $0.hasPrefix(start) && $0.hasSuffix(end)
    }
    return found.isEmpty ? nil : found
  }

  private func files(in folder: String, where fits: (String) -> Bool) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter(fits).map { (folder as NSString).appendingPathComponent($0) }
  }
}

extension FileDigests.Stamp {
  /// nil unless there is a plain file.
  init?(ofFileAt path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    size = Int64(status.st_size)
    seconds = Int64(status.st_mtim.tv_sec)
    nanoseconds = Int64(status.st_mtim.tv_nsec)
    inode = UInt64(status.st_ino)
  }

  var isSettled: Bool { Int64(time(nil)) - seconds > 1 }
}
