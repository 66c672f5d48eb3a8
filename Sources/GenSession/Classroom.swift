import GenLanguage
import GenPipeline
import GenStages
import Synchronization

/// A lesson being given: cell by cell with a person, or run through where nobody listens.
public struct Classroom: Sendable {
  /// What the learner answers to a prompt; nil when they are gone.
  public typealias Listener = @Sendable (_ prompt: String) -> String?

  /// The questions that a cell asked, until they are put to the learner.
  public final class Questions: Sendable {
    private let waiting = Mutex<[Question]>([])
    public init() {}
    public func add(_ question: Question) { waiting.withLock { $0.append(question) } }
    func take() -> [Question] {
      waiting.withLock { all in
        defer { all = [] }
        return all
      }
    }
  }

  public enum Outcome: Sendable, Equatable {
    case finished
    /// The learner left before the end.
    case left
    /// A cell did not run to its end.
    case failed
  }

  private let session: Session
  private let questions: Questions
  private let listener: Listener?
  private let width: Int
  private let say: @Sendable (String) -> Void

  /// - Parameters:
  ///   - listener: Nil runs the lesson through.
  ///   - width: Columns of the text.
  ///   - say: Writes text as it is.
  public init(
    _ session: Session, questions: Questions, listener: Listener?, width: Int,
    say: @escaping @Sendable (String) -> Void
  ) {
    (self.session, self.questions, self.listener) = (session, questions, listener)
    (self.width, self.say) = (min(max(40, width), 80), say)
  }

  public func teach(_ lesson: Lesson) async -> Outcome {
    say("Lesson \(lesson.number): \(lesson.title)\n")
    say(wrapped(lesson.summary, width: width, indent: ""))
    var score = (right: 0, all: 0)
    for (index, cell) in lesson.cells.enumerated() {
      say("\n── \(index + 1) of \(lesson.cells.count): \(cell.title)\n\n")
      for paragraph in cell.prose { say(wrapped(paragraph, width: width, indent: "") + "\n") }
      guard !cell.code.isEmpty else { continue }
      say(
        cell.shownCode.split(separator: "\n", omittingEmptySubsequences: false)
          .map { "    \($0)\n" }.joined() + "\n")
      guard await isReady() else { return .left }
      guard await session.run(cell.code) else { return .failed }
      for question in questions.take() {
        guard let isRight = put(question) else { return .left }
        score = (score.right + (isRight ? 1 : 0), score.all + 1)
      }
    }
    if score.all > 0 {
      say("\nDone: \(score.right) of \(score.all) questions right at the first try.\n")
    }
    return .finished
  }

  /// Whether the first answer was right; nil when the learner left.
  private func put(_ question: Question) -> Bool? {
    guard let listener else { return true }
    say("\n" + question.page)
    return question.isAnswered(by: listener, say: say)
  }

  /// Waits until the learner wants the cell to run; runs lines of their own until then.
  private func isReady() async -> Bool {
    guard let listener else { return true }
    while let typed = listener("[Enter runs it; a line of your own is tried; q leaves] ") {
      if typed.isEmpty { return true }
      if ["q", ":q", ":quit"].contains(typed) { return false }
      if typed.hasPrefix(":") {
        _ = await session.command(typed)
      } else {
        await session.run(typed)
      }
    }
    return false
  }
}

extension Question {
  /// The question and its choices, a line each.
  public var page: String {
    "? \(text)\n"
      + choices.enumerated().map { "    \($0.offset + 1) \($0.element)\n" }.joined()
  }

  /// Asks for the answer up to three times, then tells it.
  ///
  /// - Returns: Whether the first answer was right; nil when the learner is gone.
  public func isAnswered(by listener: Classroom.Listener, say: (String) -> Void) -> Bool? {
    for attempt in 1...3 {
      guard let typed = listener(attempt == 1 ? "> " : "Once more, or Enter for the answer > ")
      else { return nil }
      if accepts(typed) {
        say("Right." + (reason.isEmpty ? "" : " \(reason)") + "\n")
        return attempt == 1
      }
      if typed.isEmpty { break }
      say("Not quite. ")
    }
    say("\n" + solution)
    return false
  }

  /// The answer and its reason.
  public var solution: String { "  \(answerText)." + (reason.isEmpty ? "" : " \(reason)") + "\n" }
}
