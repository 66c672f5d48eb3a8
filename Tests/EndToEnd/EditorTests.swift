import Foundation
import Testing

private typealias Object = EditorClient.Object

private func withEditor(
  _ text: String, capabilities: [String: Any] = [:], _ body: (EditorClient) throws -> Void
) throws {
  let tool = try Tool()
  defer { tool.remove() }
  let editor = try EditorClient(tool)
  try editor.open(text, capabilities: capabilities)
  try body(editor)
  #expect(try editor.leave() == 0)
}

private func texts(_ value: Any?, _ key: String) -> [String] {
  let list = value as? [Object] ?? (value as? Object)?["items"] as? [Object] ?? []
  return list.compactMap { $0[key] as? String }
}

private func start(_ value: Any?) -> [Int] {
  let range = (value as? Object)?["range"] as? Object ?? value as? Object
  let start = range?["start"] as? Object
  return [start?["line"], start?["character"]].compactMap { $0 as? Int }
}

private func markup(_ value: Any?) -> String {
  ((value as? Object)?["contents"] as? Object)?["value"] as? String ?? ""
}

private let boat = """
  ## Doubles a number.
  def twice(number: Int) = number * 2

  # %% First
  width = twice(8)
  # %% Second
  plain(width, 8) |> blur(radius: 2)
  print("🚤 {width}")

  """

@Test func `what is wrong is told as it is typed, with its place, and goes when it is mended`()
  throws
{
  try withEditor("a = 1\nplain(a, 8) |> blur(radios: 2)\n") { editor in
    let first = try editor.notification("textDocument/publishDiagnostics")
    let found = try #require((first["diagnostics"] as? [Object])?.first)
    #expect(found["code"] as? String == "E0104")
    #expect(start(found) == [1, 20])
    #expect((found["message"] as? String)?.contains("Did you mean 'radius'?") == true)
    try editor.replace(1, 20, 26, "radius")
    let second = try editor.notification("textDocument/publishDiagnostics")
    #expect((second["diagnostics"] as? [Object])?.isEmpty == true)
    #expect(second["version"] as? Int == 2)
  }
}

@Test func `what completes fits the place, its own names among it`() throws {
  try withEditor(boat) { editor in
    try editor.replace(6, 19, 34, "resize(width: 2, ")
    let labels = texts(try editor.result("textDocument/completion", editor.place(6, 36)), "label")
    #expect(labels.contains("height:"))
    #expect(!labels.contains("width:"), "it is given already")
    #expect(!labels.contains("picture:"), "the pipe fills it")
    try editor.replace(7, 0, 19, "wi")
    let names = texts(try editor.result("textDocument/completion", editor.place(7, 2)), "label")
    #expect(names.contains("width"))
    try editor.replace(7, 0, 2, "twice(nu")
    let found = try editor.result("textDocument/completion", editor.place(7, 8))
    #expect(texts(found, "label").contains("number:"))
    let items = (found as? Object)?["items"] as? [Object]
    #expect(start((items?.first?["textEdit"] as? Object)) == [7, 6])
  }
}

@Test func `help tells of verbs, labels, names, settings and models`() throws {
  let markdown = ["textDocument": ["hover": ["contentFormat": ["markdown"]]]]
  let text = boat + "set seed = 3\ndiffuse(\"a\", model: model(\"matinee\"))\n"
  try withEditor(text, capabilities: markdown) { editor in
    func help(_ line: Int, _ character: Int) -> String {
      markup(try? editor.result("textDocument/hover", editor.place(line, character)))
    }
    #expect(help(6, 20).contains("```gen\nblur("))
    #expect(help(6, 25).contains("radius"))
    #expect(help(6, 7).contains("width: Int"))
    #expect(help(4, 9).contains("Doubles a number."))
    #expect(help(8, 5).contains("Where randomness starts"))
    #expect(help(9, 30).contains("model(\"matinee\")"))
    #expect(help(3, 4) == "")
  }
}

@Test func `a signature follows the argument that is typed`() throws {
  try withEditor(boat) { editor in
    func active(_ line: Int, _ character: Int) -> Int? {
      let found = try? editor.result("textDocument/signatureHelp", editor.place(line, character))
      return (found as? Object)?["activeParameter"] as? Int
    }
    #expect(active(6, 6) == 0)
    #expect(active(6, 13) == 1)
    #expect(active(6, 32) == 1, "the first came through the pipe")
    #expect(active(7, 0) == nil)
  }
}

