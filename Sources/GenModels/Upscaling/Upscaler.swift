import GenTensor
import GenWeights
import Synchronization

/// Enlarges pictures with a super-resolution network, tile by tile where they are large.
///
///     let upscaler = try Upscaler(files: store.files(of: "realesr-animevideov3"), factor: 4)
///     let large = try upscaler.enlarged(pictures)
///
/// Tiles overlap by as much as one pixel can depend on, so that the result is the same as that of
/// the whole picture at once.
public final class Upscaler: Sendable {
  /// Pixels of the input in one run of the network: 64 channels in f32 take 256 bytes for each.
  public static let pixelBudget = 1 << 17
  /// Pixels of small pictures that share a run: as many as leave one layer's numbers in the caches.
  private static let sharedPixels = 1 << 14

  /// Small pictures of one size that are best enlarged together.
  public static func picturesPerRun(height: Int, width: Int) -> Int {
    max(1, sharedPixels / max(1, height * width))
  }

  public let factor: Int
  private let sizes: SuperResolutionSizes
  private let weights: [String: NDArray]
  private let mode: NumericMode
  private let pixelBudget: Int
  private let programs = Mutex<[Shape: Program]>([:])

  /// - Throws: ``WeightsError`` when the files are no network of this form for this factor.
  public init(
    graphPath: String, blobPath: String, mode: NumericMode = .f32,
    pixelBudget: Int = Upscaler.pixelBudget
  ) throws {
    let network = try NcnnNetwork(graphPath: graphPath, blobPath: blobPath)
    (sizes, weights) = try SuperResolutionSizes.read(network)
    factor = sizes.factor
    self.mode = mode
    self.pixelBudget = max(pixelBudget, 1)
  }

  /// The network of a model for a factor of 2, 3 or 4.
  public convenience init(files: ModelFiles, factor: Int, mode: NumericMode = .f32) throws {
    let stem = files.path(of: "\(files.manifest.name)-x\(factor)")
    try self.init(graphPath: stem + ".param", blobPath: stem + ".bin", mode: mode)
  }

  /// Multiplications and additions for one picture.
  public func flopCount(height: Int, width: Int) -> Int {
    let pairs = zip([3] + sizes.channels, sizes.channels)
    return pairs.reduce(0) { $0 + 18 * $1.0 * $1.1 } * height * width
  }

  /// - Parameters:
  ///   - pictures: `[batch, height, width, 3]`, f32, 0…1.
  ///   - progress: Told the share that is done, 0…1, after every run of the network.
  /// - Returns: `[batch, factor * height, factor * width, 3]`, f32, 0…1.
  /// - Throws: ``TensorError``; `CancellationError`.
  public func enlarged(
    _ pictures: NDArray, progress: (Double) -> Void = { _ in }
  ) throws -> NDArray {
    guard pictures.shape.rank == 4, pictures.shape[3] == 3, pictures.elementType == .f32 else {
      throw TensorError.inputShape(
        name: "pictures", expected: [0, 0, 0, 3], found: pictures.shape)
    }
    let (batch, height, width) = (pictures.shape[0], pictures.shape[1], pictures.shape[2])
    let large: Shape = [batch, factor * height, factor * width, 3]
    guard pictures.shape.elementCount > 0 else { return NDArray(zeros: large) }
    let tiling = Tiling(
      height: height, width: width, reach: sizes.reach, pixelBudget: pixelBudget)
    let picturesPerRun = Self.picturesPerRun(height: tiling.height, width: tiling.width)
    if tiling.tiles.count == 1, batch <= picturesPerRun,
      let result = try program(pictures.shape).outputs(["pictures": pictures])["output"]
    {
      progress(1)
      return result
    }
    var result = NDArray(zeros: large)
    var doneCount = 0
    for start in stride(from: 0, to: batch, by: picturesPerRun) {
      let rows = start..<min(start + picturesPerRun, batch)
      for tile in tiling.tiles {
        try Task.checkCancellation()
        let piece = pictures.piece(of: rows, tile.source)
        let large = try program(piece.shape).outputs(["pictures": piece])["output"]
        if let large { result.paste(large, rows, tile, factor) }
        doneCount += 1
        let runCount = tiling.tiles.count * ((batch + picturesPerRun - 1) / picturesPerRun)
        progress(Double(doneCount) / Double(runCount))
      }
    }
    return result
  }

