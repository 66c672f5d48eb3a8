import ArgumentParser
import GenSession

struct Completions: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Writes what a shell needs to complete commands, files, verbs and models.",
    discussion: """
      bash: gen completions bash > ~/.local/share/bash-completion/completions/gen
      zsh:  gen completions zsh > _gen, in a folder of $fpath
      fish: gen completions fish > ~/.config/fish/completions/gen.fish
      """)

  @Argument(
    help: "bash, zsh or fish.",
    completion: .list(CompletionShell.allCases.map(\.rawValue)))
  var shell: String

  func run() throws {
    guard let shell = CompletionShell(rawValue: shell) else {
      throw ValidationError("The shells are bash, zsh and fish, not \"\(shell)\".")
    }
    put(Gen.completionScript(for: shell))
  }
}

/// What stands at a place of the command line.
extension CompletionKind {
  static var scripts: CompletionKind { .file(extensions: ["gen"]) }

  /// The verbs, `def`s and models that there are pages of.
  static var pages: CompletionKind {
    .custom { _, _, _ in Workshop.quiet()?.pageNames ?? [] }
  }

  static var models: CompletionKind {
    .custom { _, _, _ in (try? Models.store())?.list().map(\.name) ?? [] }
  }

  static var codes: CompletionKind { .custom { _, _, _ in Explanations.codes } }
}

extension Workshop {
  /// One that only answers questions; nil where the standard library is not found.
  fileprivate static func quiet() -> Workshop? {
    Stdlib.folder().map { Workshop(Options(stdlib: $0), announce: { _ in }, events: { _ in }) }
  }
}
