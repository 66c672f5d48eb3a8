import GenLanguage
import GenPipeline

extension Command {
  static let set: Command = Command(
    name: "set", summary: "Lists the settings, or gives one its value.",
    usage: ":set\n:set seed\n:set seed = 3",
    details: """
      A setting that gets a value is a cell, `set seed = 3`: :undo takes it back and :save keeps it.
      """, argument: .setting
  ) { context, text in
    let settings = context.workshop.language.settings
    if text.isEmpty {
      for setting in settings { put(setting.line(context.scope)) }
    } else if let setting = settings.first(where: { $0.name == text }) {
      put(setting.line(context.scope))
    } else if text.contains("=") {
      await context.session.run("set \(text)")
    } else {
      let near = Suggestion.nearest(to: text, in: settings.map(\.name))
      let hint = near.map { "did you mean :set \($0)?" } ?? "write :set seed = 3"
      putLine("there is no setting '\(text)'; \(hint)")
    }
    return true
  }
}

extension SettingInfo {
  fileprivate func line(_ scope: Scope) -> String {
    let value = scope.settings[name] ?? initial
    let text = if case .none = value { "is not set" } else { "= \(value.shortText())" }
    let width = min(100, Terminal.current().columns)
    return "  \(name) \(text)\n" + wrapped(documentation, width: width, indent: "      ")
  }
}
