import Foundation
import GenMedia

/// What Jupyter has to find to offer a kernel: a folder with a description and pictures.
///
/// - Source: "Kernel specs", jupyter_client 8.6.
public struct KernelSpec: Sendable {
  /// Where kernels are installed.
  public enum Place: Sendable {
    /// For the person who asks.
    case user
    /// Below a folder such as `/usr/local` or a virtual environment.
    case prefix(String)

    /// The folder that Jupyter looks into.
    func folder(_ environment: [String: String]) -> String {
      switch self {
      case .prefix(let prefix): prefix + "/share/jupyter/kernels"
      case .user:
        (environment["JUPYTER_DATA_DIR"] ?? environment["XDG_DATA_HOME"].map { $0 + "/jupyter" }
          ?? (environment["HOME"] ?? "") + "/.local/share/jupyter") + "/kernels"
      }
    }
  }

  /// A kernel of Gen that is installed.
  public struct Installed: Sendable, Equatable {
    public let name: String
    public let folder: String
    /// The program that it starts.
    public let program: String
  }

  private let name: String
  private let folder: String

  /// - Throws: ``KernelError/badName(_:)``.
  public init(
    named name: String, in place: Place,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(KernelError) {
    guard name.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9._\-]*/) != nil else { throw .badName(name) }
    self.name = name
    folder = place.folder(environment) + "/" + name.lowercased()
  }

  /// Writes the folder, in the place of one that is there.
  ///
  /// - Parameters:
  ///   - program: The path of `gen`.
  ///   - stdlib: Where the standard library is, where the program would not find it by itself.
  /// - Returns: The folder.
  /// - Throws: ``KernelError``.
  public func install(program: String, stdlib: String? = nil) throws(KernelError) -> String {
    var variables = ["GOMP_SPINCOUNT": "2000"]
    variables["GEN_STDLIB"] = stdlib
    let description = Description(
      argv: [program] + Self.arguments,
      displayName: name == "gen" ? "Gen" : "Gen (\(name))", env: variables)
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try write(Array(encoder.encode(description)), to: "kernel.json")
      try write(Array(Logo.svg.utf8), to: "logo-svg.svg")
      for side in [32, 64] {
        if let logo = Logo.picture(side: side) {
          try write(logo.png(), to: "logo-\(side)x\(side).png")
        }
      }
    } catch {
      let reason = (error as? MediaError)?.description ?? (error as NSError).localizedDescription
      throw .cannotInstall(folder: folder, reason: reason)
    }
    return folder
  }

  /// - Returns: The folder that is gone.
  /// - Throws: ``KernelError/notInstalled(name:)`` where there is none, or one that is not Gen's.
  public func uninstall() throws(KernelError) -> String {
    guard Self.installed(at: folder) != nil else { throw .notInstalled(name: name) }
    do { try FileManager.default.removeItem(atPath: folder) } catch {
      throw .cannotInstall(folder: folder, reason: (error as NSError).localizedDescription)
    }
    return folder
  }

  /// The kernels of Gen that Jupyter finds, by name.
  public static func all(
    in places: [Place] = [.user, .prefix("/usr/local"), .prefix("/usr")],
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> [Installed] {
    places.flatMap { place in
      let folder = place.folder(environment)
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.sorted().compactMap { installed(at: folder + "/" + $0) }
    }
  }

  private static let arguments = ["kernel", "run", "--connection-file", "{connection_file}"]

  private static func installed(at folder: String) -> Installed? {
    guard let data = FileManager.default.contents(atPath: folder + "/kernel.json"),
      let argv = try? JSONDecoder().decode(Description.Start.self, from: data).argv,
      let program = argv.first, Array(argv.dropFirst()) == arguments
    else { return nil }
    let name = folder.split(separator: "/").last.map(String.init) ?? folder
    return Installed(name: name, folder: folder, program: program)
  }

  private func write(_ bytes: [UInt8], to name: String) throws {
    let file = try AtomicFile(folder + "/" + name)
    try file.write(bytes)
    try file.commit()
  }

  private struct Description: Encodable {
    let argv: [String]
    let displayName: String
    let language = "gen"
    let interruptMode = "message"
    let env: [String: String]

    struct Start: Decodable { let argv: [String] }
  }
}
