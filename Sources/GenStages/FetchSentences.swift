import GenWeights

extension ModelStore.FetchEvent {
  /// What a person is told; nil for small steps.
  public var sentence: String? {
    switch self {
    case .starting(let manifest):
      "fetching \(manifest.name): \(manifest.summary) "
        + "(\(byteText(manifest.source?.byteCount ?? manifest.byteCount)) to download, "
        + "licence \(manifest.licence))"
    case .waiting: "waiting for another program that fetches the same model"
    case .progress, .unpacking: nil
    }
  }
}
