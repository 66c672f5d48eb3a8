import GenLanguage
import GenModels
import GenPipeline
import GenWeights

/// The pages that help shows, made from the declarations.
extension Workshop {
  /// The page of a verb, a `def` or a model; nil when there is none of that name.
  public func page(of name: String, in scope: Scope = Scope()) -> String? {
    let pages = pages(of: name, in: scope)
    return pages.isEmpty ? try? modelPage(name) : pages.map(\.text).joined(separator: "\n")
  }

  /// The pages of a verb's forms, or that of a `def`; empty when there is none of that name.
  public func pages(of name: String, in scope: Scope = Scope()) -> [ReferencePage] {
    let forms = catalog.forms(of: name)
    return language.definition(of: name, in: scope).map { [$0.page] } ?? forms.map(\.page)
  }

  /// All verbs by topic, one line each.
  public func contents() -> String {
    let topics = Dictionary(grouping: catalog.stages) { $0.topic.isEmpty ? "language" : $0.topic }
    return topics.sorted { $0.key < $1.key }.map { topic, stages in
      var seen: Set<String> = []
      let lines = stages.filter { seen.insert($0.name).inserted }.map { stage in
        "  \(stage.name.padded(to: 12))  \(stage.summary)\n"
      }
      return "\(topic)\n\(lines.sorted().joined())"
    }.joined(separator: "\n")
  }

  /// The verbs, `def`s and models that there are pages of.
  public var pageNames: [String] {
    catalog.names + language.definitions().map(\.name) + studio.store.list().map(\.name)
  }

  /// What somebody may have meant.
  public func suggestion(for name: String) -> String {
    let near = Suggestion.nearest(to: name, in: pageNames)
    return near.map { "Did you mean '\($0)'?" } ?? "`gen doc` lists everything."
  }

  private func modelPage(_ name: String) throws -> String {
    let manifest = try studio.store.manifest(of: name)
    var page =
      "\(manifest.name)  \(manifest.kind) model, \(manifest.licence)\n  \(manifest.summary)\n"
    guard case .here(let files) = try studio.store.availability(of: name),
      let vocabulary = try? Vocabulary(path: files.path(of: "vocabulary.txt"))
    else { return page }
    page += "\nIt knows these \(vocabulary.words.count) words:\n"
    let width = min(78, Terminal.current().columns)
    return page
      + wrapped(vocabulary.words.sorted().joined(separator: " "), width: width, indent: "  ")
  }
}

/// What there is to know of something that can be called.
public struct ReferencePage: Sendable {
  public struct Parameter: Sendable {
    public let name: String
    /// As the signature has it: `width: Int`.
    public let text: String
    public let documentation: String
  }

  public let name: String
  public let parameters: [Parameter]
  /// ` -> Image`; empty where the result depends on the arguments.
  let result: String
  public let summary: String
  let examples: [Stage.Example]

  /// `resize(picture: Image, width: Int, height: Int) -> Image`.
  public var signature: String {
    "\(name)(\(parameters.map(\.text).joined(separator: ", ")))\(result)"
  }

  /// What the parameters are and how it is called, in lines.
  public var details: String {
    let width = parameters.map(\.name.count).max() ?? 0
    let lines = parameters.filter { !$0.documentation.isEmpty }
      .map { "  \($0.name.padded(to: width))  \($0.documentation)\n" }
    return lines.joined() + examples.map { "\n  \($0.code)\n    # \($0.result)\n" }.joined()
  }

  public var text: String {
    signature + "\n" + (summary.isEmpty ? "" : "  \(summary)\n")
      + (details.isEmpty ? "" : "\n\(details)")
  }
}

extension Stage {
  var page: ReferencePage {
    let type = if case .fixed(let type) = result { " -> \(type)" } else { "" }
    return ReferencePage(
      name: name, parameters: parameters.map(\.page), result: type, summary: summary,
      examples: examples)
  }
}

extension ParameterInfo {
  fileprivate var page: ReferencePage.Parameter {
    let limits = range.map { range in
      let ends = [range.lowerBound, range.upperBound].map { end in
        (Int(exactly: end).map(Value.int) ?? .number(end)).shortText()
      }
      return " From \(ends[0]) to \(ends[1])."
    }
    return ReferencePage.Parameter(
      name: name, text: "\(name): \(type)" + (isRequired ? "" : initialText),
      documentation: documentation + (limits ?? ""))
  }

  private var initialText: String {
    if let setting { return " = set \(setting)" }
    guard let initial else { return "" }
    if case .none = initial { return "" }
    return " = \(initial.shortText())"
  }
}

extension DefinitionInfo {
  var page: ReferencePage {
    let list = parameters.map { parameter in
      let text =
        parameter.name + (parameter.type.map { ": \($0)" } ?? "")
        + (parameter.initial.map { " = \($0)" } ?? "")
      return ReferencePage.Parameter(name: parameter.name, text: text, documentation: "")
    }
    return ReferencePage(
      name: name, parameters: list, result: result.map { " -> \($0)" } ?? "",
      summary: documentation, examples: [])
  }
}

extension String {
  func padded(to width: Int) -> String {
    count >= width ? self : self + String(repeating: " ", count: width - count)
  }
}

/// Words in lines of at most `width` characters.
func wrapped(_ text: String, width: Int, indent: String) -> String {
  var lines: [String] = []
  var line = indent
  for word in text.split(separator: " ") {
    if line.count + word.count + 1 > width, line.count > indent.count {
      lines.append(line)
      line = indent
    }
    line += (line.count == indent.count ? "" : " ") + word
  }
  return (lines + [line]).map { $0 + "\n" }.joined()
}
