import GenLanguage
import GenPipeline
import GenStages

extension Session {
  /// `:step`: begins a walk through something drawn, or goes on with it.
  func step(_ argument: String) async {
    if let move = Walk.Move(argument) {
      guard walk != nil else {
        putLine("there is no run to walk through; begin with one, such as :step picture")
        return
      }
      if let refusal = walk?.go(move) {
        putLine(refusal)
        return
      }
    } else {
      guard let trace = await trace(argument) else { return }
      walk = Walk(trace)
    }
    do {
      if let page = try walk?.page(on: .current()) { putLine(page) }
    } catch {
      tell(Studio.describe(error), Sources(cells.map(\.source)))
    }
  }

  /// `:trace`: the steps of something drawn, side by side.
  func showTrace(_ expression: String) async {
    guard let trace = await trace(expression) else { return }
    show(.trace(trace), "")
  }

  /// The trace that an expression is, or that of what it drew; nil where it was told what is wrong.
  private func trace(_ expression: String) async -> Trace? {
    let plain = workshop.language.check(Source(name: ":step", text: expression), in: scope)
    let program =
      plain.hasErrors || plain.expressionTypes.last == .trace
      ? plain
      : workshop.language.check(Source(name: ":step", text: "trace(\(expression))"), in: scope)
    for diagnostic in program.diagnostics { tell(diagnostic, program.sources) }
    guard !program.hasErrors else { return nil }
    do {
      if case .trace(let trace) = try await value(of: program) { return trace }
      putLine("there are no steps in this; try :step diffuse(\"a cat\", as: image)")
    } catch is CancellationError {
      say(Self.stopped)
    } catch {
      tell(Studio.describe(error), program.sources)
    }
    return nil
  }
}
