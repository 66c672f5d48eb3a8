import GenPages

extension ColumnPortrait {
  /// Filled bars of the real column, a line of the synthetic one.
  var plot: String {
    isNumeric ? histogram : bars
  }

  private static let (width, height) = (200.0, 90.0)

  private var histogram: String {
    let top = max((real + synthetic).max() ?? 1, 1e-9)
    let step = Self.width / Double(real.count)
    func y(_ share: Double) -> String { (Self.height * (1 - share / top)).fixed(1) }
    let rects = real.enumerated().filter { $0.element > 0 }.map { place, share in
      "<rect class=\"real\" x=\"\((Double(place) * step + 0.5).fixed(1))\" y=\"\(y(share))\" "
        + "width=\"\((step - 1).fixed(1))\" height=\"\((Self.height * share / top).fixed(1))\"/>"
    }
    let line = synthetic.enumerated().map { place, share in
      "H\((Double(place) * step).fixed(1))V\(y(share))H\((Double(place + 1) * step).fixed(1))"
    }
    let ends =
      "<text x=\"0\" y=\"\(Self.height + 13)\">\(HTML.escaped(labels[0]))</text>"
      + "<text x=\"\(Self.width)\" y=\"\(Self.height + 13)\" text-anchor=\"end\">"
      + "\(HTML.escaped(labels[1]))</text>"
    return Self.svg(Self.height + 16, column)
      + rects.joined() + "<path class=\"synthetic\" d=\"M0 \(Self.height)\(line.joined())"
      + "V\(Self.height)\"/>" + ends + "</svg>"
  }

  private var bars: String {
    let top = max((real + synthetic).max() ?? 1, 1e-9)
    let (labelWidth, step) = (80.0, 14.0)
    let room = Self.width - labelWidth
    let rows = labels.indices.map { place -> String in
      let y = Double(place) * step
      let end = labelWidth + room * synthetic[place] / top
      let words = labels[place].count > 12 ? labels[place].prefix(11) + "…" : labels[place][...]
      return "<g><title>\(HTML.escaped(labels[place])): real \(percent(real[place])), synthetic "
        + "\(percent(synthetic[place]))</title>"
        + "<text x=\"\(labelWidth - 6)\" y=\"\((y + 9.5).fixed(1))\" text-anchor=\"end\">"
        + "\(HTML.escaped(String(words)))</text>"
        + "<rect class=\"real\" x=\"\(labelWidth)\" y=\"\((y + 1).fixed(1))\" "
        + "width=\"\((room * real[place] / top).fixed(1))\" height=\"\(step - 3)\"/>"
        + "<path class=\"synthetic\" d=\"M\(end.fixed(1)) \(y.fixed(1))v\(step - 1)\"/></g>"
    }
    return Self.svg(Double(labels.count) * step, column) + rows.joined() + "</svg>"
  }

  private static func svg(_ height: Double, _ name: String) -> String {
    "<svg viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-label=\"\(HTML.escaped(name))\">"
  }
}

/// Squares in rows and columns that have the same names.
struct HeatMap {
  private let names: [String]
  private let cells: [Cell]

  struct Cell {
    let row: String
    let column: String
    let value: Double
    let shade: Shade
    let isMarked: Bool
  }

  /// A colour, from fully against (-1) over blank (0) to fully together (1).
  struct Shade {
    let name: String
    let opacity: Double

    init(signed value: Double) {
      name = value < 0 ? "against" : "together"
      opacity = min(1, abs(value))
    }
  }

  init(_ names: [String], _ cells: [Cell]) { (self.names, self.cells) = (names, cells) }

  var plot: String {
    let (side, margin) = (26.0, 120.0)
    let size = margin + side * Double(names.count)
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let squares = cells.compactMap { cell -> String? in
      guard let row = places[cell.row], let column = places[cell.column] else { return nil }
      let (x, y) = (margin + Double(column) * side, Double(row) * side)
      let title = HTML.escaped("\(cell.row), \(cell.column): \(cell.value.score)")
      return "<g><title>\(title)</title><rect class=\"cell-box \(cell.shade.name)"
        + (cell.isMarked ? " counts" : "") + "\" fill-opacity=\"\(cell.shade.opacity.fixed(2))\" "
        + "x=\"\(x + 1)\" y=\"\(y + 1)\" width=\"\(side - 2)\" height=\"\(side - 2)\"/></g>"
    }
    let labels = names.enumerated().map { place, name -> String in
      let words = HTML.escaped(name.count > 18 ? name.prefix(17) + "…" : name)
      let middle = Double(place) * side + side / 2 + 3.5
      let x = margin + middle
      return "<text x=\"\(margin - 8)\" y=\"\(middle)\" text-anchor=\"end\">\(words)</text>"
        + "<text transform=\"translate(\(x - 2) \(side * Double(names.count) + 10)) rotate(-45)\" "
        + "text-anchor=\"end\">\(words)</text>"
    }
    return "<svg viewBox=\"0 0 \(size) \(size - 30)\" role=\"img\" "
      + "aria-label=\"pairs of columns\" style=\"max-width: \(max(320, size * 1.25))px\">"
      + squares.joined() + labels.joined() + "</svg>"
  }
}

extension RowMap {
  /// Dots of both tables.
  var figure: String {
    "<figure><svg viewBox=\"0 0 400 300\" role=\"img\" aria-label=\"rows as dots\">"
      + dots(real, "dot-real") + dots(synthetic, "dot-synthetic")
      + "</svg><figcaption>Rows by the two directions in which the real ones vary most: grey the "
      + "real, blue the synthetic. A good copy covers the same ground.</figcaption></figure>\n"
  }

  private func dots(_ places: [SIMD2<Float>], _ name: String) -> String {
    let circles = places.filter { abs($0.x) < 1.5 && abs($0.y) < 1.5 }.map { place in
      "<circle cx=\"\(Double(200 + 190 * place.x).fixed(1))\" "
        + "cy=\"\(Double(150 - 140 * place.y).fixed(1))\" r=\"2.2\"/>"
    }
    return "<g class=\"\(name)\">\(circles.joined())</g>"
  }
}
