import GenPipeline
import Glibc

extension Studio {
  /// Where a path of a script is written: below the output folder, or in one that was allowed.
  ///
  /// - Throws: ``Diagnostic`` when the path leaves them, also through a link.
  func outputPath(_ path: String) throws -> String {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw Diagnostic.unusablePath(path) }
    let isPlain = path.hasPrefix("/") || outputFolder == "."
    let whole = isPlain ? path : outputFolder + "/" + path
    let folder = Studio.folder(of: whole)
    guard let real = Studio.realPath(ofNearestFolder: folder) else {
      throw Diagnostic.unusablePath(path)
    }
    let roots = ([outputFolder] + allowedFolders).compactMap {
      Studio.realPath(ofNearestFolder: $0)
    }
    guard roots.contains(where: { real == $0 || real.hasPrefix($0 == "/" ? $0 : $0 + "/") })
    else { throw Diagnostic.pathLeavesOutput(path) }
    return whole
  }

  /// Makes the folder that a file is to be written in.
  func makeFolder(for path: String) throws {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in Studio.folder(of: path).split(separator: "/") {
      made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
      guard mkdir(made, 0o777) == 0 || errno == EEXIST || errno == EISDIR || errno == EROFS else {
        throw Diagnostic.cannotMakeFolder(made, reason: String(cString: strerror(errno)))
      }
    }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The folder without links and `..`; parts that do not exist yet are added plainly.
  private static func realPath(ofNearestFolder folder: String) -> String? {
    var existing = folder.isEmpty ? "." : folder
    var missing: [Substring] = []
    while true {
      if let resolved = realpath(existing, nil) {
        defer { free(resolved) }
        guard !missing.contains("..") else { return nil }
        return missing.reversed().filter { $0 != "." }.reduce(String(cString: resolved)) {
          (path: String, part: Substring) in path == "/" ? "/\(part)" : "\(path)/\(part)"
        }
      }
      guard errno == ENOENT, let slash = existing.lastIndex(of: "/") else {
        guard errno == ENOENT, existing != "." else { return nil }
        missing.append(Substring(existing))
        existing = "."
        continue
      }
      missing.append(existing[existing.index(after: slash)...])
      existing = slash == existing.startIndex ? "/" : String(existing[..<slash])
    }
  }
}
