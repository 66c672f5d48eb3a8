import GenLanguage
import GenPipeline
import GenStages

/// A command of the session: a line that begins with a colon.
struct Command: Sendable {
  struct Context: Sendable {
    let workshop: Workshop
    let scope: Scope
    let cells: [Source]
    let session: Session
  }

  /// What stands behind the name, for Tab.
  enum Argument: Sendable, Equatable {
    case nothing, code, file, command, setting
    /// A verb, a `def` or a model.
    case verb
    /// Perhaps after one of these words.
    case model([String])
    case words([String])
  }

  let name: String
  let summary: String
  /// How it is typed, one way a line; and what else there is to know.
  var usage = ""
  var details = ""
  var argument = Argument.nothing
  /// Returns whether the session goes on.
  let action: @Sendable (Context, String) async -> Bool

  static let all: [Command] = [
    help, doc, type, plan, why, trace, step, play, time, names, cells, edit, undo, set, cache,
    models, save, load, export, quit,
  ]

  static func named(_ name: String) -> Command? { all.first { $0.name == name } }

  static func unknown(_ name: String) -> String {
    let near = Suggestion.nearest(to: name, in: all.map(\.name))
    return "there is no command :\(name)\(near.map { "; did you mean :\($0)?" } ?? "; see :help")"
  }

  /// What `:help NAME` shows.
  var page: String {
    let ways = (usage.isEmpty ? ":\(name)" : usage).split(separator: "\n").map { "  \($0)\n" }
    return "\(summary)\n\n\(ways.joined())" + (details.isEmpty ? "" : "\n\(details)\n")
  }

  static let help: Command = Command(
    name: "help", summary: "Lists the commands, or explains one.", usage: ":help\n:help save",
    argument: .command
  ) { _, name in
    let name = name.hasPrefix(":") ? String(name.dropFirst()) : name
    if let command = named(name) {
      put(command.page)
    } else if !name.isEmpty {
      putLine(unknown(name))
    } else {
      putLine("Type a line of the language; an open bracket goes on in the next line.\n")
      for command in all { putLine("  :\(command.name.padded(to: 7))  \(command.summary)") }
      putLine("\n:help save explains :save and so on for each.")
      putLine("Ctrl-C stops the work and keeps the session; Ctrl-D leaves.")
    }
    return true
  }

  static let doc: Command = Command(
    name: "doc", summary: "Explains a verb or a model; alone, lists them all.",
    usage: ":doc\n:doc resize", argument: .verb
  ) { context, name in
    if name.isEmpty {
      put(context.workshop.contents())
    } else if let page = context.workshop.page(of: name) {
      put(page)
    } else {
      putLine("there is nothing named '\(name)'. \(context.workshop.suggestion(for: name))")
    }
    return true
  }

  static let type: Command = Command(
    name: "type", summary: "Says the type of an expression.", usage: ":type diffuse(\"a boat\")",
    argument: .code
  ) { context, text in
    let program = context.workshop.language.check(
      Source(name: "type", text: text), in: context.scope)
    for diagnostic in program.diagnostics { putLine(diagnostic.rendered(in: program.sources)) }
    for type in program.expressionTypes { putLine(type) }
    return true
  }

  static let plan: Command = Command(
    name: "plan", summary: "Shows what a line, or the last cell, would take; runs nothing.",
    usage: ":plan\n:plan diffuse(\"a cat\", frames: 24)", argument: .code
  ) { context, text in
    guard let source = text.isEmpty ? context.cells.last : Source(name: "plan", text: text) else {
      putLine("there is no cell yet: write :plan and a line of the language")
      return true
    }
    let program = context.workshop.language.check(source, in: context.scope)
    for diagnostic in program.diagnostics { putLine(diagnostic.rendered(in: program.sources)) }
    guard !program.hasErrors else { return true }
    var scope = context.scope
    do {
      let plan = try await context.workshop.plan(program, in: &scope)
      put(plan.text(title: source.name, width: Terminal.current().columns))
    } catch {
      putLine(Studio.describe(error).rendered(in: program.sources))
    }
    return true
  }

  static let names: Command = Command(name: "names", summary: "Lists what has been bound.") {
    context, _ in
    for (name, type) in context.scope.types.sorted(by: { $0.key < $1.key }) {
      putLine("  \(name.padded(to: 12))  \(type)")
    }
    return true
  }

  static let cells: Command = Command(
    name: "cells", summary: "Lists the cells typed so far.",
    details: ":edit 3 takes up the third, :save talk.gen keeps them as a script."
  ) { context, _ in
    for cell in context.cells {
      let lines = cell.text.split(separator: "\n", omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated() {
        putLine(index == 0 ? "\(cell.name) \(line)" : "    \(line)")
      }
    }
    return true
  }

  static let step: Command = Command(
    name: "step", summary: "Walks through the steps in which something was drawn.",
    usage: ":step picture\n:step\n:step back\n:step 7", argument: .code
  ) { context, argument in
    await context.session.step(argument)
    return true
  }

  static let quit: Command = Command(name: "quit", summary: "Leaves.") { _, _ in false }
}
