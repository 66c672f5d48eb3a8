import GenMedia
import GenPipeline

extension Trace {
  /// Steps evenly over the run, first and last among them.
  public func sampledSteps(_ count: Int) -> [Step] {
    let kept = min(max(1, count), steps.count)
    return (0..<kept).map { steps[kept == 1 ? 0 : $0 * (steps.count - 1) / (kept - 1)] }
  }

  /// A column for each of some steps: what was given, both predictions, the guided one, the result.
  public func sheet(count: Int = 8) throws -> Image {
    let columns = sampledSteps(count)
    let heads = try columns.map { step in
      try Trace.label("step \(step.number)\nnoise \((step.sigma * 100).rounded().whole) %")
    }
    let rows = try Step.panels.map { panel in
      [try Trace.label(panel.name)]
        + (try columns.map { try $0[keyPath: panel.picture].enlarged() })
    }
    let corner = try Trace.label("\(verb)\n\(steps[0].sampler)")
    let sheet = try Image.sheet(
      of: [corner] + heads + rows.flatMap { $0 }, columns: columns.count + 1, gap: 4)
    // The heads stand in the middle of cells as high as pictures.
    let unused = max(0, try picture.enlarged().height / 2 - 28)
    return try sheet.cropped(x: 0, y: unused, width: sheet.width, height: sheet.height - unused)
  }

  /// The run as a film of one frame a step, the last of which stays for a second.
  public func film() throws -> Video {
    var frames = try steps.map { try $0.strip() }
    if let last = frames.last { frames += Array(repeating: last, count: 4) }
    return try Video(frames: frames, rate: FrameRate(5, 1) ?? .film)
  }

  private static func label(_ text: String) throws -> Image {
    try Image.text(text, style: TextStyle(size: 13, outline: nil), wrapWidth: 100)
  }
}

extension Trace.Step {
  /// What a step shows, in the order of the work.
  public static let panels: [(name: String, picture: KeyPath<Trace.Step, Image> & Sendable)] = [
    ("given", \.given), ("without words", \.withoutWords), ("with words", \.withWords),
    ("guided", \.predicted), ("after the step", \.sample),
  ]

  /// The panels side by side, each with its name.
  public func strip() throws -> Image {
    try Image.sheet(
      of: Self.panels.map { try self[keyPath: $0.picture].enlarged() },
      labels: ["\(number): given"] + Self.panels.dropFirst().map(\.name),
      columns: Self.panels.count)
  }
}

extension Image {
  /// Twice as large where it is small, every pixel a square.
  fileprivate func enlarged() throws -> Image {
    width > 100 ? self : try resized(width: width * 2, height: height * 2, filter: .nearest)
  }
}

extension Double {
  fileprivate var whole: Int { Int(self) }
}
