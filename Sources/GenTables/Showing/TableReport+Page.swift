import GenPages

extension TableReport {
  /// The report as one page with plots that asks nobody for anything.
  ///
  /// - Parameters:
  ///   - origin: what made it, such as a program and its version.
  public func page(title: String = "A synthetic table", origin: String) -> Page {
    let escapedHeading = HTML.escaped(heading)
    return Page(
      title: title, origin: origin,
      body: "<p>\(escapedHeading).</p>\n"
        + [
          section("In short", findingsTable),
          section("Columns", portraitsFigure),
          section("Trends between columns", trendsFigure),
          section("Correlations", correlationsFigure),
          section("Rows in a plane", map?.figure ?? ""),
          section("Guessing a column from the others", attributesTable),
        ].joined(),
      footer: "<p>Made with \(HTML.escaped(origin)). Scores as SDMetrics 0.32 defines them; "
        + "intervals hold with 95 %.</p>",
      style: Self.style)
  }

  private func section(_ title: String, _ content: String) -> String {
    content.isEmpty ? "" : "<section>\n<h2>\(title)</h2>\n\(content)</section>\n"
  }

  private var findingsTable: String {
    let overall = quality.score.map { "<p class=\"score\">\($0.score) <span>quality</span></p>\n" }
    let rows = findings.map { finding in
      "<tr><th scope=\"row\">\(finding.name)</th>"
        + "<td class=\"figure \(finding.verdict.rawValue)\">\(finding.figure)</td>"
        + "<td>\(HTML.escaped(finding.sentence))</td></tr>"
    }
    return (overall ?? "") + "<div class=\"table\"><table class=\"findings\"><tbody>"
      + rows.joined() + "</tbody></table></div>\n"
  }

  private var portraitsFigure: String {
    guard !portraits.isEmpty else { return "" }
    let scores = Dictionary(uniqueKeysWithValues: quality.shapes.map { ($0.column, $0.score) })
    let figures = portraits.prefix(Self.mostColumns).map { portrait in
      let score = (scores[portrait.column] ?? nil)?.score ?? "–"
      return "<figure><figcaption>\(HTML.escaped(portrait.column)) <b>\(score)</b></figcaption>"
        + "\(portrait.plot)</figure>"
    }
    let rest = portraits.count - figures.count
    return Self.legend + "<div class=\"portraits\">\(figures.joined(separator: "\n"))</div>\n"
      + (rest > 0 ? "<p class=\"facts\">and \(rest) columns more</p>\n" : "")
  }

  /// Plots of more columns would be too small to read and a page too large to send.
  private static let mostColumns = 60

  private var shownColumns: [String] {
    quality.shapes.prefix(Self.mostColumns).map(\.column)
  }

  private static let legend =
    "<p class=\"legend\"><span class=\"real\"></span> real "
    + "<span class=\"synthetic\"></span> synthetic</p>\n"

  private var trendsFigure: String {
    guard !quality.pairs.isEmpty else { return "" }
    let cells = quality.pairs.compactMap { pair in
      pair.similarity.map { value in
        HeatMap.Cell(
          row: pair.second, column: pair.first, value: value,
          shade: .init(signed: -2 * (1 - value)), isMarked: pair.counts)
      }
    }
    return
      "<figure>\(HeatMap(shownColumns, cells).plot)<figcaption>How alike pairs "
      + "of columns depend on each other in both tables: blank is alike, red is not. Framed are the "
      + "pairs that depend on each other enough to count.</figcaption></figure>\n"
  }

  private var correlationsFigure: String {
    let pairs = quality.pairs.filter { $0.realCorrelation != nil && $0.syntheticCorrelation != nil }
    guard pairs.count > 1 else { return "" }
    let names = shownColumns.filter { name in
      pairs.contains { $0.first == name || $0.second == name }
    }
    let cells = pairs.flatMap { pair in
      [
        (pair.second, pair.first, pair.realCorrelation),
        (pair.first, pair.second, pair.syntheticCorrelation),
      ].compactMap { row, column, value in
        value.map {
          HeatMap.Cell(
            row: row, column: column, value: $0, shade: .init(signed: $0), isMarked: false)
        }
      }
    }
    return "<figure>\(HeatMap(names, cells).plot)<figcaption>Correlations of numbers, of the real "
      + "table below the diagonal and of the synthetic one above it: blue is together, red is "
      + "against each other. A good copy is symmetric.</figcaption></figure>\n"
  }

  private var attributesTable: String {
    guard privacy.attributes.contains(where: { $0.holdout != nil }) else { return "" }
    let rows = privacy.attributes.compactMap { entry -> String? in
      guard let holdout = entry.holdout, let excess = entry.excess else { return nil }
      return "<tr><td>\(HTML.escaped(entry.column))</td><td>\(percent(entry.real.value))</td>"
        + "<td>\(percent(holdout.value))</td><td class=\"\(excess.low > 0 ? "poor" : "")\">"
        + "\((100 * excess.value).fixed(1)) (\((100 * excess.low).fixed(1)) to "
        + "\((100 * excess.high).fixed(1)))</td></tr>"
    }
    return
      "<div class=\"table\"><table><thead><tr><th>Column</th><th>Real rows</th><th>Holdout</th>"
      + "<th>Difference in points</th></tr></thead><tbody>\(rows.joined())</tbody></table></div>"
      + "<p class=\"facts\">How often the closest synthetic row has the right value. Only a "
      + "difference that is surely above 0 is a leak.</p>\n"
  }

  private static let style = """

    .score { font-size: 2.5rem; line-height: 1; margin-bottom: 1.25rem;
      font-variant-numeric: tabular-nums lining-nums; }
    .score span { font-size: 1.0625rem; color: var(--faint); }
    .findings th { color: var(--ink); white-space: nowrap; }
    .figure { white-space: nowrap; } .good { color: var(--text); }
    .fair { color: var(--warning); } .poor { color: var(--problem); } .open { color: var(--faint); }
    svg { display: block; width: 100%; height: auto; overflow: visible; }
    svg text { font-family: var(--code); font-size: 10px; fill: var(--faint); }
    .portraits { display: grid; gap: 1.5rem 1.75rem;
      grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); }
    .portraits figure { margin: 0; padding: 0; min-width: 0; }
    .portraits figcaption { color: var(--ink); overflow-wrap: anywhere; margin: 0 0 .35rem; }
    .portraits b { font-weight: 400; color: var(--faint); }
    .real { fill: var(--faint); opacity: .35; }
    .synthetic { fill: none; stroke: var(--call); stroke-width: 1.75; }
    .legend { color: var(--faint); font-size: .875rem; }
    .legend span { display: inline-block; width: 1.1em; height: .7em; margin-left: .5em; }
    .legend .real { background: var(--faint); margin-left: 0; }
    .legend .synthetic { border-top: 2px solid var(--call); height: .2em; }
    .cell-box { stroke: var(--line); stroke-width: .5; } .counts { stroke: var(--ink); stroke-width: 1.25; }
    .together { fill: var(--call); } .against { fill: var(--problem); }
    .dot-real { fill: var(--faint); opacity: .5; } .dot-synthetic { fill: var(--call); opacity: .6; }
    @media print { .real, .together, .against { print-color-adjust: exact; } }

    """
}
