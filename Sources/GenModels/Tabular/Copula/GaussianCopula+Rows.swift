import Foundation
import GenMedia

extension GaussianCopula {
  /// Rows that are drawn with one series of random numbers.
  private static let pieceSize = 4096

  public func rows(_ request: RowRequest) async throws -> Table {
    let starts = Array(stride(from: 0, to: request.count, by: Self.pieceSize))
    let isConditional = request.given != nil || !request.ranges.isEmpty
    let givens = isConditional ? try ConditionalDraw(self, request) : nil
    let pieces = try await withThrowingTaskGroup(of: (Int, [[Double]]).self) { group in
      for (number, start) in starts.enumerated() {
        group.addTask {
          try Task.checkCancellation()
          let rows = start..<min(request.count, start + Self.pieceSize)
          var random = NormalNumbers(
            SeriesGenerator(seed: request.seed, place: UInt64(number)))
          return (number, try entries(rows, givens, &random))
        }
      }
      var pieces = [[[Double]]](repeating: [], count: starts.count)
      for try await (number, piece) in group { pieces[number] = piece }
      return pieces
    }
    return try Table(
      schema.columns.enumerated().map { place, column in
        let entries = pieces.flatMap { $0[place] }
        let known = request.given?[column.name]
        if let numbers = known?.numbers, numbers.count == request.count {
          return Column(column.name, column.type, .numbers(numbers))
        }
        guard let levels = column.codes?.levels else {
          return Column(column.name, column.type, .numbers(entries))
        }
        return Column(column.name, column.type, .codes(entries.map { Int32($0) }, levels: levels))
      }, rowCount: request.count)
  }

  /// The entries of some rows, by column.
  private func entries(
    _ rows: Range<Int>, _ given: ConditionalDraw?, _ random: inout NormalNumbers
  ) throws -> [[Double]] {
    var given = given
    var columns = [[Double]](
      repeating: .init(repeating: 0, count: rows.count), count: schema.columns.count)
    var drawn = [Double](repeating: 0, count: latents.count)
    for (place, row) in rows.enumerated() {
      if place & 63 == 0 { try Task.checkCancellation() }
      if try given?.draw(row, &random, into: &drawn) == nil { draw(&random, into: &drawn) }
      for (latent, number) in zip(latents, drawn) where !latent.isPresence {
        columns[latent.column][place] = latent.scale.entry(at: number)
      }
      for (latent, number) in zip(latents, drawn)
      where latent.isPresence && latent.scale.entry(at: number) < 0 {
        columns[latent.column][place] = .nan
      }
    }
    return columns
  }

  private func draw(_ random: inout NormalNumbers, into drawn: inout [Double]) {
    for place in drawn.indices { drawn[place] = random.next() }
    lower.multiply(&drawn)
  }
}

extension SquareMatrix {
  /// Of a lower triangle: its product with a vector, in its place.
  func multiply(_ vector: inout [Double]) {
    numbers.withUnsafeBufferPointer { numbers in
      vector.withUnsafeMutableBufferPointer { vector in
        for row in (0..<size).reversed() {
          let start = row * size
          var sum = 0.0
          for column in 0...row { sum += numbers[start + column] * vector[column] }
          vector[row] = sum
        }
      }
    }
  }
}
