import GenMedia
import GenPipeline

/// Pictures of a list side by side, with a caption under each; where letters cannot be read in
/// pictures, all captions are below.
struct ContactSheet: Showable {
  private let pictures: [Image]
  private let captions: [String]

  /// Nil for a list without pictures. Of records it shows the first picture and the first text.
  init?(_ elements: [Value]) {
    let found = elements.enumerated().compactMap { index, element in
      ContactSheet.captioned(element, index)
    }
    guard !found.isEmpty else { return nil }
    pictures = found.map(\.0)
    captions = found.map(\.1)
  }

  private static func captioned(_ value: Value, _ index: Int) -> (Image, String)? {
    if case .image(let image) = value { return (image, "\(index)") }
    guard case .record(let fields) = value else { return nil }
    let image = fields.lazy.compactMap { Image($0.value) }.first
    let text = fields.lazy.compactMap {
      if case .text(let text) = $0.value { text } else { String?.none }
    }.first
    return image.map { ($0, text ?? "\(index)") }
  }

  func shown(on terminal: Terminal) throws -> Shown {
    let isFine = terminal.pictures == .kitty || terminal.pictures == .sixel
    let sheet =
      terminal.pictures == .none
      ? nil : try Image.sheet(of: pictures, labels: isFine ? captions : [])
    let count = pictures.count
    let drawn = sheet.flatMap { terminal.drawn($0, columns: terminal.columns - 1, rows: 20) }
    return Shown(
      picture: drawn.map { isFine || !isNamed ? $0 : $0 + "\n" + namesBelow },
      facts: "List of \(count) picture\(count == 1 ? "" : "s"), the first \(pictures[0].facts)")
  }

  /// Whether there is more to read under the pictures than their places.
  private var isNamed: Bool { captions != captions.indices.map(String.init) }

  private var namesBelow: String {
    captions.enumerated().map { "  \($0) \($1)" }.joined(separator: "\n")
  }
}

/// Numbers of a list as a line.
struct Series: Showable {
  private let numbers: [Double]

  /// Nil for a list of anything else, and for one so short that it is read at once.
  init?(_ elements: [Value]) {
    guard elements.count > 8 else { return nil }
    var numbers: [Double] = []
    for element in elements {
      guard let number = Double(element), number.isFinite else { return nil }
      numbers.append(number)
    }
    self.numbers = numbers
  }

  func shown(on terminal: Terminal) -> Shown {
    let text = Value.list(numbers.map(Value.number)).shortText(limit: 2000)
    guard terminal.isInteractive else { return Shown(picture: nil, facts: text) }
    return Shown(picture: chart(columns: min(terminal.columns - 1, 72), rows: 6), facts: facts)
  }

  private var low: Double { numbers.min() ?? 0 }
  private var high: Double { numbers.max() ?? 0 }

  private var facts: String {
    let mean = numbers.reduce(0) { $0 + $1 / Double(numbers.count) }
    return "List of \(numbers.count) numbers, \(low.brief) to \(high.brief), mean \(mean.brief)"
  }

  private func chart(columns: Int, rows: Int) -> String {
    let labels = [high.brief, low.brief]
    let margin = labels.reduce(0) { max($0, $1.count) }
    var dots = DotCanvas(columns: max(8, columns - margin - 2), rows: rows)
    let span = high > low ? high - low : 1
    func y(_ number: Double) -> Int {
      Int((Double(dots.height - 1) * (1 - (number - low) / span)).rounded())
    }
    var before: Int?
    for x in 0..<dots.width {
      let place = Double(x) / Double(dots.width - 1) * Double(numbers.count - 1)
      let (first, rest) = (Int(place), place - place.rounded(.down))
      let next = numbers[min(first + 1, numbers.count - 1)]
      let here = y(numbers[first] + (next - numbers[first]) * rest)
      for row in min(before ?? here, here)...max(before ?? here, here) { dots.set(x, row) }
      before = here
    }
    let lines = dots.text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().map { index, line in
      let label = index == 0 ? labels[0] : index == lines.count - 1 ? labels[1] : ""
      return String(repeating: " ", count: margin - label.count) + label
        + (label.isEmpty ? " │" : " ┤") + line
    }.joined(separator: "\n")
  }
}

