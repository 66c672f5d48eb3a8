import Foundation

/// Whether a file made again has the same bytes.
public enum Reproduction: Sendable, Hashable {
  case same(byteCount: Int)
  /// The first byte that differs, counted from 0, and both sizes.
  case different(at: Int, byteCount: Int, otherByteCount: Int)

  /// Compares two files piece by piece.
  ///
  /// - Throws: `CocoaError` when one cannot be read; `CancellationError`.
  public init(comparing first: String, with second: String) throws {
    let files = try [first, second].map {
      try FileHandle(forReadingFrom: URL(fileURLWithPath: $0))
    }
    defer { for file in files { try? file.close() } }
    let sizes = try files.map { Int(try $0.seekToEnd()) }
    for file in files { try file.seek(toOffset: 0) }
    var offset = 0
    while true {
      try Task.checkCancellation()
      let pieces = try files.map { try $0.read(upToCount: 1 << 20) ?? Data() }
      if pieces[0] != pieces[1] {
        let equal = zip(pieces[0], pieces[1]).prefix { $0 == $1 }.count
        self = .different(at: offset + equal, byteCount: sizes[0], otherByteCount: sizes[1])
        return
      }
      offset += pieces[0].count
      guard !pieces[0].isEmpty else { break }
    }
    self = .same(byteCount: offset)
  }
}

extension Manifest {
  /// What is other here than where the file was made, in sentences without full stops: reasons why
  /// it may come out differently.
  public func differences(from world: Graph.World, machine: String) -> [String] {
    var reasons: [String] = []
    if program != world.program {
      reasons.append("it was made by \(program), this is \(world.program)")
    }
    if self.machine != machine {
      reasons.append("it was made on a machine of the kind \(self.machine), this is \(machine)")
    }
    if numericMode != world.numericMode {
      reasons.append(
        "numbers were worked out as \(numericMode), are worked out as \(world.numericMode)")
    }
    for model in models {
      guard let here = try? world.model(model.name) else {
        reasons.append("the model \(model.name) is not here")
        continue
      }
      if here.hash != model.hash {
        reasons.append("the weights of the model \(model.name) are other ones")
      }
    }
    return reasons
  }

  /// For people: what was called, with which seeds and models, by which program.
  public var summary: String {
    var lines = ["made by   \(program) on \(machine)", "script    \(file)", "call      \(call)"]
    if !seeds.isEmpty {
      lines.append("seeds     \(seeds.map(String.init).joined(separator: ", "))")
    }
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
      lines.append("set       \(name) = \(value)")
    }
    for model in models {
      lines.append("model     \(model.name), \(model.licence), weights \(model.hash.prefix(12))")
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
