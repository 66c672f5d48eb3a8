extension Node {
  /// The call as a script would write it: `diffuse("a boat", frames: 24)`, without what the first
  /// argument brings when that is a call itself and without arguments that have their default.
  ///
  /// - Parameter reference: What stands for an argument that is a call, such as `#2`.
  func callText(limit: Int = 40, reference: (Node) -> String) -> String {
    var written: [String] = []
    var piped: String?
    for (index, pair) in zip(arguments.parameters, arguments.values).enumerated() {
      let (parameter, value) = pair
      if index == 0, case .deferred(let input) = value {
        piped = reference(input)
        continue
      }
      guard !parameter.isDefault(value) else { continue }
      let text = value.text(limit: limit, reference: reference)
      written.append(index == 0 ? text : "\(parameter.name): \(text)")
    }
    let call = "\(stage.name)(\(written.joined(separator: ", ")))"
    return piped.map { "\($0) |> \(call)" } ?? call
  }

  /// The calls that lead to this one through first arguments, as one pipeline.
  public func chainText(limit: Int = 40) -> String {
    var steps: [String] = []
    var next: Node? = self
    while let node = next {
      steps.append(node.callText(limit: limit) { "\($0.stage.name)(…)" })
      next = nil
      guard case .deferred(let input)? = node.arguments.values.first else { continue }
      steps[steps.count - 1] = node.ownText(limit: limit)
      next = input
    }
    return steps.reversed().joined(separator: " |> ")
  }

  private func ownText(limit: Int) -> String {
    let whole = callText(limit: limit) { _ in "" }
    return whole.hasPrefix(" |> ") ? String(whole.dropFirst(4)) : whole
  }
}

extension ParameterInfo {
  fileprivate func isDefault(_ value: Value) -> Bool {
    guard let initial, !value.isDeferred, initial.fitted(to: type).tag == value.tag,
      let usual = try? initial.fitted(to: type).digest(), let actual = try? value.digest()
    else { return false }
    return usual == actual
  }
}

extension Value {
  /// Cut to a length, with `reference` for calls.
  func text(limit: Int, reference: (Node) -> String) -> String {
    switch self {
    case .deferred(let node): reference(node)
    case .list(let elements) where isDeferred:
      "["
        + elements.prefix(8).map { $0.text(limit: limit, reference: reference) }
        .joined(separator: ", ") + (elements.count > 8 ? ", … \(elements.count) in all]" : "]")
    case .grid(let grid) where isDeferred:
      "\(grid.writtenText) of "
        + Value.list(grid.elements).text(limit: limit, reference: reference)
    case .record(let fields) where isDeferred:
      "{"
        + fields.prefix(8).map {
          "\($0.name): \($0.value.text(limit: limit, reference: reference))"
        }.joined(separator: ", ") + "}"
    default: shortText(limit: limit)
    }
  }
}
