import ArgumentParser
import Foundation
import GenSession

struct Learn: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn",
    abstract: "Gives a lesson, cell by cell with questions; without a number, lists the lessons.",
    discussion: "Without a terminal the lesson runs through.")

  @Argument(help: "The number of a lesson.") var number: Int?
  @OptionGroup var options: WorkOptions

  func run() async throws {
    let console = Console(options.manner)
    let questions = Classroom.Questions()
    let isListening = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
    let workshop = try options.workshop(console) { announcement in
      if isListening, case .asked(let question) = announcement {
        questions.add(question)
      } else {
        console.tell(announcement)
      }
    }
    let lessons = Lesson.all(in: workshop.options.stdlib + "/lessons")
    guard let number else {
      for lesson in lessons { put("\(lesson.line)\n") }
      put("\nBegin with: gen learn 1\n")
      return
    }
    guard let lesson = lessons.first(where: { $0.number == number }) else {
      throw ValidationError("There is no lesson \(number); they go from 1 to \(lessons.count).")
    }
    let session = Session(
      workshop, show: { console.show($0, facts: $1) }, say: { console.say($0) },
      tell: { console.tell($0, in: $1) })
    let reader = LineReader(history: .standard())
    let listener: Classroom.Listener = { prompt in
      console.rest(true)
      defer { console.rest(false) }
      return reader.answer(to: prompt)
    }
    let classroom = Classroom(
      session, questions: questions, listener: isListening ? listener : nil,
      width: Terminal.current().columns
    ) { put($0) }
    if await classroom.teach(lesson) == .failed { throw ExitCode(1) }
  }
}

extension Lesson {
  /// ` 3  Schedules and samplers   Where the steps go.`
  fileprivate var line: String {
    let digits = number < 10 ? " \(number)" : "\(number)"
    return "\(digits)  \(title.padding(toLength: 34, withPad: " ", startingAt: 0))  \(summary)"
  }
}
