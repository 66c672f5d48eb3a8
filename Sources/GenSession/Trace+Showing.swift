import GenMedia
import GenPipeline

extension Trace: Showable {
  /// Steps of the run as people look at them: above what each began with, below what the network
  /// saw behind it.
  func shown(on terminal: Terminal) throws -> Shown {
    let steps = sampledSteps(6)
    let strip =
      terminal.pictures == .none
      ? nil
      : try Image.sheet(
        of: steps.map(\.given) + steps.map(\.predicted), columns: steps.count, gap: 2,
        background: .black)
    return Shown(
      picture: strip.flatMap { terminal.drawn($0, columns: terminal.columns - 1, rows: 20) },
      facts: facts(of: steps, hasPicture: strip != nil))
  }

  private func facts(of shown: [Step], hasPicture: Bool) -> String {
    let numbers = shown.map { "\($0.number)" }.joined(separator: ", ")
    var samplers: [String] = []
    for step in steps where step.sampler != samplers.last { samplers.append(step.sampler) }
    return Value.trace(self).shortText() + " of \(samplers.joined(separator: " + ")), "
      + "\(questions) questions to the network"
      + (hasPicture ? "; steps \(numbers), what each began with and what was seen in it" : "")
  }
}

/// Numbers as columns of text.
enum Chart {
  private static let eighths = Array(" ▁▂▃▄▅▆▇█")

  /// Bars from 0 to 1, with a mark under one of them.
  ///
  /// - Parameters:
  ///   - width: Columns at most, three for each value where they fit; of more values every so many
  ///     is shown.
  ///   - marked: The index of a value.
  static func bars(_ values: [Double], height: Int, width: Int, marked: Int) -> [String] {
    let count = min(values.count, max(1, width))
    let broad = min(3, max(1, width) / max(1, count))
    let indices = (0..<count).map { $0 * values.count / count }
    let rows = (0..<height).reversed().map { row in
      String(
        indices.flatMap { index in
          let filled = (min(max(values[index], 0), 1) * Double(height) - Double(row)) * 8
          return Array(repeating: eighths[Int(min(max(filled, 0), 8).rounded())], count: broad)
        })
    }
    let place = indices.lastIndex { $0 <= marked } ?? 0
    return rows + [String(repeating: " ", count: place * broad + broad / 2) + "▲"]
  }
}
