import GenLanguage
import Testing

@testable import GenSession

@Suite struct NotebookTests {
  private func cells(_ text: String) -> [Notebook.Cell] {
    Notebook(Source(name: "talk.gen", text: text)).cells
  }

  @Test func `marks divide a script, titles stand behind them and lines are those of the script`() {
    let found = cells("a = 1\n\n# %% The boat\n\nb = 2\nc = 3\n\n# %%\n# %%\nd\n")
    #expect(found.map(\.text) == ["a = 1", "b = 2\nc = 3", "d"])
    #expect(found.map(\.title) == ["", "The boat", ""])
    #expect(found.map(\.line) == [1, 5, 10])
  }

  @Test func `a mark inside a text divides nothing`() {
    #expect(cells("a = \"\"\"\n  # %%\n  \"\"\"\n").count == 1)
  }

  @Test(arguments: ["", "\n \n", "# %%\n", "# %%\r\n\r\n"])
  func `a script without text has no cells`(text: String) {
    #expect(cells(text).isEmpty)
  }

  @Test func `cells written as a script come back as they were`() {
    let written = [
      Notebook.Cell(text: "a = [1,\n\n  2]"),
      Notebook.Cell(title: "größe 🙂", text: "\"\\u{1F680}\""),
    ]
    let found = cells(Notebook(written).script)
    #expect(found.map(\.text) == written.map(\.text) && found.map(\.title) == written.map(\.title))
  }

  @Test func `a cell of comments is prose in paragraphs`() {
    #expect(cells("# One\n# two.\n#\n# Three.").first?.prose == ["One two.", "Three."])
    #expect(cells("# One\n1 + 1").first?.prose == nil)
    #expect(cells("## Title\n## What it\n## says.").first?.prose == ["Title", "What it says."])
  }
}
