/// The page that `gen explain CODE` prints: what a message means, a program that gets it, and one
/// that does not.
public struct Explanation: Sendable {
  public let code: String
  public let title: String
  public let text: String
  public let wrong: String
  public let right: String
  /// Whether only running the program shows it.
  public let isFoundWhileRunning: Bool

  init(
    _ code: String, _ title: String, _ text: String, wrong: String, right: String,
    whileRunning: Bool = false
  ) {
    self.code = code
    self.title = title
    self.text = text
    self.wrong = wrong
    self.right = right
    isFoundWhileRunning = whileRunning
  }

  /// Defects of Gen itself: no program should get these.
  private static let defects: [Explanation] = [
    Explanation(
      "E0900", "A stage was handed an argument of another type",
      "The check should have found it. Report it with the script that led to it.",
      wrong: "", right: ""),
    Explanation(
      "E0901", "A value of another kind than was checked",
      "The check should have found it. Report it with the script that led to it.",
      wrong: "", right: ""),
  ]

  /// Every page of the language, in the order of the codes.
  public static let all: [Explanation] =
    syntax + names + types + modules + values + defects + warnings

  public static func page(_ code: String) -> Explanation? {
    all.first { $0.code == code.uppercased() }
  }

  /// The page as text.
  public var rendered: String {
    func indented(_ program: String) -> String {
      program.split(separator: "\n", omittingEmptySubsequences: false)
        .map { "    \($0)" }.joined(separator: "\n")
    }
    let head = "\(code)  \(title)\n\n\(text)"
    guard !wrong.isEmpty else { return head }
    return """
      \(head)

      Wrong:
      \(indented(wrong))

      Right:
      \(indented(right))
      """
  }
}
