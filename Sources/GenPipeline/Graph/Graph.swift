import Foundation
import GenDigest

/// Turns calls of stages into values: done at once, or a node to be run when somebody needs it.
///
///     let graph = Graph(world: world, demanding: runner)
///     let film = try await graph.call(diffuse, ["prompt": .text("a boat")], at: place)
///     let result = try await runner.resolved(film)
///
/// Equal calls become equal nodes, so that each runs once.
public struct Graph: Sendable {
  /// What results depend on besides the script.
  public struct World: Sendable {
    public let program: String
    /// The way numbers are worked out, where it changes results: `f32 avx512`.
    public let numericMode: String
    /// The weights of a model by its name; throws when there is no such model.
    public let model: @Sendable (String) throws -> ModelFacts
    public let files: FileDigests
    /// The path of a file as the system knows it, from the path in the script.
    public let locate: @Sendable (String) -> String
    /// What an error of another kind than ``Diagnostic`` tells the person.
    public let describe: @Sendable (any Error) -> Diagnostic

    public init(
      program: String, numericMode: String = "", files: FileDigests = FileDigests(),
      locate: @escaping @Sendable (String) -> String = { $0 },
      describe: @escaping @Sendable (any Error) -> Diagnostic = { .failure($0) },
      model: @escaping @Sendable (String) throws -> ModelFacts
    ) {
      self.program = program
      self.numericMode = numericMode
      self.files = files
      self.locate = locate
      self.describe = describe
      self.model = model
    }
  }

  /// What a result depends on when a model made it.
  public struct ModelFacts: Sendable, Hashable, Codable {
    /// The digest of the weights.
    public let hash: String
    /// SPDX name, such as `Apache-2.0`.
    public let licence: String
    public init(hash: String, licence: String) {
      self.hash = hash
      self.licence = licence
    }
  }

  public let world: World
  private let demanding: any Demanding

  public init(world: World, demanding: any Demanding) {
    self.world = world
    self.demanding = demanding
  }

  /// One call of a stage.
  ///
  /// - Parameters:
  ///   - given: The arguments written in the call, by parameter name.
  ///   - settings: The values of `set` names; `cache` as `off` keeps the result out of the cache.
  ///   - type: The type of the result where the checker found it.
  /// - Returns: The result where it is known at once, otherwise a deferred call.
  /// - Throws: ``Diagnostic`` with the place of the call; `CancellationError`.
  public func call(
    _ stage: Stage, _ given: [String: Value], settings: [String: Value] = [:],
    type: ValueType? = nil, at place: SourcePlace? = nil
  ) async throws -> Value {
    do {
      let arguments = try stage.completed(given, settings: settings)
      let isReady = zip(stage.parameters, arguments.values).allSatisfy {
        !$0.1.needsResolving(as: $0.0.type)
      }
      if stage.effect == .none, stage.effort == .instant, isReady {
        return try await perform(stage, arguments)
      }
      let facts = try await facts(of: stage, arguments)
      let type = try type ?? stage.resultType(of: arguments, given: Set(given.keys))
      let node = Node(
        stage: stage, arguments: arguments, facts: facts, place: place, type: type,
        mayBeKept: settings["cache"].flatMap(String.init) != "off")
      guard stage.effect == .tells else { return .deferred(node) }
      return try await demanding.value(of: node)
    } catch {
      throw world.placed(error, at: place)
    }
  }

  private func perform(_ stage: Stage, _ arguments: Arguments) async throws -> Value {
    if StageContext.current.demand != nil {
      return try await stage.run(arguments) { [demanding] in try await demanding.resolved($0) }
    }
    let context = StageContext.current.demanding { [demanding] in
      try await demanding.resolved($0)
    }
    return try await StageContext.$current.withValue(context) {
      try await stage.run(arguments) { [demanding] in try await demanding.resolved($0) }
    }
  }

  private func facts(of stage: Stage, _ arguments: Arguments) async throws -> CallFacts {
    var described: [CallFacts.Argument] = []
    for (parameter, value) in zip(arguments.parameters, arguments.values) {
      described.append(try CallFacts.Argument(parameter.name, value))
    }
    var models: [String: String] = [:]
    for name in stage.models(arguments) { models[name] = try world.model(name).hash }
    return CallFacts(
      stage: stage.name, version: stage.version, arguments: described, models: models,
      files: try await fileDigests(of: stage, arguments), numericMode: world.numericMode,
      program: world.program)
  }

  private func fileDigests(
    of stage: Stage, _ arguments: Arguments
  ) async throws -> [String: Digest] {
    var digests: [String: Digest] = [:]
    for name in stage.reads {
      guard let argument = arguments[name] else { continue }
      // What a file holds is part of the key, so its name has to be known by now.
      for path in try await demanding.resolved(argument).texts {
        let digest = try world.files.digest(of: world.locate(path))
        digests[path] = digest ?? Digest(of: "no such file")
      }
    }
    return digests
  }
}

extension Graph.World {
  /// The error as a diagnostic at a place; a cancellation stays one.
  func placed(_ error: any Error, at place: SourcePlace?) -> any Error {
    if error is CancellationError { return error }
    let diagnostic = error as? Diagnostic ?? describe(error)
    return diagnostic.placed(at: place)
  }
}

extension CallFacts.Argument {
  init(_ name: String, _ value: Value) throws {
    if case .deferred(let node) = value {
      self.init(name: name, text: value.shortText(), digest: node.facts.key, call: node.stage.name)
    } else {
      self.init(name: name, text: value.shortText(), digest: try value.digest(), call: nil)
    }
  }
}

extension Value {
  /// The texts in it: the paths of an argument that names files.
  fileprivate var texts: [String] {
    switch self {
    case .text(let text): [text]
    case .list(let elements): elements.flatMap(\.texts)
    default: []
    }
  }
}
