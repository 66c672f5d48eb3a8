import Foundation
import GenLanguage
import GenPipeline
import GenSession
import GenStages
import Synchronization

/// What a cell shows, on its way to those who look on, in the order in which it came.
final class CellOutput: Sendable {
  enum Event: Sendable {
    case exhibit(Exhibit)
    case text(String, isError: Bool = false)
    case problem(Diagnostic, Sources)
    /// Everything before it has been sent.
    case mark(CheckedContinuation<Void, Never>)
  }

  private struct State {
    var problems: [(diagnostic: Diagnostic, text: String)] = []
    var questions: [Question] = []
    var plainResult: String?
  }

  private let request: Request
  private let number: Int
  private let isSilent: Bool
  /// Whether somebody is there to answer the questions of a lesson.
  private let isAnswered: Bool
  private let post: Post
  private let renderer: Renderer
  private let progress: ProgressDisplay
  private let events: AsyncStream<Event>.Continuation
  private let state = Mutex(State())

  init(
    for request: Request, number: Int, isSilent: Bool, isAnswered: Bool, post: Post,
    renderer: Renderer, progress: ProgressDisplay
  ) {
    (self.request, self.number) = (request, number)
    (self.isSilent, self.isAnswered) = (isSilent, isAnswered)
    (self.post, self.renderer, self.progress) = (post, renderer, progress)
    let (stream, events) = AsyncStream.makeStream(of: Event.self)
    self.events = events
    Task { [self] in
      for await event in stream { await publish(event) }
    }
  }

  func note(_ event: Event) { events.yield(event) }

  /// Waits until everything noted so far has been sent.
  func drain() async {
    await withCheckedContinuation { waiting in
      if case .terminated = events.yield(.mark(waiting)) { waiting.resume() }
    }
  }

  /// Sends the rest, and last what was wrong.
  ///
  /// - Parameter isStopped: Whether the cell did not run to its end.
  /// - Returns: The error to be told in the reply; nil where all went well.
  func finish(isStopped: Bool) async -> ErrorReply? {
    await drain()
    events.finish()
    let problems = state.withLock(\.problems)
    guard let first = problems.first?.diagnostic else {
      return isStopped ? told(ErrorReply(ename: "Interrupted", evalue: Session.stopped)) : nil
    }
    let lines = problems.flatMap { $0.text.split(separator: "\n").map(String.init) }
    return told(ErrorReply(ename: first.code, evalue: first.message, traceback: lines))
  }

  /// The questions that are still to be put.
  var questions: [Question] { state.withLock(\.questions) }

  /// The last result as plain text.
  var plainResult: String? { state.withLock(\.plainResult) }

  /// Sends a text at once, after what is sent already.
  func say(_ text: String) { send(.stream(name: "stdout", text: text)) }

  private func publish(_ event: Event) async {
    switch event {
    case .mark(let waiting): waiting.resume()
    case .text(let text, let isError):
      send(.stream(name: isError ? "stderr" : "stdout", text: text))
    case .problem(let diagnostic, let sources):
      let text = diagnostic.rendered(in: sources, color: true) + "  [\(diagnostic.code)]"
      if diagnostic.severity == .warning {
        send(.stream(name: "stderr", text: text + "\n"))
      } else {
        state.withLock { $0.problems.append((diagnostic, text)) }
      }
    case .exhibit(let exhibit):
      switch exhibit.content {
      // They come as problems too, with the texts that they point into.
      case .problem: break
      case .question(let question) where isAnswered:
        state.withLock { $0.questions.append(question) }
      default: await show(exhibit)
      }
    }
  }

  private func show(_ exhibit: Exhibit) async {
    guard !isSilent else { return }
    do {
      for output in try await renderer.rendered(exhibit).jupyterOutputs { send(output) }
    } catch {
      await publish(.problem(Studio.describe(error), Sources()))
    }
  }

  private func send(_ output: JupyterOutput) {
    guard !isSilent else { return }
    switch output {
    case .result(let bundle), .display(let bundle):
      if case .result = output { state.withLock { $0.plainResult = bundle.data["text/plain"] } }
      if let place = progress.takePlace() {
        let display = Display(output: .display(bundle), displayId: place)
        return post.publish("update_display_data", display, for: request)
      }
    case .stream, .error: break
    }
    post.publish(output.type, Display(output: output, executionCount: number), for: request)
  }

  private func told(_ error: ErrorReply) -> ErrorReply {
    send(.error(name: error.ename, message: error.evalue, traceback: error.traceback))
    return error
  }
}

/// Where the session's words go: to the cell at work.
final class Outlet: Sendable {
  private let output = Mutex<CellOutput?>(nil)

  func lead(to output: CellOutput?) { self.output.withLock { $0 = output } }

  func note(_ event: CellOutput.Event) { output.withLock(\.self)?.note(event) }
}
