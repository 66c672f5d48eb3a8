import Foundation
import GenLanguage
import GenPipeline
import GenSession
import GenStages

extension Kernel {
  /// Runs a cell and tells what it shows.
  ///
  /// - Parameter number: How many requests have come before and with it.
  func execute(_ request: Request, _ number: Int) async throws {
    let content = try request.content(ExecuteRequest.self)
    let count = await session.cellCount + 1
    guard number > state.withLock(\.abortedCount) else {
      return post.reply(to: request, ExecuteReply(status: "aborted", executionCount: count))
    }
    if !content.isSilent {
      let input = ExecuteInput(code: content.code, executionCount: count)
      post.publish("execute_input", input, for: request)
      progress.begin(for: request)
    }
    let output = CellOutput(
      for: request, number: count, isSilent: content.isSilent,
      isAnswered: !content.isSilent && content.allow_stdin ?? true, post: post, renderer: renderer,
      progress: progress)
    outlet.lead(to: output)
    let entry = await stoppable { [self] in await enter(content, showing: output) }
    await output.drain()
    progress.end()
    if entry == .finished { await put(output.questions, for: request, through: output) }
    let error = await output.finish(isStopped: entry == .failed)
    outlet.lead(to: nil)

    var reply = ExecuteReply(status: error == nil ? "ok" : "error", executionCount: count)
    (reply.ename, reply.evalue, reply.traceback) = (error?.ename, error?.evalue, error?.traceback)
    if entry == .left { reply.payload = [.init(source: "ask_exit")] }
    if error == nil {
      for (name, expression) in content.user_expressions ?? [:] {
        reply.userExpressions[name] = await stoppable { [self] in await value(of: expression) }
      }
    }
    state.withLock { state in
      if content.isKept, !content.code.allSatisfy(\.isWhitespace) {
        state.history.add(content.code, line: count, output: output.plainResult)
      }
      if error != nil, content.stop_on_error ?? true { state.abortedCount = state.arrivedCount }
    }
    post.reply(to: request, reply)
  }

  /// Does work that ``stop()`` cancels.
  private func stoppable<Result: Sendable>(
    _ body: @escaping @Sendable () async -> Result
  ) async -> Result {
    let work = Task { await body() }
    state.withLock { $0.cancel = work.cancel }
    defer { state.withLock { $0.cancel = nil } }
    return await work.value
  }

  /// Runs the code, or does the commands that its lines are, one after the other.
  private func enter(
    _ content: ExecuteRequest, showing output: CellOutput
  ) async -> Session.Entry {
    let lines = content.code.split(whereSeparator: \.isNewline)
      .filter { !$0.allSatisfy(\.isWhitespace) }
    guard !lines.isEmpty else { return .finished }
    let areCommands = lines.allSatisfy { $0.drop(while: \.isWhitespace).hasPrefix(":") }
    return await Output.taken(by: { output.note(.text($0, isError: $1 == STDERR_FILENO)) }) {
      var entry = Session.Entry.finished
      for text in areCommands ? lines.map(String.init) : [content.code] where entry == .finished {
        entry = await session.enter(text, isKept: content.isKept)
      }
      return entry
    }
  }

  private func value(of expression: String) async -> ExecuteReply.Answer {
    do {
      let exhibit = Exhibit(.value(try await session.value(of: expression)), isResult: true)
      for case .result(let bundle) in try await renderer.rendered(exhibit).jupyterOutputs {
        return .value(bundle)
      }
      return .value(JupyterOutput.Bundle(["text/plain": ""]))
    } catch {
      let diagnostic = Studio.describe(error)
      return .error(ErrorReply(ename: diagnostic.code, evalue: diagnostic.message))
    }
  }

  /// Puts the questions of a lesson to the person at the front end.
  private func put(
    _ questions: [Question], for request: Request, through output: CellOutput
  ) async {
    guard !questions.isEmpty else { return }
    await withCheckedContinuation { done in
      // Whoever waits for a person must not hold one of the few threads that tasks run on.
      Thread.detachNewThread { [self] in
        for question in questions {
          output.say(question.page)
          let listener: Classroom.Listener = { self.typed(at: $0, for: request) }
          guard question.isAnswered(by: listener, say: output.say) != nil else { break }
        }
        done.resume()
      }
    }
  }

  /// What somebody types at a prompt; nil when the work was stopped instead.
  private func typed(at prompt: String, for request: Request) -> String? {
    let answer = Answer()
    state.withLock { $0.answer = answer }
    defer { state.withLock { $0.answer = nil } }
    post.ask(request, InputRequest(prompt: prompt))
    return answer.wait()
  }
}
