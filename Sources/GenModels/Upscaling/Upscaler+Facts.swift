import GenTensor

extension Upscaler {
  /// Bytes of memory that the network takes for some pictures at once.
  ///
  /// - Throws: ``TensorError``.
  public func memory(pictureCount: Int, height: Int, width: Int) throws -> Int {
    try program([pictureCount, height, width, 3]).peakMemory
  }
}
