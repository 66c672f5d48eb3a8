import Foundation
import GenLanguage
import GenPipeline
import GenStages
import GenPages

extension ReferenceSite {
  var lessons: [Page] {
    Lesson.all(in: workshop.options.stdlib + "/lessons").map { lesson in
      // The title, its first line, is the page's already.
      let rest = lesson.source.text.drop { $0 != "\n" }.dropFirst()
      return Page(kind: .lessons, title: lesson.title, summary: lesson.summary) {
        try await worked(Source(name: lesson.source.name, text: String(rest)))
      }
    }
  }

  /// Scripts of the standard library that show what it can do.
  var examples: [Page] {
    let folder = workshop.options.stdlib + "/examples"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".gen") }.sorted().compactMap { name in
      guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else { return nil }
      let source = Source(name: name, bytes: Array(data))
      let comment = source.text.prefix { $0 != "\n" }.drop { "# ".contains($0) }
      return Page(kind: .examples, title: name, summary: String(comment)) {
        try await worked(source)
      }
    }
  }

  var verbs: [Page] {
    var seen: Set<String> = []
    return workshop.catalog.stages.filter { seen.insert($0.name).inserted }.map { stage in
      let forms = workshop.catalog.forms(of: stage.name)
      return Page(
        kind: .verbs, title: stage.name, topic: stage.topic.isEmpty ? "language" : stage.topic,
        summary: stage.summary
      ) {
        var body = ""
        for form in forms { body += try await section(form, isOnly: forms.count == 1) }
        return body
      }
    }
  }

  var definitions: [Page] {
    workshop.language.definitions().map { definition in
      Page(
        kind: .verbs, title: definition.name, topic: "prelude", summary: definition.documentation
      ) {
        Self.code(definition.page.signature) + HTML.paragraph(definition.documentation)
      }
    }
  }

  var models: [Page] {
    workshop.studio.store.list().map { model in
      Page(kind: .models, title: model.name, summary: model.summary) {
        "<pre>\(HTML.escaped(workshop.page(of: model.name) ?? ""))</pre>\n"
      }
    }
  }

  var settings: [Page] {
    workshop.language.settings.map { setting in
      Page(kind: .settings, title: setting.name, summary: setting.documentation) {
        let initial = setting.initial.type == .none ? "" : " = \(setting.initial.shortText())"
        return Self.code("set \(setting.name)\(initial)")
          + HTML.paragraph(setting.documentation)
          + HTML.paragraph("It is of the type `\(setting.type)`.")
      }
    }
  }

  var commands: [Page] {
    Command.all.map { command in
      Page(kind: .commands, title: ":" + command.name, summary: command.summary) {
        "<pre>\(HTML.escaped(command.page))</pre>\n"
      }
    }
  }

  /// Messages, each with the program that gets it and what that program is told.
  var messages: [Page] {
    Explanations.codes.map { code in
      let explanation = Explanation.page(code)
      return Page(kind: .messages, title: code, summary: explanation?.title ?? "") {
        guard let explanation else {
          return HTML.paragraph(Explanations.page(of: code) ?? "")
        }
        var body = HTML.paragraph(explanation.text)
        guard !explanation.wrong.isEmpty else { return body }
        body += try await worked(Source(name: "wrong.gen", text: explanation.wrong), isFine: false)
        return body + "<h2>Right</h2>\n" + Self.code(explanation.right)
      }
    }
  }

  private static func code(_ text: String) -> String {
    "<pre class=\"code\"><code>\(HTML.highlighted(text))</code></pre>\n"
  }

  /// A script with what its cells showed.
  ///
  /// - Throws: ``Diagnostic`` of a script that was to be without a fault.
  private func worked(_ source: Source, isFine: Bool = true) async throws -> String {
    let records = try await workshop.records(of: source) { _, _ in }.cells
    for exhibit in records.flatMap(\.exhibits) where isFine {
      if case .problem(let diagnostic, _) = exhibit.content, diagnostic.severity == .error {
        throw diagnostic
      }
    }
    let page = HTMLPage(
      try await Renderer(workshop).rendered(records),
      PageFacts(name: source.name, script: source.text, origin: Workshop.origin))
    return page.body
  }

  private func section(_ form: Stage, isOnly: Bool) async throws -> String {
    let page = form.page
    var body = isOnly ? "" : "<h2>\(HTML.escaped(page.summary))</h2>\n"
    body += Self.code(page.signature)
    if isOnly { body += HTML.paragraph(page.summary) }
    if !page.parameters.isEmpty {
      let rows = page.parameters.map { parameter in
        let type = parameter.text.dropFirst(parameter.name.count + 2)
        return "<tr><td><code>\(HTML.escaped(parameter.name))</code></td>"
          + "<td>\(HTML.escaped(String(type)))</td>"
          + "<td>\(HTML.escaped(parameter.documentation))</td></tr>"
      }
      body += "<div class=\"table\"><table><tbody>\(rows.joined())</tbody></table></div>\n"
    }
    for example in form.examples {
      body += try await worked(Source(name: "example.gen", text: example.code))
    }
    return body
  }
}
