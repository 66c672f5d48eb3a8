import ArgumentParser
import Foundation
import GenSession

struct Manual: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Writes the manual page, made of what --help says.",
    discussion: """
      Read it:    gen manual | man -l -
      Install it: gen manual > ~/.local/share/man/man1/gen.1
      """)

  func run() throws {
    let info = try JSONDecoder().decode(ManualPage.Info.self, from: Data(Gen._dumpHelp().utf8))
    put(ManualPage(info.command).text)
  }
}

/// The commands with their arguments as a page for `man`.
///
/// - Source: man(7), groff 1.22.
struct ManualPage {
  struct Info: Decodable { let command: Command }

  struct Command: Decodable {
    let shouldDisplay: Bool?
    let commandName: String
    let abstract: String?
    let discussion: String?
    let subcommands: [Command]?
    let arguments: [Argument]?
  }

  struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String
    }
    let kind: String
    let shouldDisplay: Bool
    let isOptional: Bool
    let isRepeating: Bool
    let names: [Name]?
    let valueName: String?
    let defaultValue: String?
    let abstract: String?
  }

  private let command: Command

  init(_ command: Command) { self.command = command }

  var text: String {
    """
    .TH GEN 1 "" "gen \(Workshop.version)" "User Commands"
    .SH NAME
    gen \\- \(Self.escaped(command.abstract ?? ""))
    .SH SYNOPSIS
    .B gen
    [\\fICOMMAND\\fR [\\fIARGUMENT\\fR ...]]
    .SH DESCRIPTION
    \(Self.paragraphs(command.discussion))
    .SH COMMANDS
    \(sections(command.subcommands ?? [], within: "gen"))
    .SH EXIT STATUS
    0 where all went well, 1 where the program is at fault, 2 where the command line is, 130 when interrupted,
    143 when terminated.
    .SH ENVIRONMENT
    .TP
    .B GEN_STDLIB
    The folder of the standard library.
    .TP
    .B GEN_HOME
    Where models are kept.
    .TP
    .B GEN_CACHE, GEN_CACHE_SIZE
    Where results are kept, and how much of them.
    .TP
    .B NO_COLOR, TERM, COLORTERM, COLUMNS
    How text and pictures are shown.

    """
  }

  private func sections(_ commands: [Command], within path: String) -> String {
    commands.filter { $0.shouldDisplay != false && $0.commandName != "help" }.map { command in
      let name = "\(path) \(command.commandName)"
      let arguments = (command.arguments ?? []).filter {
        $0.shouldDisplay && !["help", "version"].contains($0.names?.last?.name)
      }
      let inner = sections(command.subcommands ?? [], within: name)
      return """
        .SS \(Self.escaped(([name] + Self.usage(arguments)).joined(separator: " ")))
        \(Self.paragraphs(command.abstract))
        \(Self.paragraphs(command.discussion))
        \(arguments.map(\.entry).joined(separator: "\n"))
        \(inner)
        """
    }.joined(separator: "\n").split(separator: "\n").joined(separator: "\n")
  }

  /// What stands behind a command: its arguments by name, its options as a whole.
  private static func usage(_ arguments: [Argument]) -> [String] {
    let places = arguments.filter { $0.kind == "positional" }.map(\.usage)
    return places + (places.count < arguments.count ? ["[OPTION ...]"] : [])
  }

  private static func paragraphs(_ text: String?) -> String {
    (text ?? "").split(separator: "\n").map { ".PP\n" + escaped(String($0)) }
      .joined(separator: "\n")
  }

  /// A line in which nothing is taken for a request to `man`.
  static func escaped(_ text: String) -> String {
    let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
    return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
  }
}

extension ManualPage.Argument {
  private var name: String {
    if let name = names?.last { return (name.kind == "long" ? "--" : "-") + name.name }
    return "<\(valueName ?? "")>"
  }

  fileprivate var usage: String {
    let whole = name + (isRepeating ? " ..." : "")
    return isOptional ? "[\(whole)]" : whole
  }

  fileprivate var entry: String {
    let initial = kind == "option" ? defaultValue.map { " (default: \($0))" } ?? "" : ""
    return """
      .TP
      .B \(ManualPage.escaped(name + (kind == "option" ? " <\(valueName ?? "value")>" : "")))
      \(ManualPage.escaped((abstract ?? "") + initial))
      """
  }
}
