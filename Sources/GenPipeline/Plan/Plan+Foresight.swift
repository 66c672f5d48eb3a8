import Foundation

extension Plan {
  /// Looks at the arguments of calls that are at hand without work worth mentioning, and tells what
  /// would be wrong with their values once they ran; the others stay deferred.
  ///
  /// - Throws: the first ``Diagnostic``, at its call; `CancellationError`.
  public func lookAhead(_ demanding: any Demanding) async throws {
    for node in order {
      guard let foresees = node.stage.foresees, states[node.key] == .run else { continue }
      var values = node.arguments.values
      for place in values.indices where values[place].deferredNodes.allSatisfy(\.isAtHand) {
        // What cannot be worked out is told by the call that cannot.
        values[place] = (try? await demanding.resolved(values[place])) ?? values[place]
      }
      do {
        try await foresees(Arguments(parameters: node.arguments.parameters, values: values))
      } catch let diagnostic as Diagnostic {
        throw diagnostic.placed(at: node.place)
      }
    }
  }
}

extension Node {
  /// Bytes of files that are read to look ahead.
  private static let mostBytes = 16 << 20

  /// Whether it, and all that it works on, comes of light calls and of files that are not large.
  fileprivate var isAtHand: Bool {
    var seen: Set<String> = []
    var waiting = [self]
    while let node = waiting.popLast() {
      guard seen.insert(node.key).inserted else { continue }
      guard node.stage.effort != .heavy, node.stage.effect == .none, !node.isUnknown,
        node.bytesRead <= Self.mostBytes
      else { return false }
      waiting += node.inputs
    }
    return true
  }

  private var bytesRead: Int {
    stage.reads.reduce(0) { sum, name in
      guard case .text(let path)? = arguments[name] else { return sum }
      let facts = try? FileManager.default.attributesOfItem(atPath: path)
      return sum + (facts?[.size] as? Int ?? 0)
    }
  }
}
