/// A square matrix of numbers, row by row: what a copula needs of linear algebra.
struct SquareMatrix: Sendable, Hashable {
  let size: Int
  var numbers: [Double]

  init(size: Int, numbers: [Double]) { (self.size, self.numbers) = (size, numbers) }

  init(identity size: Int) {
    self.init(size: size, numbers: .init(repeating: 0, count: size * size))
    for place in 0..<size { self[place, place] = 1 }
  }

  subscript(row: Int, column: Int) -> Double {
    get { numbers[row * size + column] }
    set { numbers[row * size + column] = newValue }
  }

  /// Some rows and columns of it.
  func part(_ rows: [Int]) -> SquareMatrix {
    SquareMatrix(
      size: rows.count, numbers: rows.flatMap { row in rows.map { self[row, $0] } })
  }

  /// The lower triangle whose product with its transpose this is; nil unless it is positive definite.
  var cholesky: SquareMatrix? {
    var lower = SquareMatrix(size: size, numbers: .init(repeating: 0, count: size * size))
    return lower.numbers.withUnsafeMutableBufferPointer { out -> Bool in
      for row in 0..<size {
        for column in 0...row {
          var sum = numbers[row * size + column]
          for k in 0..<column { sum -= out[row * size + k] * out[column * size + k] }
          if row == column {
            guard sum > 1e-12 else { return false }
            out[row * size + row] = sum.squareRoot()
          } else {
            out[row * size + column] = sum / out[column * size + column]
          }
        }
      }
      return true
    } ? lower : nil
  }

  /// Of a ``cholesky`` triangle the inverse of what it is the triangle of.
  var inverseOfProduct: SquareMatrix {
    var inverse = SquareMatrix(identity: size)
    for column in 0..<size {
      for row in 0..<size {
        var sum = inverse[row, column]
        for k in 0..<row { sum -= self[row, k] * inverse[k, column] }
        inverse[row, column] = sum / self[row, row]
      }
      for row in (0..<size).reversed() {
        var sum = inverse[row, column]
        for k in (row + 1)..<max(size, row + 1) { sum -= self[k, row] * inverse[k, column] }
        inverse[row, column] = sum / self[row, row]
      }
    }
    return inverse
  }

  /// What it maps to a vector, by elimination; nil where that is not one.
  func solution(of vector: [Double]) -> [Double]? {
    var (rows, result) = (self, vector)
    for column in 0..<size {
      let pivot = (column..<size).max { abs(rows[$0, column]) < abs(rows[$1, column]) } ?? column
      guard abs(rows[pivot, column]) > 1e-300 else { return nil }
      for place in column..<size where pivot != column {
        (rows[pivot, place], rows[column, place]) = (rows[column, place], rows[pivot, place])
      }
      result.swapAt(pivot, column)
      for row in 0..<size where row != column {
        let factor = rows[row, column] / rows[column, column]
        for place in column..<size { rows[row, place] -= factor * rows[column, place] }
        result[row] -= factor * result[column]
      }
    }
    for row in 0..<size { result[row] /= rows[row, row] }
    return result
  }

  /// The nearest correlation matrix that is positive definite, as near as one step comes: no
  /// eigenvalue below a small number, ones on the diagonal; of a large matrix drawn towards no
  /// correlation instead.
  ///
  /// - Source: Higham 2002, "Computing the nearest correlation matrix", the first projection.
  var repairedCorrelation: SquareMatrix {
    if cholesky != nil { return self }
    if size <= Self.mostForEigenvalues {
      let repaired = withEigenvalues(atLeast: 1e-3)
      if repaired.cholesky != nil { return repaired }
    }
    for share in [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9] {
      let drawn = mapOffDiagonal { $0 * (1 - share) }
      if drawn.cholesky != nil { return drawn }
    }
    return SquareMatrix(identity: size)
  }

  private static let mostForEigenvalues = 300

  private func mapOffDiagonal(_ change: (Double) -> Double) -> SquareMatrix {
    var result = self
    for row in 0..<size {
      for column in 0..<size where row != column {
        result[row, column] = change(self[row, column])
      }
    }
    return result
  }

  private func withEigenvalues(atLeast least: Double) -> SquareMatrix {
    let (values, vectors) = eigen
    var result = SquareMatrix(size: size, numbers: .init(repeating: 0, count: size * size))
    for k in 0..<size {
      let value = max(values[k], least)
      for row in 0..<size {
        let factor = value * vectors[row, k]
        for column in 0..<size { result[row, column] += factor * vectors[column, k] }
      }
    }
    let scales = (0..<size).map { 1 / result[$0, $0].squareRoot() }
    for row in 0..<size {
      for column in 0..<size { result[row, column] *= scales[row] * scales[column] }
      result[row, row] = 1
    }
    return result
  }

  /// Eigenvalues of a symmetric matrix and, in columns, their vectors.
  ///
  /// - Source: Jacobi 1846, by rows.
  private var eigen: (values: [Double], vectors: SquareMatrix) {
    var (matrix, vectors) = (self, SquareMatrix(identity: size))
    for _ in 0..<30 {
      var rest = 0.0
      for row in 0..<size {
        for column in 0..<row { rest += matrix[row, column] * matrix[row, column] }
      }
      if rest < 1e-18 { break }
      for p in 0..<size {
        for q in (p + 1)..<max(size, p + 1) where abs(matrix[p, q]) > 1e-15 {
          matrix.rotate(p, q, &vectors)
        }
      }
    }
    return ((0..<size).map { matrix[$0, $0] }, vectors)
  }

  private mutating func rotate(_ p: Int, _ q: Int, _ vectors: inout SquareMatrix) {
    let theta = (self[q, q] - self[p, p]) / (2 * self[p, q])
    let tangent = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
    let cosine = 1 / (tangent * tangent + 1).squareRoot()
    let sine = tangent * cosine
    for k in 0..<size {
      let (first, second) = (self[k, p], self[k, q])
      self[k, p] = cosine * first - sine * second
      self[k, q] = sine * first + cosine * second
    }
    for k in 0..<size {
      let (first, second) = (self[p, k], self[q, k])
      self[p, k] = cosine * first - sine * second
      self[q, k] = sine * first + cosine * second
      let (left, right) = (vectors[k, p], vectors[k, q])
      vectors[k, p] = cosine * left - sine * right
      vectors[k, q] = sine * left + cosine * right
    }
  }
}
