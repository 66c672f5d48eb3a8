import GenMedia

extension Value {
  /// The value as a script would write it, cut to a length for lists and plans.
  public func shortText(limit: Int = 40) -> String {
    let text = writtenText(depth: 0)
    return text.count <= limit ? text : String(text.prefix(max(0, limit - 1))) + "…"
  }

  private func writtenText(depth: Int) -> String {
    switch self {
    case .none: "none"
    case .bool(let flag): flag ? "true" : "false"
    case .int(let whole): String(whole)
    case .number(let number): number.shortText
    case .text(let text): text.startAsLiteral
    case .color(let color): color.description
    case .quantity(let quantity): quantity.amount.shortText + quantity.dimension.unit
    case .symbol(let word): word
    case .list(let elements): elements.writtenList(depth: depth)
    case .record(let fields):
      "{"
        + fields.prefix(8).map { "\($0.name.asLabel): \($0.value.nested(depth))" }
        .joined(separator: ", ") + (fields.count > 8 ? ", …}" : "}")
    case .grid(let grid): grid.writtenText
    case .prompt(let prompt): prompt.writtenText
    case .sampler(let plan):
      plan.legs.map { "\($0.name)(\($0.stepCount))" }.joined(separator: " + ")
    case .model(let choice): choice.writtenText
    case .image(let image): "Image \(image.width)x\(image.height)"
    case .video(let video):
      "Video \(video.width)x\(video.height)"
        + (video.frameCount.map { ", \($0) frame\($0 == 1 ? "" : "s")" } ?? "")
    case .audio(let sound): sound.writtenText
    case .mesh(let mesh):
      "Mesh of \(mesh.triangleCount) triangle\(mesh.triangleCount == 1 ? "" : "s")"
    case .table(let table):
      "Table of \(table.rowCount) row\(table.rowCount == 1 ? "" : "s"), \(table.columns.count) "
        + "column\(table.columns.count == 1 ? "" : "s")"
    case .method(let method): method.writtenText
    case .fitted(let model): model.writtenText
    case .trace(let trace):
      "Trace of \(trace.verb), \(trace.steps.count) step\(trace.steps.count == 1 ? "" : "s")"
    case .function(let function): function.name
    case .deferred(let node): "\(node.stage.name)(…)"
    }
  }

  fileprivate func nested(_ depth: Int) -> String {
    depth < 3 ? writtenText(depth: depth + 1) : "…"
  }
}

extension Audio {
  /// `Audio 2.5 s, 2 channels at 44100 Hz`.
  fileprivate var writtenText: String {
    let seconds = ((duration * 1000).rounded() / 1000).shortText
    return "Audio \(seconds) s, \(channelCount) channel\(channelCount == 1 ? "" : "s") at "
      + "\(sampleRate) Hz"
  }
}

extension Grid {
  /// `Grid<Image> 8x3 (seed, guidance)`.
  var writtenText: String {
    "Grid<\(elementType)> \(axes.map { "\($0.values.count)" }.joined(separator: "x")) "
      + "(\(axes.map(\.name).joined(separator: ", ")))"
  }
}

extension [Value] {
  fileprivate func writtenList(depth: Int) -> String {
    let shown = prefix(8).map { $0.nested(depth) }.joined(separator: ", ")
    return "[" + shown + (count > 8 ? ", … \(count) in all]" : "]")
  }
}

extension Prompt {
  fileprivate var writtenText: String {
    let wantedText = wanted.map(\.writtenText).joined(separator: " + ")
    let avoidedText = avoided.map { " - " + $0.writtenText }.joined()
    let endingText = ending.map(\.writtenText).joined(separator: " + ")
    let whole = (wantedText.isEmpty ? "\"\"" : wantedText) + avoidedText
    return ending.isEmpty ? whole : "morph(\(whole), \(endingText))"
  }
}

extension Prompt.Part {
  fileprivate var writtenText: String {
    (weight == 1 ? "" : weight.shortText + " * ") + text.startAsLiteral
  }
}

extension Dimension {
  /// The unit that amounts are kept in, as a script writes it.
  public var unit: String {
    switch self {
    case .duration: "s"
    case .rate: "fps"
    case .frequency: "Hz"
    case .tempo: "bpm"
    case .gain: "dB"
    case .length: "px"
    case .angle: "deg"
    }
  }
}

extension Double {
  var shortText: String {
    self == rounded() && abs(self) < 1e15 ? String(Int64(self)) : String(self)
  }
}

extension String {
  /// As much of it as anybody reads.
  fileprivate var startAsLiteral: String { String(prefix(1000)).asLiteral }
}

extension ModelChoice {
  /// As a script would write it.
  fileprivate var writtenText: String {
    var total = 0.0
    let mixture = parts.reduce("") { text, part in
      total += part.share
      let model = "model(\(part.name.asLiteral))"
      return text.isEmpty ? model : "mix(\(text), \(model), \((part.share / total).shortText))"
    }
    let added = additions.map { part in
      "lora(\(part.name.asLiteral))" + (part.share == 1 ? "" : " * \(part.share.shortText)")
    }
    return ((mixture.isEmpty ? [] : [mixture]) + added).joined(separator: " + ")
  }
}
