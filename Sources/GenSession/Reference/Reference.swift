import GenLanguage
import GenModels
import GenPipeline
import GenWeights

/// The pages that help shows, made from the declarations.
extension Workshop {
  /// The page of a verb, a `def` or a model; nil when there is none of that name.
  public func page(of name: String) -> String? {
    let forms = catalog.forms(of: name)
    if !forms.isEmpty { return forms.map(\.page).joined(separator: "\n") }
    if let definition = language.definitions().first(where: { $0.name == name }) {
      return definition.page
    }
    return try? modelPage(name)
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

  /// What somebody may have meant.
  public func suggestion(for name: String) -> String {
    let names = catalog.names + language.definitions().map(\.name) + studio.store.list().map(\.name)
    let near = Suggestion.nearest(to: name, in: names)
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
    return page + wrapped(vocabulary.words.sorted().joined(separator: " "), width: 78, indent: "  ")
  }
}

extension Stage {
  /// Signature, what it does, its parameters and examples.
  var page: String {
    let list = parameters.map { parameter in
      "\(parameter.name): \(parameter.type)" + (parameter.isRequired ? "" : parameter.initialText)
    }
    let resultText = if case .fixed(let type) = result { " -> \(type)" } else { "" }
    var page = "\(name)(\(list.joined(separator: ", ")))\(resultText)\n  \(summary)\n\n"
    let width = parameters.map(\.name.count).max() ?? 0
    for parameter in parameters {
      page += "  \(parameter.name.padded(to: width))  \(parameter.sentence)\n"
    }
    for example in examples { page += "\n  \(example.code)\n    # \(example.result)\n" }
    return page
  }
}

extension ParameterInfo {
  /// What it is for, and between what it may be.
  var sentence: String {
    guard let range else { return documentation }
    let ends = [range.lowerBound, range.upperBound].map { Value.number($0).shortText() }
    return "\(documentation) From \(ends[0]) to \(ends[1])."
  }

  var initialText: String {
    if let setting { return " = set \(setting)" }
    guard let initial else { return "" }
    if case .none = initial { return "" }
    return " = \(initial.shortText())"
  }
}

extension DefinitionInfo {
  var page: String {
    let list = parameters.map { parameter in
      parameter.name + (parameter.type.map { ": \($0)" } ?? "")
        + (parameter.initial.map { " = \($0)" } ?? "")
    }
    let resultText = result.map { " -> \($0)" } ?? ""
    let text = documentation.isEmpty ? "" : "  \(documentation)\n"
    return "\(name)(\(list.joined(separator: ", ")))\(resultText)\n\(text)"
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