  func program(_ shape: Shape) throws -> Program {
    if let known = programs.withLock({ $0[shape] }) { return known }
    let program = try Program(WeightSource(weights), mode: mode) { graph in
      let network = try SuperResolution(WeightScope(graph), sizes)
      return ["output": network(graph.input("pictures", shape)).clamped(to: 0...1)]
    }
    programs.withLock { programs in
      if programs.count >= 4 { programs.removeAll() }
      programs[shape] = program
    }
    return program
  }
}

/// Tiles of one size that cover a picture, each with the part of it that it is trusted with.
struct Tiling {
  struct Span: Equatable {
    let source: Range<Int>
    let trusted: Range<Int>
  }

  struct Tile {
    let rows: Span
    let columns: Span
    var source: (rows: Range<Int>, columns: Range<Int>) { (rows.source, columns.source) }
  }

  let height: Int
  let width: Int
  let tiles: [Tile]

  init(height: Int, width: Int, reach: Int, pixelBudget: Int) {
    var size = (height: height, width: width)
    if height * width > pixelBudget {
      let side = max(Int(Double(pixelBudget).squareRoot()), 2 * reach + 16)
      size.height = min(height, max(side, pixelBudget / min(width, side)))
      size.width = min(width, max(side, pixelBudget / size.height))
      size.height = min(height, max(side, pixelBudget / size.width))
    }
    (self.height, self.width) = size
    let rows = Tiling.spans(of: height, size.height, reach)
    let columns = Tiling.spans(of: width, size.width, reach)
    tiles = rows.flatMap { row in columns.map { Tile(rows: row, columns: $0) } }
  }

  /// Ranges of one length that cover `0..<whole`; each is trusted where it is `reach` away from
  /// any end that is not an end of the whole.
  static func spans(of whole: Int, _ length: Int, _ reach: Int) -> [Span] {
    var spans: [Span] = []
    var covered = 0
    while covered < whole {
      let start = max(0, min(covered - reach, whole - length))
      let end = start + length == whole ? whole : start + length - reach
      spans.append(Span(source: start..<start + length, trusted: covered..<end))
      covered = end
    }
    return spans
  }
}

extension NDArray {
  /// A copy of some pixels of some pictures.
  fileprivate func piece(
    of pictures: Range<Int>, _ area: (rows: Range<Int>, columns: Range<Int>)
  ) -> NDArray {
    let (height, width) = (shape[1], shape[2])
    let rowBytes = area.columns.count * 12
    var result = NDArray(zeros: [pictures.count, area.rows.count, area.columns.count, 3])
    result.withUnsafeMutableBytes { target in
      withUnsafeBytes { source in
        var place = 0
        for picture in pictures {
          for row in area.rows {
            let from = ((picture * height + row) * width + area.columns.lowerBound) * 12
            UnsafeMutableRawBufferPointer(rebasing: target[place..<place + rowBytes])
              .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[from..<from + rowBytes]))
            place += rowBytes
          }
        }
      }
    }
    return result
  }

  /// Copies the trusted part of an enlarged tile to its place.
  fileprivate mutating func paste(
    _ tile: NDArray, _ pictures: Range<Int>, _ place: Tiling.Tile, _ factor: Int
  ) {
    let (height, width) = (shape[1], shape[2])
    let (tileHeight, tileWidth) = (tile.shape[1], tile.shape[2])
    let rows = place.rows.trusted.lowerBound * factor..<place.rows.trusted.upperBound * factor
    let left = place.columns.trusted.lowerBound * factor
    let rowBytes = place.columns.trusted.count * factor * 12
    let (skippedRows, skippedColumns) = (
      place.rows.source.lowerBound * factor, place.columns.source.lowerBound * factor
    )
    withUnsafeMutableBytes { target in
      tile.withUnsafeBytes { source in
        for (index, picture) in pictures.enumerated() {
          for row in rows {
            let line = index * tileHeight + row - skippedRows
            let from = (line * tileWidth + left - skippedColumns) * 12
            let to = ((picture * height + row) * width + left) * 12
            UnsafeMutableRawBufferPointer(rebasing: target[to..<to + rowBytes])
              .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[from..<from + rowBytes]))
          }
        }
      }
    }
  }
}
