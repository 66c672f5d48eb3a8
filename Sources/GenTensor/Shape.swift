/// The lengths of an array's axes, outermost first.
///
/// - Invariant: every length is at least 0.
public struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral, RandomAccessCollection {
  public let dimensions: [Int]
  /// The product of the lengths, 1 for a scalar; a product too large for any memory is cut off.
  public let elementCount: Int

  /// More elements than fit in any memory.
  static let largestCount = 1 << 46

  /// - Throws: ``TensorError/impossibleShape(_:)`` for a negative length or a product too large.
  public init(checking dimensions: [Int]) throws {
    var product = 1
    for length in dimensions where length != 0 {
      let (next, overflow) = product.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflow, next <= Shape.largestCount else {
        throw TensorError.impossibleShape(dimensions)
      }
      product = next
    }
    self.dimensions = dimensions
    elementCount = dimensions.contains(0) ? 0 : product
  }

  /// - Requires: lengths that the program itself chose; see ``init(checking:)`` for a stranger's.
  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 >= 0 }, "a negative length in \(dimensions)")
    self.dimensions = dimensions
    elementCount =
      dimensions.contains(0)
      ? 0
      : dimensions.reduce(1) { product, length in
        let (next, overflow) = product.multipliedReportingOverflow(by: length)
        return overflow ? Shape.largestCount : Swift.min(next, Shape.largestCount)
      }
  }

  public init(arrayLiteral elements: Int...) { self.init(elements) }

  public var rank: Int { dimensions.count }
  public var startIndex: Int { 0 }
  public var endIndex: Int { dimensions.count }
  public subscript(axis: Int) -> Int { dimensions[axis] }

  /// Elements between neighbours along each axis, for elements stored outermost axis first.
  public var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] &* dimensions[axis + 1]
    }
    return strides
  }

  /// The axis counted from the front, for one that may count from the back (-1 is the last);
  /// nothing when there is no such axis.
  func axis(_ axis: Int) -> Int? {
    let counted = axis < 0 ? axis + rank : axis
    return dimensions.indices.contains(counted) ? counted : nil
  }

  /// The shape with one axis set to another length.
  func replacing(axis: Int, with length: Int) -> Shape {
    var result = dimensions
    result[axis] = length
    return Shape(result)
  }

  /// The shape both broadcast to under NumPy's rule; nothing when they do not agree.
  func broadcast(with other: Shape) -> Shape? {
    var result: [Int] = []
    for offset in 1...Swift.max(rank, other.rank, 1) {
      guard offset <= Swift.max(rank, other.rank) else { break }
      let left = offset <= rank ? dimensions[rank - offset] : 1
      let right = offset <= other.rank ? other.dimensions[other.rank - offset] : 1
      guard left == right || left == 1 || right == 1 else { return nil }
      result.append(left == 1 ? right : left)
    }
    return Shape(result.reversed())
  }
}

extension Shape: CustomStringConvertible {
  public var description: String {
    "[" + dimensions.map(String.init).joined(separator: ", ") + "]"
  }
}
