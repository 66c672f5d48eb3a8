import Foundation
import GenDigest
import GenTensor

/// Runs the steps of a fit: tells how far it is, keeps that in a file, and goes on from there.
///
/// What a step does must depend on its number and the programs' states alone, so that a fit that was
/// stopped ends in the same numbers as one that was not.
struct FittingLoop {
  let run: FittingRun
  let stepCount: Int
  /// Everything that decides the numbers; what another fit kept is not gone on from.
  let identity: String
  let programs: [Program]
  /// Seconds between two writes of the file.
  var interval = 60.0

  /// - Parameters:
  ///   - score: tells the quality after a step, now and then.
  ///   - step: does a step, counted from 0, and returns its losses by name.
  /// - Throws: ``SynthesisError/diverged(step:)``; `CancellationError`, once the file is written;
  ///   what `step` throws.
  func callAsFunction(
    watchedBy score: (Int) async throws -> Float? = { _ in nil },
    _ step: (Int) async throws -> [String: Float]
  ) async throws {
    var (next, saved) = (try resumed(), Date())
    do {
      while next < stepCount {
        try Task.checkCancellation()
        var losses = try await step(next)
        next += 1
        guard losses.values.allSatisfy(\.isFinite) else {
          throw SynthesisError.diverged(step: next)
        }
        losses[FittingEvent.quality] = try await score(next)
        run.report(FittingEvent(step: next, of: stepCount, losses: losses))
        if Date().timeIntervalSince(saved) > interval, next < stepCount {
          try save(next)
          saved = Date()
        }
      }
    } catch let error as CancellationError {
      try save(next)
      throw error
    }
  }

  private func resumed() throws -> Int {
    guard let path = run.checkpoint,
      let checkpoint = FittingCheckpoint(path: path, identity: identity)
    else { return 0 }
    for program in programs {
      let own = Set(program.stateNames)
      try program.setStates(checkpoint.states.filter { own.contains($0.key) })
    }
    return checkpoint.step
  }

  private func save(_ step: Int) throws {
    guard let path = run.checkpoint, step > 0 else { return }
    let states = try programs.reduce(into: [:]) { $0.merge(try $1.states()) { $1 } }
    try FittingCheckpoint(step: step, identity: identity, states: states).write(to: path)
  }
}

extension FittingLoop {
  /// What tells a fit from every other: its method, settings, seed and rows, and what else it reads.
  static func identity<Method: TableSynthesizer>(
    of method: Method.Type, _ settings: Method.Settings, _ seed: UInt64, _ rows: EncodedRows,
    reading tokens: [Int32] = []
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(settings), as: UTF8.self)
    return "\(method.method) \(seed) \(text) \(rows.rowCount) \(rows.digest(with: tokens))"
  }
}

extension EncodedRows {
  /// Of all numbers and levels, and of tokens.
  fileprivate func digest(with tokens: [Int32]) -> Digest {
    let hasher = Hasher256()
    scalars.withUnsafeBytes { hasher.update($0) }
    codes.withUnsafeBytes { hasher.update($0) }
    tokens.withUnsafeBytes { hasher.update($0) }
    return hasher.finalize()
  }
}
