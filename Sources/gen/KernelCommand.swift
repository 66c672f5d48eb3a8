import ArgumentParser
import Foundation
import GenKernel
import GenSession

struct KernelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel", abstract: "Makes Gen a kernel of Jupyter, or runs as one.",
    subcommands: [Install.self, Uninstall.self, List.self, Run.self], defaultSubcommand: List.self)

  struct Options: ParsableArguments {
    @Flag(help: "Your own folder, which is also meant when nothing else is said.")
    var user = false
    @Option(help: ArgumentHelp("Below a folder, such as a virtual environment.", valueName: "dir"))
    var prefix: String?
    @Option(help: "The name by which Jupyter knows the kernel.") var name = "gen"

    func validate() throws {
      if user, prefix != nil { throw ValidationError("Say either --user or --prefix.") }
    }

    func spec() throws -> KernelSpec {
      let folder = prefix.map { URL(filePath: ($0 as NSString).expandingTildeInPath).path }
      return try KernelSpec(named: name, in: folder.map { .prefix($0) } ?? .user)
    }
  }

  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "install", abstract: "Lets Jupyter find Gen.",
      discussion: "Afterwards `jupyter lab` offers notebooks with Gen.")
    @OptionGroup var options: Options

    func run() throws {
      try KernelCommand.telling {
        let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
        let stdlib = ProcessInfo.processInfo.environment["GEN_STDLIB"]
        let folder = try options.spec().install(program: program, stdlib: stdlib)
        put("installed \(options.name) in \(folder)\n")
      }
    }
  }

  struct Uninstall: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "uninstall", abstract: "Takes a kernel away again.")
    @OptionGroup var options: Options

    func run() throws {
      try KernelCommand.telling { put("removed \(try options.spec().uninstall())\n") }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists the kernels of Gen.")

    func run() throws {
      let kernels = KernelSpec.all()
      for kernel in kernels {
        put("\(kernel.name)  \(kernel.folder)\n    starts \(kernel.program)\n")
      }
      if kernels.isEmpty { put("none is installed; begin with: gen kernel install\n") }
    }
  }

  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run", abstract: "Serves one notebook; Jupyter starts it.")
    @Option(help: ArgumentHelp("Where to listen, as Jupyter says it.", valueName: "file"))
    var connectionFile: String

    func run() async throws {
      let options = try Workshop.Options.standard()
      do {
        try await KernelHost.run(options, connectionFile: connectionFile)
      } catch let error as KernelError {
        throw KernelCommand.complaint(error)
      }
    }
  }

  private static func telling(_ body: () throws -> Void) throws {
    do { try body() } catch let error as KernelError { throw complaint(error) }
  }

  private static func complaint(_ error: KernelError) -> ExitCode {
    put("\(error)\n", on: STDERR_FILENO)
    return ExitCode(1)
  }
}
