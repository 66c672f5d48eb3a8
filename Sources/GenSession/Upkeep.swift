import GenPipeline
import GenStages
import GenWeights

/// What is told of the results that are kept, and of the models, on the command line and in sessions.
extension DiskCache {
  /// How much is kept, and the results used last.
  public func listing() -> String {
    let entries = entries()
    let total = entries.reduce(0) { $0 + $1.byteCount }
    let results = "\(entries.count) result\(entries.count == 1 ? "" : "s")"
    let head =
      "\(place.folder): \(results), \(byteText(total)) of \(byteText(place.byteLimit))\n"
    return entries.prefix(50).reduce(into: head) { text, entry in
      text += "  \(entry.key.prefix(12))  \(entry.stage.padded(to: 12))  "
      text += "\(byteText(entry.byteCount).padded(to: 9))  took \(timeText(entry.seconds))\n"
    }
  }
}

extension DiskCache.Verification {
  public var sentence: String { "\(soundCount) sound, \(dropped.count) damaged and dropped" }
}

extension DiskCache.Removal {
  public var sentence: String {
    "dropped \(count) result\(count == 1 ? "" : "s"), \(byteText(byteCount))"
  }
}

extension ModelStore {
  /// The models by name, what they are and whether they are here.
  public func listing() -> String {
    list().map { model in
      let state =
        if case .here? = try? availability(of: model.name) { "here" } else { "not fetched" }
      return
        "\(model.name)  \(model.kind)  \(byteText(model.byteCount))  \(model.licence)  \(state)\n"
        + "    \(model.summary)\n"
    }.joined()
  }
}

extension ModelManifest {
  /// What the model is, where it is from, and its files.
  public var page: String {
    var page = "\(name): \(summary)\nkind     \(kind)\nlicence  \(licence)\n"
    if let source { page += "from     \(source.package) \(source.version)\n" }
    for member in members {
      page +=
        "file     \(member.name), \(byteText(member.byteCount)), sha256 \(member.sha256.hex)\n"
    }
    return page
  }
}

extension ModelFiles {
  public var sentence: String {
    let count = manifest.members.count
    return "\(manifest.name): \(count) file\(count == 1 ? "" : "s"), all as they should be"
  }
}
