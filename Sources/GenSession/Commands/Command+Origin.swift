import GenLanguage
import GenPipeline
import GenStages

extension Command {
  static let why: Command = Command(
    name: "why", summary: "Says why something has to be computed anew, or not; runs nothing.",
    usage: ":why film\n:why upscale(film)\n:why",
    details: """
      It is compared with the nearest call that the cache remembers. Without anything
      behind it, it is what the last cell came to.
      """, argument: .code
  ) { context, text in
    guard let source = text.isEmpty ? context.cells.last : Source(name: "why", text: text) else {
      putLine("there is no cell yet: write :why and a name or a line of the language")
      return true
    }
    let program = context.workshop.language.check(source, in: context.scope)
    for diagnostic in program.diagnostics { putLine(diagnostic.rendered(in: program.sources)) }
    guard !program.hasErrors else { return true }
    do {
      put(try await context.workshop.why(program, in: context.scope))
    } catch {
      putLine(Studio.describe(error).rendered(in: program.sources))
    }
    return true
  }

  static let trace: Command = Command(
    name: "trace", summary: "Shows the steps in which something was drawn, side by side.",
    usage: ":trace picture\n:trace diffuse(\"a cat\", as: image)",
    details: "Above is what each step began with, below what was seen in it. :step walks through.",
    argument: .code
  ) { context, text in
    guard !text.isEmpty else {
      putLine("write :trace and what was drawn, such as :trace picture")
      return true
    }
    await context.session.showTrace(text)
    return true
  }
}

extension Workshop {
  /// Why what a program comes to has to be computed anew, or not: a paragraph for each value.
  ///
  /// - Throws: ``Diagnostic`` for a program that fails while it is planned.
  func why(_ program: CheckedProgram, in scope: Scope) async throws -> String {
    var scope = scope
    let planner = Planner(cache: cache)
    let found = try await walk(program, planner, in: &scope)
    let source = program.module.source
    var answers = found.map { result in
      let rest = source.text(in: result.place.offset..<source.bytes.count)
      return why(String(rest.prefix(result.place.length)), result.value)
    }
    answers += program.bindings.map { why($0.name, scope.value(of: $0.name)) }
    return answers.isEmpty ? "this comes to no value\n" : answers.joined()
  }

  /// Why a value has to be computed anew, or not.
  public func why(_ name: String, _ value: Value?) -> String {
    guard case .deferred(let node)? = value else {
      return "\(name) is known at once: nothing has to be computed\n"
    }
    let why = Why(node, cache: cache)
    return "\(name) \(why.isCached ? "is not computed anew" : "has to be computed"):\n"
      + why.reasons.map { "  \($0)\n" }.joined()
  }
}
