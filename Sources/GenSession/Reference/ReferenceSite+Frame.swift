import Foundation
import GenPages

extension ReferenceSite {
  /// A page with its heading, the way back and the search.
  func framed(_ page: Page, _ body: String) -> String {
    let heading = page.kind == .messages ? page.title + "  " + page.summary : page.title
    let place = [page.kind.heading, page.topic].filter { !$0.isEmpty }.joined(separator: " · ")
    return Self.frame(
      title: page.title, root: "../",
      """
      <p class="place"><a href="../index.html#\(page.kind.rawValue)">\(HTML.escaped(place))</a></p>
      <h1>\(HTML.escaped(heading))</h1>
      \(body)
      """)
  }

  /// All pages by kind and topic, a line each.
  func index(of pages: [Page]) -> String {
    let parts = Kind.allCases.compactMap { kind -> String? in
      let own = pages.filter { $0.kind == kind }
      guard !own.isEmpty else { return nil }
      var topics: [String] = []
      for page in own where !topics.contains(page.topic) { topics.append(page.topic) }
      let lists = topics.sorted().map { topic in
        (topic.isEmpty ? "" : "<h3>\(HTML.escaped(topic))</h3>\n")
          + "<dl>\(own.filter { $0.topic == topic }.map(Self.line).joined())</dl>\n"
      }
      return "<h2 id=\"\(kind.rawValue)\">\(kind.heading)</h2>\n\(lists.joined())"
    }
    return Self.frame(
      title: "The Gen reference", root: "",
      """
      <h1>The Gen reference</h1>
      \(parts.joined())
      """)
  }

  private static func line(_ page: Page) -> String {
    "<dt><a href=\"\(page.path)\">\(HTML.escaped(page.title))</a></dt>"
      + "<dd>\(HTML.escaped(page.summary))</dd>\n"
  }

  private static func frame(title: String, root: String, _ body: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="generator" content="\(HTML.escaped(Workshop.origin))">
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="\(root)style.css">
    <script defer src="\(root)search.js" data-root="\(root)"></script>
    <title>\(HTML.escaped(title))</title>
    </head>
    <body>
    <nav><a href="\(root)index.html">Gen</a><search><input type="search" id="search" \
    placeholder="Search" aria-label="Search the reference" autocomplete="off">\
    <ol id="found"></ol></search></nav>
    <main>
    \(body)
    </main>
    <footer><p>Made with \(HTML.escaped(Workshop.origin)); every example was run.</p></footer>
    </body>
    </html>

    """
  }

  /// Titles and summaries with what looks through them as somebody types: `/` goes to the field,
  /// arrows and Enter choose.
  static func script(for pages: [Page]) throws -> String {
    let entries = pages.map { [$0.title, $0.kind.rawValue, $0.summary, $0.path] }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    let list = String(decoding: try encoder.encode(entries), as: UTF8.self)
    return """
      "use strict";
      const entries = \(list);
      const root = document.currentScript.dataset.root;
      const field = document.getElementById("search");
      const found = document.getElementById("found");
      let chosen = 0;

      function rank([title, , summary], words) {
        const name = title.toLowerCase(), text = name + " " + summary.toLowerCase();
        if (!words.every(word => text.includes(word))) return Infinity;
        return name === words[0] ? 0 : name.startsWith(words[0]) ? 1 : name.includes(words[0]) ? 2 : 3;
      }

      function look() {
        const words = field.value.toLowerCase().split(/\\s+/).filter(word => word);
        const hits = words.length === 0 ? [] : entries
          .map(entry => [rank(entry, words), entry]).filter(([rank]) => rank < Infinity)
          .sort((a, b) => a[0] - b[0]).slice(0, 12);
        chosen = 0;
        found.replaceChildren(...hits.map(([, [title, kind, summary, path]], index) => {
          const item = document.createElement("li"), link = document.createElement("a");
          link.href = root + path;
          for (const [tag, text] of [["b", title], ["i", kind], ["span", summary]]) {
            const part = document.createElement(tag);
            part.textContent = text;
            link.append(part);
          }
          item.append(link);
          item.classList.toggle("chosen", index === chosen);
          return item;
        }));
      }

      field.addEventListener("input", look);
      field.addEventListener("keydown", event => {
        const items = [...found.children];
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (event.key === "Escape") { field.value = ""; look(); }
        if (event.key === "Enter" && items[chosen]) items[chosen].firstChild.click();
        if (!step || items.length === 0) return;
        event.preventDefault();
        chosen = (chosen + step + items.length) % items.length;
        items.forEach((item, index) => item.classList.toggle("chosen", index === chosen));
      });
      document.addEventListener("keydown", event => {
        if (event.key !== "/" || document.activeElement === field) return;
        event.preventDefault();
        field.focus();
      });

      """
  }

  /// What the reference needs besides the style of pages.
  static let style = """

    nav { position: sticky; top: 0; z-index: 1; display: flex; align-items: baseline; gap: 1.5rem;
      max-width: 46rem; margin: 0 auto; padding: .75rem 1.25rem; background: var(--ground);
      border-bottom: 1px solid var(--line); }
    nav > a { font-weight: 600; color: var(--ink); text-decoration: none; }
    search { position: relative; flex: 1; }
    input { width: 100%; padding: .35rem .7rem; font: inherit; font-size: .9375rem; color: inherit;
      background: var(--panel); border: 1px solid var(--line); border-radius: 6px; }
    #found { position: absolute; inset: 100% 0 auto; margin: .25rem 0 0; padding: 0; list-style: none;
      background: var(--ground); border: 1px solid var(--line); border-radius: 6px; overflow: hidden;
      box-shadow: 0 .5rem 1.5rem #0003; }
    #found:empty { display: none; }
    #found a { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: .45rem .8rem;
      color: inherit; text-decoration: none; }
    #found i { color: var(--faint); font-size: .8125rem; }
    #found span { grid-column: 1 / -1; color: var(--faint); font-size: .875rem; line-height: 1.4; }
    #found .chosen, #found li:hover { background: var(--panel); }
    h1 { margin: 1rem 0 1.5rem; }
    .place { margin: 2.5rem 0 0; font-size: .875rem; }
    .place a { color: var(--faint); text-decoration: none; }
    h3 { margin: 1.75rem 0 .5rem; font-size: 1rem; font-weight: 600; color: var(--faint); }
    dl { display: grid; grid-template-columns: minmax(8rem, auto) 1fr; gap: .35rem 1.5rem; margin: 0; }
    dt { overflow-wrap: anywhere; } dd { margin: 0; }
    dt a { text-decoration: none; }
    pre.code + p, pre.code + .table { margin-top: 1rem; } .table { margin-bottom: 1.5rem; }
    td:first-child { white-space: nowrap; }
    @media (max-width: 40rem) { dl { display: block; } dd { margin: 0 0 .6rem; } }
    @media print { nav { display: none; } }
    """
}
