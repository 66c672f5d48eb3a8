import Foundation
import GenPipeline

/// Texts: taking apart, putting together, changing letters.
public enum WordVerbs {
  @CatalogBuilder public static var stages: [Stage] {
    asking
    changing
    splitting
    formatting
  }

  @CatalogBuilder private static var asking: [Stage] {
    Stage(
      "length", "Counts the characters of a text.", topic: "words",
      Parameter("text", "The text."), examples: [.init("length(\"boat\")", "4")],
      effort: .instant
    ) { (text: String) in text.count }
    Stage(
      "contains", "Tells whether a text is part of another.", topic: "words",
      Parameter("text", "The text that is searched."),
      Parameter("part", "What is looked for."),
      examples: [.init("\"a boat\" |> contains(\"boat\")", "true")], effort: .instant
    ) { (text: String, part: String) in part.isEmpty || text.contains(part) }
    Stage(
      "starts_with", "Tells whether a text begins with another.", topic: "words",
      Parameter("text", "The text."), Parameter("part", "How it may begin."),
      examples: [.init("starts_with(\"boat\", \"bo\")", "true")], effort: .instant
    ) { (text: String, part: String) in text.hasPrefix(part) }
    Stage(
      "ends_with", "Tells whether a text ends with another.", topic: "words",
      Parameter("text", "The text."), Parameter("part", "How it may end."),
      examples: [.init("ends_with(\"boat\", \"at\")", "true")], effort: .instant
    ) { (text: String, part: String) in text.hasSuffix(part) }
  }

  @CatalogBuilder private static var changing: [Stage] {
    Stage(
      "upper", "Writes a text in capital letters.", topic: "words",
      Parameter("text", "The text."), examples: [.init("upper(\"boat\")", "\"BOAT\"")],
      effort: .instant
    ) { (text: String) in text.uppercased() }
    Stage(
      "lower", "Writes a text in small letters.", topic: "words",
      Parameter("text", "The text."), examples: [.init("lower(\"BOAT\")", "\"boat\"")],
      effort: .instant
    ) { (text: String) in text.lowercased() }
    Stage(
      "strip", "Takes spaces and line breaks off both ends of a text.", topic: "words",
      Parameter("text", "The text."), examples: [.init("strip(\" boat \")", "\"boat\"")],
      effort: .instant
    ) { (text: String) in text.trimmingCharacters(in: .whitespacesAndNewlines) }
    Stage(
      "replace", "Puts a text in the place of another, wherever it stands.", topic: "words",
      Parameter("text", "The text."), Parameter("old", "What is replaced; not empty."),
      Parameter("new", "What takes its place."),
      examples: [.init("replace(\"a boat\", \"boat\", \"kite\")", "\"a kite\"")],
      effort: .instant
    ) { (text: String, old: String, new: String) in
      old.isEmpty ? text : text.replacingOccurrences(of: old, with: new)
    }
    Stage(
      "reverse", "Turns a text around, letter by letter.", topic: "words",
      Parameter("text", "The text."), examples: [.init("reverse(\"boat\")", "\"taob\"")],
      effort: .instant
    ) { (text: String) in String(text.reversed()) }
  }

  @CatalogBuilder private static var splitting: [Stage] {
    Stage(
      "split", "Takes a text apart wherever another stands in it.", topic: "words",
      Parameter("text", "The text."),
      Parameter("by", "What stands between the parts; empty for single letters.", default: " "),
      examples: [.init("split(\"a,b\", by: \",\")", "[\"a\", \"b\"]")], effort: .instant
    ) { (text: String, separator: String) in
      separator.isEmpty ? text.map(String.init) : text.components(separatedBy: separator)
    }
    Stage(
      "lines", "The lines of a text.", topic: "words", Parameter("text", "The text."),
      examples: [.init("lines(\"a\\nb\")", "[\"a\", \"b\"]")], effort: .instant
    ) { (text: String) in
      text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
    }
    Stage(
      "join", "Puts texts together with something between them.", topic: "words",
      Parameter("texts", "The texts."),
      Parameter("with", "What stands between them.", default: ""),
      examples: [.init("join([\"a\", \"b\"], with: \", \")", "\"a, b\"")], effort: .instant
    ) { (texts: [String], separator: String) in texts.joined(separator: separator) }
  }
}
