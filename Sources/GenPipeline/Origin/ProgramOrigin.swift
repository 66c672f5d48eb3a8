/// The program being run, from which manifests are made.
public struct ProgramOrigin: Sendable, Hashable {
  /// The name of the script's file, without its folder.
  public let file: String
  public let script: String
  /// What was set from outside, as `--set` has it.
  public let settings: [String: String]
  /// The kind of machine, as far as it changes results: `x86-64 avx512`.
  public let machine: String

  public init(file: String, script: String, settings: [String: String] = [:], machine: String) {
    // Where it lies is nobody's business, and must not change the bytes of what it makes.
    self.file = file.split(separator: "/").last.map(String.init) ?? file
    self.script = script
    self.settings = settings
    self.machine = machine
  }
}

extension Runner {
  /// Says what is run from now on: goes into the manifest of each file saved.
  public nonisolated func run(as program: ProgramOrigin) { origin.with { $0 = program } }

  nonisolated func manifest(of node: Node) -> Manifest? {
    origin.with { $0 }.map { Manifest(of: node, program: $0, world: world) }
  }
}