@Test func `definitions are found in this text, in a module and in the library`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write("def wide(x) = x\n", to: "shots.gen")
  let editor = try EditorClient(tool)
  try editor.open("use \"shots.gen\" as shots\na = shots.wide(2)\nprint(a + mean([1]))\n")
  func target(_ line: Int, _ character: Int) throws -> (String?, [Int]) {
    let found =
      try editor.result("textDocument/definition", editor.place(line, character)) as? Object
    return (found?["uri"] as? String, start(found))
  }
  #expect(try target(2, 6) == (editor.uri, [1, 0]))
  let (module, place) = try target(1, 11)
  #expect(module?.hasSuffix("shots.gen") == true && place == [0, 4])
  #expect(try target(0, 7).0?.hasSuffix("shots.gen") == true)
  #expect(try target(2, 11).0?.hasSuffix("prelude.gen") == true)
}

@Test func `a new name reaches every place that means it, and is refused where it is taken`() throws
{
  try withEditor(boat) { editor in
    func rename(_ line: Int, _ character: Int, _ name: String) throws -> Object {
      try editor.answer(
        "textDocument/rename", editor.place(line, character).merging(["newName": name]) { $1 })
    }
    let changes = try rename(6, 7, "breite")["result"] as? Object
    let edits = (changes?["changes"] as? Object)?[editor.uri] as? [Object] ?? []
    // The last stands behind a boat of two UTF-16 units.
    #expect(edits.map(start) == [[4, 0], [6, 6], [7, 11]])
    let parameter = try rename(1, 12, "value")["result"] as? Object
    #expect(((parameter?["changes"] as? Object)?[editor.uri] as? [Object])?.count == 2)
    #expect(try rename(6, 7, "twice")["error"] != nil)
    #expect(try rename(6, 7, "a b")["error"] != nil)
    #expect(try rename(6, 7, "for")["error"] != nil)
    let verb = try editor.answer("textDocument/prepareRename", editor.place(6, 2))
    #expect(verb["error"] != nil)
    #expect(start(try editor.result("textDocument/prepareRename", editor.place(6, 7))) == [6, 6])
  }
}

@Test func `layout changes the lines that need it and nothing that cannot be read`() throws {
  try withEditor("a = 1\nb=2\nc = 3\n") { editor in
    let edits = try editor.result("textDocument/formatting", editor.document) as? [Object]
    #expect(edits?.count == 1)
    #expect(edits?.first?["newText"] as? String == "b = 2\n")
    try editor.replace(1, 0, 3, "b = (")
    #expect(try editor.result("textDocument/formatting", editor.document) is NSNull)
  }
}

@Test func `the outline has cells with their names`() throws {
  let nesting = ["textDocument": ["documentSymbol": ["hierarchicalDocumentSymbolSupport": true]]]
  try withEditor(boat, capabilities: nesting) { editor in
    let found = try editor.result("textDocument/documentSymbol", editor.document) as? [Object]
    #expect(texts(found, "name") == ["twice", "First", "Second"])
    #expect(texts(found?[1]["children"], "name") == ["width"])
  }
}

@Test func `a cell runs with all above it, and what it shows and gets wrong is told`() throws {
  let window = ["window": ["workDoneProgress": true]]
  try withEditor(boat, capabilities: window) { editor in
    let lenses = try editor.result("textDocument/codeLens", editor.document) as? [Object] ?? []
    #expect(lenses.map(start) == [[0, 0], [3, 0], [5, 0]])
    let command = lenses.last?["command"] as? Object ?? [:]
    let ran = try editor.result("workspace/executeCommand", command) as? Object
    let shown = ran?["shown"] as? [String] ?? []
    #expect(shown.count == 2 && shown[0].hasPrefix("Image 16x8") && shown[1] == "🚤 16", "\(shown)")
    let message = try editor.notification("window/showMessage")
    #expect((message["message"] as? String)?.contains("Run Second") == true)
    _ = try editor.notification("window/workDoneProgress/create")

    try editor.replace(7, 0, 19, "claim(width < 3, \"narrow\")")
    let failed = try editor.result("workspace/executeCommand", command) as? Object
    #expect(failed?["isFine"] as? Bool == false)
    let told = try editor.notification("textDocument/publishDiagnostics") { params in
      (params["diagnostics"] as? [Object])?.contains { start($0).first == 7 } == true
    }
    #expect(told["version"] as? Int == 2)
  }
}

