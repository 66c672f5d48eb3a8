import ArgumentParser
import Foundation
import GenLanguage
import GenMedia
import GenPipeline
import GenSession

struct Reproduce: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "Makes a file again from the script inside it and compares the bytes.")

  @Argument(
    help: "A film, picture, sound, mesh or fitted model that Gen saved.", completion: .file())
  var file: String
  @Option(name: .long, help: "Keeps what was made in this folder.", completion: .directory)
  var keep: String?

  func run() async throws {
    guard let text = try described(file).manifest else {
      throw fault(Diagnostic.noManifest(in: file))
    }
    let manifest: Manifest
    do { manifest = try Manifest(text: text) } catch { throw fault(error) }
    guard let output = manifest.output else { throw fault(Diagnostic.noManifest(in: file)) }

    let folder = keep ?? NSTemporaryDirectory() + "gen-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { if keep == nil { try? FileManager.default.removeItem(atPath: folder) } }
    let arguments =
      ["--quiet", "--out", folder]
      + manifest.settings.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] }
    let options = try WorkOptions.parse(arguments)
    let job = try Job(options, Source(name: manifest.file, text: manifest.script))
    try await refuseSecrets(of: job, in: manifest)
    // Results that were kept would prove nothing.
    job.workshop.runner.useCache(false)
    try await job.run(showing: false)

    let made = folder + "/" + output
    guard FileManager.default.fileExists(atPath: made) else {
      throw fault(Diagnostic.notMadeAgain(output))
    }
    switch try Reproduction(comparing: file, with: made) {
    case .same(let count):
      put("\(file): made again, the same \(count) bytes\n")
    case .different(let offset, let count, let other):
      put("\(file): differs from byte \(offset) on (\(count) bytes, made again \(other))\n")
      let world = job.workshop.world
      for reason in manifest.differences(from: world, machine: Workshop.machine) {
        put("  \(reason)\n")
      }
      throw ExitCode(1)
    }
  }

  /// What hides people by secret noise is not made again: it would come out otherwise, and spend more.
  ///
  /// - Throws: `ExitCode` 1 where the file is such a result.
  private func refuseSecrets(of job: Job, in manifest: Manifest) async throws {
    var scope = try await job.startScope()
    let program = try job.checked(in: scope)
    let calls = try await job.workshop.plan(program, in: &scope).privacyCalls
    guard let call = calls.first(where: { $0.epsilon < .infinity }) else { return }
    put(
      """
      \(file): cannot be made again: the noise that protects the rows of \(call.sources.first ?? "its table") is
        secret, so that nobody can take it away. Its script would make another result and spend an epsilon
        of \(Value.number(call.epsilon).shortText(limit: 20)) once more; keep the file.

      """)
    throw ExitCode(1)
  }
}

extension Diagnostic {
  static func noManifest(in file: String) -> Diagnostic {
    Diagnostic(
      "E0805", message: "\"\(file)\" carries no manifest",
      hint: "use a file that Gen saved and that no later program has rewritten")
  }

  static func notMadeAgain(_ path: String) -> Diagnostic {
    Diagnostic(
      "E0807", message: "the script inside the file did not write \"\(path)\" again",
      hint: "look at the script: gen info --script FILE")
  }
}
