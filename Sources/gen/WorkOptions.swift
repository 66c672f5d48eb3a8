import ArgumentParser
import Foundation
import GenLanguage
import GenPipeline
import GenSession
import GenStages

/// What commands that look at a script have in common.
struct WorkOptions: ParsableArguments {
  @Option(
    name: .long, help: "The folder to write to, instead of the current one.",
    completion: .directory)
  var out = "."

  @Option(
    name: .long,
    help: ArgumentHelp("Another folder that the script may write to.", valueName: "dir"),
    completion: .directory)
  var allowWrite: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Gives a setting its value, whatever the script says.", valueName: "name=value"))
  var set: [String] = []

  @Flag(name: .long, help: "Say nothing but results, warnings and errors.") var quiet = false
  @Flag(name: .long, help: "Tell events as JSON, one a line.") var json = false

  var manner: Console.Manner { json ? .json : quiet ? .quiet : .text }

  /// - Parameters:
  ///   - announce: Told what verbs tell, instead of the console.
  ///   - memoryLimit: Bytes of results that stay in memory.
  /// - Throws: `ValidationError` when the standard library is not found or a variable makes no sense.
  func workshop(
    _ console: Console, announce: (@Sendable (Studio.Announcement) -> Void)? = nil,
    memoryLimit: Int? = nil
  ) throws -> Workshop {
    Workshop(
      try workshopOptions(memoryLimit: memoryLimit), announce: announce ?? { console.tell($0) },
      events: { console.tell($0) })
  }

  /// - Throws: as ``workshop(_:announce:)`` does.
  func workshopOptions(memoryLimit: Int? = nil) throws -> Workshop.Options {
    var options = try Workshop.Options.standard()
    options.outputFolder = out
    options.allowedFolders = allowWrite
    options.memoryLimit = memoryLimit ?? options.memoryLimit
    return options
  }

  /// The settings given with `--set`, as statements of the language.
  func settings() throws -> [String: String] {
    try set.reduce(into: [:]) { settings, text in
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw ValidationError("--set takes NAME=VALUE, such as seed=3, not \"\(text)\"")
      }
      settings[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
  }
}

extension Workshop.Options {
  /// With the standard library and the cache where the environment says.
  ///
  /// - Throws: `ValidationError` when the library is not found or a variable makes no sense.
  static func standard() throws -> Self {
    guard let stdlib = Stdlib.folder() else {
      throw ValidationError("The standard library is not found; set GEN_STDLIB to its folder.")
    }
    var options = Self(stdlib: stdlib)
    do {
      options.cache = try CachePlace(environment: environmentVariables())
    } catch let diagnostic as Diagnostic {
      throw ValidationError(diagnostic.message + diagnostic.hint.map { "; \($0)" }.orEmpty)
    }
    return options
  }
}

extension Optional where Wrapped == String {
  var orEmpty: String { self ?? "" }
}

/// A script's text from a file, or from standard input for `-`.
///
/// - Throws: `ValidationError` when it cannot be read.
func readScript(_ path: String) throws -> Source {
  if path == "-" {
    let data = FileHandle.standardInput.readDataToEndOfFile()
    return Source(name: "<stdin>", bytes: Array(data))
  }
  do {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    return Source(name: path, bytes: Array(data))
  } catch {
    let reason = (error as NSError).localizedDescription
    throw ValidationError("\"\(path)\" cannot be read: \(reason)")
  }
}
