import GenPages
import Testing

@Suite struct PageTests {
  @Test func `text is shown letter by letter, controls as what they are not`() {
    #expect(HTML.escaped("<a href='x'>&\"") == "&lt;a href=&#39;x&#39;&gt;&amp;&quot;")
    #expect(HTML.escaped("a\u{0}b\u{202E}c\nd") == "a\u{FFFD}b\u{FFFD}c\nd")
  }

  @Test func `a page runs nothing unless it says what`() {
    let silent = Page(title: "A & B", origin: "Gen <1>", body: "<p>x</p>\n", footer: "")
    #expect(silent.text.contains("content=\"default-src 'none'; style-src 'unsafe-inline'; "))
    #expect(silent.text.contains("<title>A &amp; B</title>"))
    #expect(silent.text.contains("<meta name=\"generator\" content=\"Gen &lt;1&gt;\">"))
    let running = Page(
      title: "", origin: "", body: "", footer: "", scriptSource: "'sha256-x'", style: "p { }")
    #expect(running.text.contains("default-src 'none'; script-src 'sha256-x'; style-src"))
    #expect(running.text.contains("p { }\n</style>"))
  }

  @Test func `bytes become an address`() {
    #expect(HTML.dataURL([1, 2, 3], "image/png") == "data:image/png;base64,AQID")
  }
}
