import Foundation
import Testing

private func withTool(_ body: (Tool) throws -> Void) throws {
  let tool = try Tool()
  defer { tool.remove() }
  try body(tool)
}

private let talk = """
  # %% A talk
  # What is shown, and `how`.

  # %%
  picture = plain(48, 32, color: "teal") |> grain(20%, seed: 3)
  picture

  # %% A film
  save(film([picture, plain(48, 32)]), "a.mp4")
  film([picture, plain(48, 32)])

  # %%
  print("2 < 3 & <script>")
  """

@Test func `a script becomes a page, a notebook and Markdown`() throws {
  try withTool { tool in
    try tool.write(talk, to: "talk.gen")
    let page = try tool.run("export", "talk.gen")
    #expect(page.status == 0, "\(page.errors)")
    #expect(page.output.isEmpty && page.errors.contains("exported talk.html"))
    let html = try String(contentsOfFile: tool.path("talk.html"), encoding: .utf8)
    #expect(html.matches(of: /<video\b/).count == 2 && html.matches(of: /<img width/).count == 1)
    #expect(html.contains("saved ./a.mp4") || html.contains("saved a.mp4"))
    #expect(html.contains("2 &lt; 3 &amp; &lt;script&gt;"))

    #expect(try tool.run("export", "talk.gen", "--to", "ipynb").status == 0)
    let notebook = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(filePath: tool.path("talk.ipynb"))))
    #expect((notebook as? [String: Any])?["nbformat"] as? Int == 4)

    #expect(try tool.run("export", "talk.gen", "--out", "talk.md").status == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: tool.path("talk_files"))
    #expect(files.sorted() == ["1.png", "2.mp4", "3.mp4"])
  }
}

@Test func `a page shows the fault of a cell, the cells after it, and the status is 1`() throws {
  try withTool { tool in
    try tool.write("# %%\na = blurr(1)\n# %%\n40 + 2\n", to: "a.gen")
    let outcome = try tool.run("export", "a.gen")
    #expect(outcome.status == 1 && outcome.errors.contains("a.gen:2:5"))
    let html = try String(contentsOfFile: tool.path("a.html"), encoding: .utf8)
    #expect(html.contains("class=\"problem\"") && html.contains("<pre>42</pre>"))
  }
}

@Test(arguments: [
  ["export", "missing.gen"], ["export", "a.gen", "--to", "pdf"],
  ["export", "a.gen", "--out", "a.doc"],
  ["diff", "missing.png", "a.gen"], ["diff", "a.gen"],
])
func `what cannot be exported or compared is trouble, status 2`(arguments: [String]) throws {
  try withTool { tool in
    try tool.write("1", to: "a.gen")
    let outcome = try tool.start(arguments).finish()
    #expect(outcome.status == 2 && !outcome.errors.isEmpty, "\(arguments): \(outcome.errors)")
  }
}

@Test func `diff tells equal results from different ones, and how they differ`() throws {
  try withTool { tool in
    let script = { (seed: Int, amount: Int, name: String) in
      "still = plain(16, 12)\n"
        + "film([still, still |> grain(\(amount)%, seed: \(seed))]) |> save(\"\(name)\")\n"
    }
    try tool.write(script(1, 10, "a.apng"), to: "a.gen")
    try tool.write(script(2, 20, "b.apng"), to: "b.gen")
    for name in ["a.gen", "b.gen"] { #expect(try tool.run("run", name).status == 0) }
    try FileManager.default.copyItem(atPath: tool.path("a.apng"), toPath: tool.path("c.apng"))

    let same = try tool.run("diff", "a.apng", "c.apng")
    #expect(same.status == 0 && same.output == "a.apng and c.apng are equal\n", "\(same.errors)")

    let other = try tool.run("diff", "a.apng", "b.apng")
    #expect(other.status == 1)
    for words in ["seeds         1 → 2", "grain amount  0.1 → 0.2", "0  the same", "PSNR"] {
      #expect(other.output.contains(words), "\(words) in \(other.output)")
    }

    let json = try tool.run("diff", "a.apng", "b.apng", "--json")
    let fields = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(json.status == 1 && fields["equal"] as? Bool == false)
    let frames = try #require(fields["frames"] as? [[String: Any]])
    #expect(frames.count == 2 && frames[0]["differing"] as? Int == 0)
    #expect((frames[1]["differing"] as? Int ?? 0) > 0)
  }
}
