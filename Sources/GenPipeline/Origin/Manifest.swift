import Foundation

/// How a file was made: enough to make it again, and to tell what it owes to whom.
///
/// It goes into the file itself, and says nothing of when or by whom, so that the same program
/// makes the same bytes.
public struct Manifest: Sendable, Hashable, Codable {
  public struct Call: Sendable, Hashable, Codable {
    public let stage: String
    public let version: Int
    public let arguments: [Argument]
  }

  public struct Argument: Sendable, Hashable, Codable {
    public let name: String
    /// As the script would write it; `#2` is the result of the second call.
    public let value: String
  }

  public struct Model: Sendable, Hashable, Codable {
    public let name: String
    /// The digest of the weights.
    public let hash: String
    public let licence: String
  }

  /// Counts up when a reader of the old form would misread the new one.
  public let format: Int
  /// The program's name and version.
  public let program: String
  public let file: String
  public let script: String
  public let settings: [String: String]
  /// The calls that led here, as one pipeline.
  public let call: String
  /// All calls, each after those whose results it takes.
  public let calls: [Call]
  public let seeds: [Int]
  public let models: [Model]
  public let machine: String
  public let numericMode: String
  /// The path in the script under which the file was saved.
  public var output: String?

  public static let currentFormat = 1
  private static let byteLimit = 16 << 20
  private static let callLimit = 2000

  init(of node: Node, program: ProgramOrigin, world: Graph.World) {
    format = Manifest.currentFormat
    self.program = world.program
    file = program.file
    script = program.script
    settings = program.settings
    call = node.chainText(limit: 400)
    let order = Manifest.order(node)
    calls = Manifest.calls(order)
    seeds = Set(order.flatMap(\.seeds)).sorted()
    let hashes = order.reduce(into: [String: String]()) { all, node in
      all.merge(node.facts.models) { $1 }
    }
    models = hashes.sorted { $0.key < $1.key }.map { name, hash in
      Model(name: name, hash: hash, licence: (try? world.model(name).licence) ?? "")
    }
    machine = program.machine
    numericMode = world.numericMode
    output = node.arguments["path"].flatMap { if case .text(let path) = $0 { path } else { nil } }
  }

  /// On one line, keys sorted: the same for the same content.
  public var text: String {
    // A manifest consists of texts and numbers, which JSON can always hold.
    let bytes = (try? JSONEncoder.stable.encode(self)) ?? Data("{}".utf8)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Reads what somebody else may have written.
  ///
  /// - Throws: ``Diagnostic`` `E0805`.
  public init(text: String) throws {
    guard text.utf8.count <= Manifest.byteLimit else {
      throw Diagnostic.noManifest("it is too long")
    }
    struct Form: Codable { let format: Int }
    guard let form = try? JSONDecoder().decode(Form.self, from: Data(text.utf8)) else {
      throw Diagnostic.noManifest("what is there is no manifest")
    }
    guard form.format == Manifest.currentFormat else {
      throw Diagnostic.noManifest("it has form \(form.format), known is \(Manifest.currentFormat)")
    }
    do {
      self = try JSONDecoder().decode(Manifest.self, from: Data(text.utf8))
    } catch {
      throw Diagnostic.noManifest("parts of it are missing or of the wrong kind")
    }
  }

  private static func order(_ node: Node) -> [Node] {
    var done = Set<String>()
    var order: [Node] = []
    var path = [(node: node, isReady: false)]
    while let (node, isReady) = path.popLast(), order.count < callLimit {
      if isReady {
        if done.insert(node.key).inserted { order.append(node) }
      } else if !done.contains(node.key) {
        path.append((node, true))
        for input in node.inputs.reversed() { path.append((input, false)) }
      }
    }
    return order
  }

  private static func calls(_ order: [Node]) -> [Call] {
    var numbers: [String: Int] = [:]
    return order.enumerated().map { index, node in
      numbers[node.key] = index + 1
      let arguments = zip(node.arguments.parameters, node.arguments.values).map {
        Argument(
          name: $0.name, value: $1.text(limit: 2000) { "#\(numbers[$0.key] ?? 0)" })
      }
      return Call(stage: node.stage.name, version: node.stage.version, arguments: arguments)
    }
  }
}

extension Node {
  fileprivate var seeds: [Int] {
    zip(arguments.parameters, arguments.values).compactMap { parameter, value in
      guard parameter.name == "seed" || parameter.setting == "seed" else { return nil }
      return if case .int(let seed) = value { seed } else { nil }
    }
  }
}
