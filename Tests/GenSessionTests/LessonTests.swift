import Foundation
import GenLanguage
import GenPipeline
import GenStages
import Synchronization
import Testing

@testable import GenSession

private let stdlib = URL(filePath: #filePath).deletingLastPathComponent()
  .appending(path: "../../stdlib").standardizedFileURL.path

private let lessons = Lesson.all(in: stdlib + "/lessons")

/// Everything that is said, and answers given one after the other.
private final class Learner: Sendable {
  private let state: Mutex<(said: String, claims: Int, answers: [String])>
  let questions = Classroom.Questions()
  let asked = Mutex<[Question]>([])

  init(answers: [String] = []) { state = Mutex(("", 0, answers)) }

  var said: String { state.withLock { $0.said } }
  var claimCount: Int { state.withLock { $0.claims } }

  func hear(_ text: String) { state.withLock { $0.said += text } }

  func note(_ announcement: Studio.Announcement) {
    switch announcement {
    case .claimed: state.withLock { $0.claims += 1 }
    case .asked(let question):
      questions.add(question)
      asked.withLock { $0.append(question) }
    default: break
    }
  }

  func answer(_ prompt: String) -> String? {
    state.withLock { state in
      state.said += prompt
      return state.answers.isEmpty ? nil : state.answers.removeFirst()
    }
  }

  /// Teaches in a workshop that keeps nothing, with this learner listening or not.
  func attend(_ lesson: Lesson, isListening: Bool) async -> Classroom.Outcome {
    var options = Workshop.Options(stdlib: stdlib)
    options.outputFolder = NSTemporaryDirectory()
    let workshop = Workshop(options, announce: { self.note($0) }, events: { _ in })
    let session = Session(
      workshop, history: History(path: "/dev/null"),
      show: { value, _ in self.hear(value.shortText() + "\n") }, say: { self.hear($0) },
      tell: { diagnostic, sources in self.hear(diagnostic.rendered(in: sources)) })
    let listener: Classroom.Listener = { self.answer($0) }
    return await Classroom(
      session, questions: questions, listener: isListening ? listener : nil, width: 80
    ) { self.hear($0) }.teach(lesson)
  }
}

private func isRunnable(_ lesson: Lesson) -> Bool {
  guard lesson.source.text.contains("upscale\n") else { return true }
  let store = workshop(output: ".").studio.store
  if case .here? = try? store.availability(of: "realesr-animevideov3") { return true }
  return false
}

@Test func `there are fourteen lessons, in order, each with a title and cells that are explained`()
{
  #expect(lessons.map(\.number) == Array(1...14))
  for lesson in lessons {
    #expect(lesson.summary.hasSuffix("."), "\(lesson.title)")
    #expect(lesson.cells.count >= 3, "\(lesson.title)")
    #expect(lesson.cells.allSatisfy { !$0.title.isEmpty && !$0.prose.isEmpty }, "\(lesson.title)")
  }
}

@Test(arguments: lessons.filter(isRunnable).map(\.number))
func `a lesson runs to its end, all it claims holds, and its questions take their own answers`(
  number: Int
) async throws {
  let lesson = try #require(lessons.first { $0.number == number })
  let program = workshop(output: ".").language.check(lesson.source, isScript: true)
  #expect(program.diagnostics.isEmpty, "\(program.diagnostics.map(\.message))")
  let learner = Learner()
  #expect(await learner.attend(lesson, isListening: false) == .finished, "\(learner.said)")
  #expect(learner.claimCount >= 2)
  let asked = learner.asked.withLock { $0 }
  #expect(asked.count >= 2)
  #expect(asked.allSatisfy { $0.accepts($0.answerText) && !$0.reason.isEmpty })
}

private let small = Lesson(
  number: 1,
  Source(
    name: "small.gen",
    text: """
      ## Small
      ## Two cells.

      # %% One
      # Numbers
      # add up.
      a = 1 + 1
      ask("What is a?", answer: a, because: "It is two.")
      a

      # %% Two
      claim(a == 2, "They do.")
      """))

@Test func `a lesson is cells with prose and code, and does not show the answers`() {
  #expect(small.title == "Small" && small.summary == "Two cells.")
  #expect(small.cells.map(\.title) == ["One", "Two"])
  #expect(small.cells[0].prose == ["Numbers add up."])
  #expect(small.cells[0].shownCode == "a = 1 + 1\na")
}

@Test func `a learner tries lines of their own, answers, and hears how it went`() async {
  let learner = Learner(answers: ["3 * 5", "", "3", "2", ""])
  #expect(await learner.attend(small, isListening: true) == .finished)
  for heard in ["15\n", "? What is a?", "Not quite.", "Right. It is two.", "Done: 0 of 1"] {
    #expect(learner.said.contains(heard), "\(heard)")
  }
  #expect(learner.claimCount == 1)
}

@Test func `a learner who gives up sees the answer, and one who leaves is let go`() async {
  let learner = Learner(answers: ["", "", "q"])
  #expect(await learner.attend(small, isListening: true) == .left)
  #expect(learner.said.contains("  2. It is two."))
  #expect(learner.claimCount == 0)
}

@Test func `a claim that does not hold ends the lesson`() async {
  let lesson = Lesson(
    number: 1, Source(name: "a.gen", text: "## A\n# %% One\n# So.\nclaim(1 > 2, \"So.\")\n"))
  let learner = Learner()
  #expect(await learner.attend(lesson, isListening: false) == .failed)
  #expect(learner.said.contains("this does not hold: So."))
}
