import ArgumentParser
import GenLanguage
import GenSession
import GenMedia

struct Fmt: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Writes scripts in the one style of the language.")

  @Argument(
    help: "The scripts, or - from standard input to standard output.", completion: .scripts)
  var files: [String]
  @Flag(help: "Changes nothing; the exit status is 1 when a script is not in that style.")
  var check = false

  func run() throws {
    var isFine = true
    for file in files where !(try format(file)) { isFine = false }
    if !isFine { throw ExitCode(1) }
  }

  /// - Returns: false when the script cannot be read as a program, or is not as it should be.
  private func format(_ file: String) throws -> Bool {
    let source = try readScript(file)
    let module = Module.parse(source)
    guard let text = ProgramFormatter.format(module) else {
      let sources = Sources([source])
      for diagnostic in module.diagnostics {
        put(diagnostic.rendered(in: sources) + "\n", on: 2)
      }
      return false
    }
    let bytes = Array(text.utf8)
    if file == "-", !check {
      put(text)
      return true
    }
    guard bytes != source.bytes else { return true }
    put("\(file)\n")
    if check { return false }
    let written = try AtomicFile(file)
    try written.write(bytes)
    try written.commit()
    return true
  }
}