/// Records of the same fields as a table: names, types, rows, and a line of statistics.
struct Roster: Showable {
  private let records: [[RecordField]]
  private static let rowLimit = 12

  /// Nil for a list of anything else.
  init?(_ elements: [Value]) {
    let records = elements.compactMap { if case .record(let fields) = $0 { fields } else { nil } }
    guard let names = records.first?.map(\.name), !names.isEmpty, records.count == elements.count,
      records.allSatisfy({ $0.map(\.name) == names })
    else { return nil }
    self.records = records
  }

  func shown(on terminal: Terminal) -> Shown {
    guard terminal.isInteractive else {
      return Shown(
        picture: nil, facts: Value.list(records.map(Value.record)).shortText(limit: 2000))
    }
    let (rows, columns) = (records.count, records[0].count)
    return Shown(
      picture: text(width: terminal.columns - 1),
      facts: "List of \(rows) record\(rows == 1 ? "" : "s") of \(columns) "
        + "field\(columns == 1 ? "" : "s")")
  }

  private func text(width: Int) -> String {
    let columns = records[0].indices.map { index in
      let name = records[0][index].name
      return Column(name, records.map { $0[index].value }, limit: Self.rowLimit).text
    }
    return TextColumn.text(columns, moreCount: records.count - Self.rowLimit, width: width)
  }

  private struct Column {
    let text: TextColumn

    init(_ name: String, _ values: [Value], limit: Int) {
      let type = values.dropFirst().reduce(values[0].type) { $0 == $1.type ? $0 : .unknown }
      text = TextColumn(
        head: [name, type == .unknown ? "mixed" : "\(type)"],
        cells: values.prefix(limit).map { Column.cell($0) }, foot: [Column.statistics(values)])
    }

    private static func cell(_ value: Value) -> String {
      if case .text(let text) = value { text } else { value.shortText(limit: TextColumn.widest) }
    }

    /// The range and mean of numbers; of other things how many different ones there are.
    private static func statistics(_ values: [Value]) -> String {
      let numbers = values.compactMap { Double($0) }
      if numbers.count == values.count, let low = numbers.min(), let high = numbers.max() {
        let mean = numbers.reduce(0) { $0 + $1 / Double(numbers.count) }
        return "\(low.brief)…\(high.brief), mean \(mean.brief)"
      }
      return "\(Set(values.map { $0.shortText(limit: 1000) }).count) different"
    }
  }
}

extension Double {
  /// With four digits that count.
  fileprivate var brief: String {
    let size = abs(self)
    return rounded(to: size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3)
  }
}

/// A drawing in dots, 2 across and 4 down in each character of the Braille block.
struct DotCanvas {
  let width: Int
  let height: Int
  private var cells: [UInt8]

  init(columns: Int, rows: Int) {
    width = columns * 2
    height = rows * 4
    cells = Array(repeating: 0, count: columns * rows)
  }

  mutating func set(_ x: Int, _ y: Int) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    // The lowest row of dots came to Unicode later.
    let bit = y % 4 == 3 ? 6 + x % 2 : y % 4 + 3 * (x % 2)
    cells[y / 4 * (width / 2) + x / 2] |= 1 << UInt8(bit)
  }

  /// Lines without a final line break.
  var text: String {
    let columns = width / 2
    return stride(from: 0, to: cells.count, by: columns).map { start in
      String(
        String.UnicodeScalarView(
          cells[start..<start + columns].compactMap { Unicode.Scalar(0x2800 + UInt32($0)) }))
    }.joined(separator: "\n")
  }
}
