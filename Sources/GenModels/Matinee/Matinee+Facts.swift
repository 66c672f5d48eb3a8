import GenTensor

extension Matinee {
  /// Bytes of memory that the network takes to draw what is asked: for one pass, and for what its
  /// program keeps.
  ///
  /// - Throws: ``MatineeError``, ``TensorError``.
  public func memory(of request: Request) throws -> Int {
    let isGuided = request.guidance != 1 || request.terms.count > 1
    let program = try program(
      batch: request.terms.count + (isGuided ? 1 : 0), Canvas(request, sizes),
      firstPatch: request.firstPatch)
    return program.peakMemory + program.keptMemory
  }
}
