import Foundation
import GenLanguage
import Testing

private let stdlib = URL(filePath: #filePath).deletingLastPathComponent()
  .appending(path: "../../stdlib").standardizedFileURL

/// The words of the first `(a|b|…)` of a pattern.
private func words(_ pattern: String) -> [String] {
  let inside = pattern.firstMatch(of: /\(([a-z|]+)\)/)?.1 ?? ""
  return inside.split(separator: "|").map(String.init)
}

@Test func `the TextMate grammar has the keywords of the language, and patterns that can be read`()
  throws
{
  let data = try Data(contentsOf: stdlib.appending(path: "editors/gen.tmLanguage.json"))
  let grammar = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  let rules = try #require(grammar["repository"] as? [String: [String: Any]])
  let constants = rules["constant"]?["patterns"] as? [[String: Any]] ?? []
  let patterns = ([rules["keyword"] ?? [:]] + constants).compactMap { $0["match"] as? String }
  #expect(Set(patterns.flatMap(words)) == Keyword.all)

  func check(_ value: Any) throws {
    if let list = value as? [Any] { try list.forEach(check) }
    guard let rule = value as? [String: Any] else { return }
    for (key, value) in rule {
      if ["match", "begin", "end"].contains(key), let pattern = value as? String {
        #expect(throws: Never.self, "\(pattern)") { try NSRegularExpression(pattern: pattern) }
      } else if key == "include", let name = value as? String, name.hasPrefix("#") {
        #expect(rules[String(name.dropFirst())] != nil, "\(name)")
      } else {
        try check(value)
      }
    }
  }
  try check(grammar)
}

@Test func `the Pygments lexer has the keywords of the language`() throws {
  let text = try String(contentsOf: stdlib.appending(path: "editors/gen_lexer.py"), encoding: .utf8)
  let lists = text.matches(of: /(?:KEYWORDS|WORDS|CONSTANTS) = \(([^)]*)\)/)
  let found = lists.flatMap { $0.1.matches(of: /"([a-z]+)"/).map { String($0.1) } }
  #expect(Set(found) == Keyword.all)
}

/// A Python with Pygments; nil where there is none.
private let python: String? = {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = ["python3", "-c", "import pygments"]
  process.standardError = FileHandle.nullDevice
  guard (try? process.run()) != nil else { return nil }
  process.waitUntilExit()
  return process.terminationStatus == 0 ? "/usr/bin/env" : nil
}()

@Test(.enabled(if: python != nil, "there is no Python with Pygments on this machine"))
func `Pygments reads every script of the library, all of it and without an error`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  let program = """
    import pathlib, sys
    sys.path.insert(0, sys.argv[1] + "/editors")
    from gen_lexer import GenLexer
    from pygments.token import Error
    files = sorted(pathlib.Path(sys.argv[1]).rglob("*.gen"))
    texts = [file.read_text() for file in files] + [
        '#!/usr/bin/env -S gen run\\n', 'x = "a {f({b: "c"})} \\\\u{1F680}"; y = r"\\\\d" 25% 7%2 1e-4 2.5s 0xFF',
        '"open\\nset seed = 3\\ndef f(für: 1) = ' + '\"' * 3 + 'a "b" {c}\\n' + '\"' * 3]
    for text in texts:
        found = list(GenLexer(stripnl=False, ensurenl=False).get_tokens(text))
        assert "".join(part for _, part in found) == text, text
        wrong = [part for kind, part in found if kind is Error]
        assert not wrong, (wrong, text)
    print(len(files))
    """
  let outcome = try tool.run(try #require(python), ["python3", "-c", program, stdlib.path])
  #expect(outcome.status == 0, "\(outcome.errors)")
  #expect((Int(outcome.output.filter(\.isNumber)) ?? 0) > 15)
}
