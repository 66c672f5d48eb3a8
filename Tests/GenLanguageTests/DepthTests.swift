import GenLanguage
import Testing

/// What is deep but allowed works, and does not use up the stack.
@Suite struct DepthTests {
  private static let language = ExplanationTests.language

  @Test func `sixty brackets around a value`() async throws {
    let text = String(repeating: "(", count: 60) + "1" + String(repeating: ")", count: 60)
    #expect(try await values(of: text) == ["1"])
  }

  @Test func `forty defs that call each other`() async throws {
    var lines = ["def f0(x) = x + 1"]
    for number in 1..<40 { lines.append("def f\(number)(x) = f\(number - 1)(x) + 1") }
    #expect(try await values(of: (lines + ["f39(0)"]).joined(separator: "\n")) == ["40"])
  }

  @Test func `a sum of ten thousand terms and a pipe of a thousand stages`() async throws {
    #expect(
      try await values(of: Array(repeating: "1", count: 10_000).joined(separator: " + "))
        == ["10000"])
    let pipe = "1" + String(repeating: " |> (x => x + 1)", count: 1000)
    #expect(try await values(of: pipe) == ["1001"])
  }

  @Test func `a chain of thousands of calls that nobody has needed`() async throws {
    #expect(
      try await values(
        of: "fold(1..5000, paint(1), (picture, _) => blur(picture))", language: Self.language)
        == ["Image 2x1"])
  }
}