@Test func `a run is stopped when it is cancelled, and the server goes on`() throws {
  let text = "diffuse(\"a cat\", frames: 24, steps: 60)\n"
  try withEditor(text) { editor in
    let command: Object = ["command": "gen.runCell", "arguments": [editor.uri, 0] as [Any]]
    let id = try editor.ask("workspace/executeCommand", command)
    #expect(try editor.answer("workspace/executeCommand", command)["error"] != nil, "one at a time")
    #expect(!markup(try editor.result("textDocument/hover", editor.place(0, 2))).isEmpty)
    try editor.notify("$/cancelRequest", ["id": id])
    let error = try editor.answer(to: id)["error"] as? Object
    #expect(error?["code"] as? Int == -32800)
  }
}

@Test func `whatever is sent, the server answers or logs and goes on`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  let editor = try EditorClient(tool)
  func code(_ answer: Object) -> Int? { (answer["error"] as? Object)?["code"] as? Int }
  func frame(_ text: String) -> String { "Content-Length: \(text.utf8.count)\r\n\r\n\(text)" }

  #expect(code(try editor.answer("textDocument/hover", editor.place(0, 0))) == -32002)
  for text in ["{", "", "[]", "7", "{\"id\": 1e999}", String(repeating: "[", count: 5000)] {
    try editor.write(frame(text))
    #expect(try code(#require(try editor.next())) ?? 0 < -32000, "\(text.prefix(20))")
  }
  try editor.write("rubbish\r\n\r\nContent-Length: -3\r\n\r\nContent-Length: many\r\n\r\n")
  try editor.write("Content-Length: 99999999999999\r\n\r\n")
  try editor.write("Content-Length: 3\r\n\r\n{\"id\": 1}")
  #expect(code(try #require(try editor.next())) == -32700)

  #expect(code(try editor.answer("initialize", ["capabilities": 3])) == -32602)
  try editor.open("a = 1\nprint(a)\n")
  #expect(code(try editor.answer("initialize", ["capabilities": [:] as Object])) == -32600)
  #expect(code(try editor.answer("gen/nonsense", [:])) == -32601)
  #expect(code(try editor.answer("textDocument/hover", [:])) == -32602)
  let strange: Object = [
    "textDocument": ["uri": "file:///none.gen"], "position": ["line": 0, "character": 0],
  ]
  #expect(code(try editor.answer("textDocument/hover", strange)) == -32602)
  try editor.notify("textDocument/didChange", ["textDocument": 3])
  try editor.notify("textDocument/didClose", ["textDocument": ["uri": "none"]])
  try editor.notify("$/unheardOf", [:])
  try editor.send(["jsonrpc": "2.0", "id": 5, "result": NSNull()])
  let places = [-1, 0, 1, 7, 1 << 31, Int.max]
  let methods = [
    "hover", "completion", "definition", "signatureHelp", "references", "prepareRename",
  ]
  for method in methods {
    for line in places {
      for character in places {
        let answer = try editor.answer("textDocument/\(method)", editor.place(line, character))
        #expect(answer["id"] is Int)
      }
    }
  }
  let arguments: [[Any]] = [[], [editor.uri], [editor.uri, -1], [3, 3], ["none", 0]]
  for list in arguments {
    let answer = try editor.answer(
      "workspace/executeCommand", ["command": "gen.runCell", "arguments": list])
    #expect(answer["error"] != nil, "\(list)")
  }
  #expect(code(try editor.answer("workspace/executeCommand", ["command": "rm"])) == -32602)
  #expect(try editor.leave() == 0)
}

@Test func `any bytes as a text have their answers`() throws {
  try withEditor("") { editor in
    var state: UInt64 = 7
    for version in 2..<20 {
      let scalars = (0..<60).map { _ -> Character in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let signs = Array("a(){}[]\"|>=.,:#% \n1é🚤\\\u{0}\t")
        return signs[Int(state >> 33) % signs.count]
      }
      try editor.notify(
        "textDocument/didChange",
        [
          "textDocument": ["uri": editor.uri, "version": version] as Object,
          "contentChanges": [["text": String(scalars)]],
        ])
      for method in ["hover", "completion", "definition", "signatureHelp"] {
        let answer = try editor.answer("textDocument/\(method)", editor.place(version % 3, version))
        #expect(answer["error"] == nil, "\(method): \(String(scalars))")
      }
      for method in ["documentSymbol", "codeLens", "formatting"] {
        #expect(try editor.answer("textDocument/\(method)", editor.document)["error"] == nil)
      }
    }
  }
}

@Test func `an editor that goes away leaves no server behind`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  let outcome = try tool.run("lsp", input: "")
  #expect(outcome.status == 1)
  #expect(outcome.output.isEmpty)
}
