import Foundation
import GenMedia
import Testing

@testable import GenSession
import GenPages

/// A script's text, a title, a fact and an error that would each break out of their place.
private let hostile = "</script></pre><img src=x onerror=alert(1)> ``` '\" & | [a](b) \u{202E}"

private let cells = [
  RenderedCell(Notebook.Cell(title: hostile, text: "# \(hostile)"), []),
  RenderedCell(
    Notebook.Cell(title: hostile, text: "print(\"\(hostile)\")"),
    [
      Rendition(.text(hostile), facts: hostile),
      Rendition(.note(hostile)),
      Rendition(.table(Rendition.Table(head: [hostile], rows: [[hostile]], moreCount: 2))),
      Rendition(
        .problem(code: "E0104", message: hostile, text: hostile, isWarning: false)),
      Rendition(
        .gallery([
          Rendition(
            .medium(Rendition.Medium(bytes: [1, 2, 3], format: .png, width: 8, height: 6)),
            facts: hostile),
          Rendition(
            .medium(Rendition.Medium(bytes: [4, 5], format: .mp4, width: 64, height: 64))),
        ])),
    ]),
]
private let facts = PageFacts(name: hostile, script: hostile, origin: hostile)

@Suite struct PageTests {
  @Test func `what users wrote stays text on a page`() {
    let page = HTMLPage(cells, facts).text
    #expect(!page.contains("<img src=x") && !page.contains("</script>"))
    #expect(!page.contains("\u{202E}"))
    // Every tag is one of ours.
    let known: Set<String> = [
      "!doctype", "a", "body", "code", "div", "figcaption", "figure", "footer", "h1", "h2", "head",
      "header", "html", "img", "link", "main", "meta", "p", "pre", "section", "span", "style",
      "table", "tbody", "td", "th", "thead", "title", "tr", "video",
    ]
    let tags = page.matches(of: /<\/?([!a-zA-Z0-9]+)/).map { String($0.1) }
    #expect(Set(tags).subtracting(known).isEmpty)
    #expect(page.matches(of: /<img\b/).count == 1 && page.matches(of: /<video\b/).count == 1)
  }

  @Test func `a page asks no other host for anything`() {
    let page = HTMLPage(cells, facts).text
    let addresses = page.matches(of: /(?:src|href)="([^"]*)"/).map { String($0.1) }
    #expect(addresses.count == 5)
    #expect(addresses.allSatisfy { $0.hasPrefix("data:") || $0.hasPrefix("#cell-") })
    #expect(!page.contains("url(") && !page.contains("@import"))
    #expect(page.contains("default-src 'none'"))
  }

  @Test func `words of the language are marked, and the text between them stays as it was`() {
    let html = HTML.highlighted("a = blur(b, by: 3) # <soft>\n")
    #expect(html.contains("<span class=\"call\">blur</span>"))
    #expect(html.contains("<span class=\"label\">by</span>"))
    #expect(html.contains("<span class=\"note\"># &lt;soft&gt;</span>"))
    let plain = html.replacing(/<[^>]*>/, with: "")
    #expect(plain == "a = blur(b, by: 3) # &lt;soft&gt;\n")
  }

  @Test func `a Jupyter notebook has what the schema asks for`() throws {
    let text = JupyterNotebook(cells).text
    let notebook = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(notebook["nbformat"] as? Int == 4 && notebook["nbformat_minor"] as? Int == 5)
    let entries = try #require(notebook["cells"] as? [[String: Any]])
    #expect(entries.map { $0["cell_type"] as? String } == ["markdown", "markdown", "code"])
    let names = entries.compactMap { $0["id"] as? String }
    #expect(Set(names).count == 3)
    #expect(names.allSatisfy { $0.wholeMatch(of: /[a-zA-Z0-9_-]{1,64}/) != nil })
    let outputs = try #require(entries[2]["outputs"] as? [[String: Any]])
    let data = outputs.compactMap { $0["data"] as? [String: String] }
    #expect(data.contains { $0["image/png"] == "AQID" })
    #expect(data.contains { $0["text/html"]?.contains("data:video/mp4;base64,BAU=") == true })
    let error = try #require(outputs.first { $0["output_type"] as? String == "error" })
    #expect(error["ename"] as? String == "E0104" && error["evalue"] as? String == hostile)
  }

  @Test func `a fence is longer than any row of backticks in it`() {
    #expect(Markdown.fence("a ```` b") == "`````text\na ```` b\n`````\n")
  }

  @Test func `Markdown names its files and escapes what users wrote`() {
    let page = MarkdownPage(cells, facts, folder: "talk_files")
    #expect(page.files.map(\.name) == ["1.png", "2.mp4"] && page.files[0].bytes == [1, 2, 3])
    #expect(page.text.contains("](<talk_files/1.png>)"))
    #expect(page.text.contains("<video src=\"talk_files/2.mp4\" controls"))
    let outside = page.text.replacing(/(?s)(`{3,})[a-z]*\n.*?\n\1\n/, with: "")
    #expect(outside.matches(of: /[^\\]<img/).isEmpty)
    #expect(!page.text.contains("\u{202E}"))
  }
}
