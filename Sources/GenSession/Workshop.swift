import CGenKernels
import Foundation
import GenLanguage
import GenMedia
import GenPipeline
import GenStages
import GenWeights

/// Everything that a script needs to be checked, planned and run, put together once.
public struct Workshop: Sendable {
  public static let version = "0.1.0"

  public struct Options: Sendable {
    public var stdlib: String
    public var outputFolder = "."
    public var allowedFolders: [String] = []
    /// nil keeps nothing on disk.
    public var cache: CachePlace?
    /// Reads the modules that programs use.
    public var reader: FileModules.Reader = FileBytes.read
    /// Bytes of results that stay in memory.
    public var memoryLimit = Runner.Settings().memoryLimit
    public init(stdlib: String) { self.stdlib = stdlib }
  }

  public let options: Options
  public let studio: Studio
  public let catalog: Catalog
  public let language: Language
  public let world: Graph.World
  public let cache: DiskCache?
  public let runner: Runner
  public let graph: Graph
  public let ledger = Ledger()
  /// What work costs on this machine.
  public let prices: Prices
  public let journal = Journal()
  /// What earlier programs spent of the privacy of tables.
  let privacy = PrivacyLog()

  /// - Parameters:
  ///   - announce: Called from any thread with what verbs tell.
  ///   - events: Called from any thread with what the runner does.
  public init(
    _ options: Options,
    announce: @escaping @Sendable (Studio.Announcement) -> Void,
    events: @escaping @Sendable (RunEvent) -> Void
  ) {
    let store = ModelStore(stdlib: options.stdlib, home: ModelStore.home(environmentVariables()))
    let studio = Studio(
      store: store, outputFolder: options.outputFolder, allowedFolders: options.allowedFolders
    ) { [ledger, journal] announcement in
      journal.note(announcement, ledger)
      announce(announcement)
    }
    let cache = options.cache.map(DiskCache.init)
    let files = FileDigests(cache: cache)
    let world = Graph.World(
      program: "gen \(Self.version)", numericMode: Self.numericMode, files: files,
      describe: Studio.describe,
      model: { name in
        if name.hasSuffix(".safetensors") {
          let digest = try files.digest(of: name)
          return Graph.ModelFacts(hash: digest?.hex ?? "no such file", licence: "")
        }
        let manifest = try store.manifest(of: name)
        return Graph.ModelFacts(hash: manifest.digest.hex, licence: manifest.licence)
      })
    prices = Prices(
      folder: options.cache?.folder,
      machine: "\(Self.processor), \(Self.numericMode), gen \(Self.version)")
    self.options = options
    self.studio = studio
    self.cache = cache
    self.world = world
    catalog = .standard(studio)
    language = Language(
      vocabulary: catalog,
      resolver: FileModules(libraries: [options.stdlib], reader: options.reader),
      prelude: FileModules(libraries: [options.stdlib])
        .source(for: "prelude", isFile: false, from: ""))
    var settings = Runner.Settings()
    settings.memoryLimit = options.memoryLimit
    runner = Runner(world: world, cache: cache, settings: settings) { [ledger, journal] event in
      ledger.note(event)
      journal.note(event)
      events(event)
    }
    graph = Graph(world: world, demanding: runner)
  }

  /// What the processor lets numbers come out as: the same kind, the same bytes.
  public static let numericMode: String = {
    switch cgen_machine_isa() {
    case .amx: "bf16 amx"
    case .avx512Bf16: cgen_machine_prefers_bf16() ? "bf16 avx512" : "f32 avx512bf16"
    case .avx512: "f32 avx512"
    case .avx2: "f32 avx2"
    default: "f32"
    }
  }()

  /// The processor's name and how many there are, as the system tells them.
  private static var processor: String {
    let facts = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let name = facts.split(separator: "\n").first { $0.hasPrefix("model name") }
      .flatMap { $0.split(separator: ":").last }
    let count = ProcessInfo.processInfo.activeProcessorCount
    return "\(name?.drop(while: \.isWhitespace) ?? "\(machine)") x\(count)"
  }
  /// The program and what it runs on, as pages tell it.
  public static var origin: String { "gen \(version) on \(machine), \(numericMode)" }

  public static var machine: String {
    #if arch(x86_64)
      "x86_64 linux"
    #else
      "arm64 linux"
    #endif
  }
}
