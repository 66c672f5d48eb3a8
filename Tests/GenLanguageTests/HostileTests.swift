import GenLanguage
import GenPipeline
import Testing

/// Whatever the bytes, the check ends, and each of its messages can be printed.
@Suite struct HostileTests {
  private static let pieces = [
    "x", "diffuse", "upscale", "paint", "(", ")", "[", "]", "{", "}", ",", ":", "=", "==", "=>",
    "|>", "+", "-", "*", "/", "%", "^", "..", "..<", ".", "\"", "\"\"\"", "r\"", "\\", "#", "##",
    "# %%", "\n", "\n  ", " ", "\t", "1", "2.5", "24fps", "25%", "0x", "1e999", "if ", "then ",
    "else ", "for ", "in ", "def ", "set ", "use ", "as ", "not ", "and ", "true", "none", "by ",
    "é", "日本", "🚀", "\u{0}", "\u{202E}", ";", "?", "<", ">", "seed", "frames:", "\r\n", "\u{FEFF}",
  ]

  private static let program = """
    # boat.gen
    use "other.gen" as other
    set seed = 7
    prompt = "a paper boat {1 + 2} at \\"sunset\\""
    ## Enlarges twice.
    def big(p: Image, by = 2): Image = p |> upscale(by: by) |> upscale
    def twice(f) { g = x => f(f(x)); g }
    video  = diffuse(prompt - "people", frames: 24, seed: 7) |> upscale
    (a, b) = [1, 2.5]
    sizes = for i in 1..8 by 2 { {width: i, height: i ^ 2 % 3} }
    finish = interpolate(to: 24fps) |> upscale(by: 2)
    save(video |> finish, \"\"\"
      boat.mp4
      \"\"\")
    print(if a < b and not false then sizes[0].width else -1)
    """

  private func check(_ bytes: [UInt8]) {
    let program = TestVocabulary.language.check(
      Source(name: "fuzz.gen", bytes: bytes), isScript: true)
    let isTold = program.diagnostics.allSatisfy { diagnostic in
      diagnostic.place != nil && !diagnostic.rendered(in: program.sources).isEmpty
    }
    #expect(isTold)
  }

  @Test func `random bytes`() {
    withEvery("seed", in: 0..<300) { seed in
      var numbers = SeededNumbers(seed: seed)
      check(
        (0..<Int.random(in: 0..<200, using: &numbers)).map { _ in
          UInt8.random(in: 0...255, using: &numbers)
        })
    }
  }

  @Test func `random rows of words and signs`() {
    withEvery("seed", in: 0..<1000) { seed in
      var numbers = SeededNumbers(seed: seed)
      let count = Int.random(in: 1..<60, using: &numbers)
      let text = (0..<count).map { _ in Self.pieces.randomElement(using: &numbers) ?? "" }
      check(Array(text.joined().utf8))
    }
  }

  @Test func `a program with pieces left out doubled and put in`() {
    withEvery("seed", in: 0..<500) { seed in
      var numbers = SeededNumbers(seed: seed)
      var bytes = Array(Self.program.utf8)
      for _ in 0..<Int.random(in: 1..<6, using: &numbers) {
        let start = Int.random(in: 0..<bytes.count, using: &numbers)
        let end = min(bytes.count, start + Int.random(in: 0..<12, using: &numbers))
        switch Int.random(in: 0..<3, using: &numbers) {
        case 0: bytes.removeSubrange(start..<end)
        case 1: bytes.insert(contentsOf: bytes[start..<end], at: start)
        default:
          let piece = Self.pieces.randomElement(using: &numbers) ?? ""
          bytes.insert(contentsOf: Array(piece.utf8), at: start)
        }
        if bytes.isEmpty { break }
      }
      check(bytes)
    }
  }

  @Test(arguments: [
    "(", "[", "{", "{a: ", "-", "not ", "x => ", "if x then ", "for i in ",
    "\"{", "2 ^ ", "List<", "f(", "def f(x) { ", "x |> f(", "r\"", "\"\"\"{",
  ])
  func `thousands of one opening`(_ opening: String) {
    check(Array(String(repeating: opening, count: 10_000).utf8))
  }

  @Test(arguments: [
    "1 + ", "x |> f |> ", "a.b", "f()", "x[0]", "1, ", "x = 1\n", ")", "\u{1}", "} ",
  ])
  func `thousands of one piece`(_ piece: String) {
    check(Array(("x = " + String(repeating: piece, count: 10_000) + "1").utf8))
  }

  @Test func `a hundred thousand open brackets`() {
    check(Array(String(repeating: "(", count: 100_000).utf8))
  }

  @Test func `a text of a hundred thousand characters`() async throws {
    let long = String(repeating: "boat ", count: 20_000)
    #expect(try await values(of: "diffuse(\"\(long)\", as: image)") == ["Image 1x1"])
  }
}
