import ArgumentParser
import GenSession
import Glibc

/// Commands say their names: found by reflection, these take milliseconds of every start.
@main
struct Gen: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gen",
    abstract: "Sentences become films: checked before they run, cached, reproducible.",
    discussion: "Without a command, a session opens.",
    version: "gen \(Workshop.version)",
    subcommands: [
      Run.self, Eval.self, Check.self, Fmt.self, PlanCommand.self, WhyCommand.self, Info.self,
      Reproduce.self, Export.self, Diff.self, Train.self, Learn.self, Explain.self, Doc.self,
      Models.self, Cache.self, Bench.self, LSP.self, KernelCommand.self, Completions.self,
      Manual.self, Repl.self,
    ],
    defaultSubcommand: Repl.self)

  /// Exit status: 0 fine, 1 the program is at fault, 2 the command line is, 130 interrupted, 143 terminated.
  static func main() async {
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let code as ExitCode {
      leave(code.rawValue)
    } catch {
      let isUsage = exitCode(for: error) != .success
      let text = fullMessage(for: error)
      if !text.isEmpty { put(text + "\n", on: isUsage ? STDERR_FILENO : STDOUT_FILENO) }
      leave(isUsage ? 2 : 0)
    }
    leave(0)
  }

  /// At once: threads may still be at an operation that was stopped, and libraries that took their
  /// memory away at the end of the program would let them fall.
  private static func leave(_ status: Int32) -> Never {
    fflush(nil)
    _exit(status)
  }
}
