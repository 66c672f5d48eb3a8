import Foundation
import GenLanguage
import Testing

@Suite struct FormatterTests {
  private func format(_ text: String) -> String? {
    ProgramFormatter.format(.parse(Source(name: "a.gen", text: text)))
  }

  @Test func `spaces lines and comments take one shape`() {
    #expect(
      format(
        """
        #  boat
        prompt   =  "a boat {1+2}"   # words


        video=diffuse( prompt,frames : 24 )|>upscale
        def  big( p:Image,by=2 ):Image={
            q=p|>upscale( by:by )
            # twice
            q|>upscale}
        (a,b)=[1,2*3-4]
        x = if a<b then -a else b^2;
        for i in 1 .. 3 by 2{ i }
        f=(a,b)=>a+b
        set seed=7
        r = { "a b" :1,c : 2 }
        g( "E-Mail":text )
        """) == """
          #  boat
          prompt = "a boat {1+2}"  # words

          video = diffuse(prompt, frames: 24) |> upscale
          def big(p: Image, by = 2): Image {
            q = p |> upscale(by: by)
            # twice
            q |> upscale
          }
          (a, b) = [1, 2 * 3 - 4]
          x = if a < b then -a else b ^ 2;
          for i in 1..3 by 2 { i }
          f = (a, b) => a + b
          set seed = 7
          r = {"a b": 1, c: 2}
          g("E-Mail": text)

          """)
  }

  @Test func `long lines are broken at their pipes and brackets`() {
    let words = "\"a boat that is described with a good many words, one after the other\""
    #expect(
      format("x = diffuse(\(words), frames: 24, seed: 7, guidance: 4.5) |> upscale |> blur")
        == """
        x = diffuse(
          \(words),
          frames: 24,
          seed: 7,
          guidance: 4.5
        )
          |> upscale
          |> blur

        """)
  }

  @Test func `comments in the middle of a sentence keep it as it is`() {
    let text = "x = [1,  # one\n  2]\n"
    #expect(format(text) == text)
  }

  @Test func `what cannot be read is not formatted`() {
    #expect(format("x = (1") == nil)
    #expect(format("") == "")
  }

  @Test func `formatting keeps the meaning and is done after one time`() {
    withEvery("seed", in: 0..<400) { seed in
      var numbers = SeededNumbers(seed: seed)
      var maker = ProgramMaker(&numbers)
      let text = maker.program()
      guard let once = format(text) else {
        Issue.record("not read: \(text)")
        return
      }
      #expect(format(once) == once, "\(text)")
      #expect(shape(once) == shape(text), "\(text)")
    }
  }

  @Test func `every script of the library keeps its words and comments and is done after one time`()
    throws
  {
    let stdlib = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../stdlib").standardizedFileURL
    let files =
      FileManager.default.enumerator(at: stdlib, includingPropertiesForKeys: nil)?
      .compactMap { $0 as? URL }.filter { $0.pathExtension == "gen" } ?? []
    #expect(files.count > 15)
    for file in files {
      let text = try String(contentsOf: file, encoding: .utf8)
      let once = try #require(format(text), "\(file.path)")
      #expect(format(once) == once, "\(file.path)")
      #expect(shape(once) == shape(text), "\(file.path)")
    }
  }

  @Test func `the first line of a program that runs by itself stays the first`() {
    #expect(format("#!/usr/bin/env -S gen run\na=1\n") == "#!/usr/bin/env -S gen run\na = 1\n")
  }

  /// The words and signs without their layout.
  private func shape(_ text: String) -> [String] {
    let source = Source(name: "a.gen", text: text)
    let words = Highlighting.tokens(of: source).map { source.text(in: $0.range) }
    // A comma may stand behind the last of a list.
    return words.indices.filter { index in
      words[index] != "," || index + 1 == words.count || !")]}".contains(words[index + 1])
    }.map { words[$0] }
  }
}

/// Makes programs that can be read, in any layout.
private struct ProgramMaker {
  private var numbers: SeededNumbers

  init(_ numbers: inout SeededNumbers) {
    self.numbers = numbers
    _ = numbers.next()
  }

  mutating func program() -> String {
    var text = ""
    for _ in 0...pick(6) { text += statement() }
    return text
  }

  private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &numbers) }

  private mutating func statement() -> String {
    let end = ["\n", "\n\n\n", "  # note\n", ";\n"][pick(4)]
    switch pick(5) {
    case 0: return "a=\(value(3))" + end
    case 1: return "(a,b) = \(value(2))" + end
    case 2: return "def f(x,y=\(value(1)))=(\(value(3)))" + end
    case 3: return "# alone\n\(value(3))" + end
    default: return "b = {\n  c=\(value(2))  # in\n\n  c }" + end
    }
  }

  private mutating func value(_ depth: Int) -> String {
    guard depth > 0 else { return ["1", "2.5s", "\"t {x}\"", "name", "true", "25%"][pick(6)] }
    let inner = depth - 1
    switch pick(11) {
    case 0: return "(\(value(inner)))"
    case 1: return "[\(value(inner)),\(value(inner))]"
    case 2: return "{a:\(value(inner)),b : \(value(inner))}"
    case 3: return "call_of_something( \(value(inner)),by:\(value(inner)) )"
    case 4: return "(\(value(inner))\n|> stage |> other(\(value(inner))))"
    case 5: return "(\(value(inner))+\(value(inner))*\(value(inner)))"
    case 6: return "(if \(value(inner)) then \(value(inner)) else \(value(inner)))"
    case 7: return "(x => \(value(inner)))"
    case 8: return "(for i in 1..3 {\(value(inner))})"
    case 9: return "{ \(value(inner)) }"
    default: return "value_with_a_rather_long_name[\(value(inner))].field"
    }
  }
}
