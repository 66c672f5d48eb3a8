/// What a sweep makes: an element for every combination of the values on its axes.
///
/// - Invariant: the elements stand in reading order, the first axis running fastest.
public struct Grid: Sendable {
  public struct Axis: Sendable {
    /// The argument that was swept.
    public let name: String
    public let values: [Value]

    /// Values that have no short name of their own, such as pictures, go by their number from 0.
    public init(name: String, values: [Value]) {
      self.name = name
      let areNamed = values.allSatisfy { $0.label != nil }
      self.values = areNamed ? values : values.indices.map { .int($0) }
    }

    public var labels: [String] { values.map { $0.label ?? "" } }
    public var type: ValueType.Axis {
      ValueType.Axis(name: name, count: values.count, labels: labels)
    }
  }

  public let axes: [Axis]
  public let elements: [Value]

  /// Nil when the elements are not as many as the axes say.
  public init?(axes: [Axis], elements: [Value]) {
    guard !axes.isEmpty, axes.map(\.values.count).productOrMost == elements.count else {
      return nil
    }
    (self.axes, self.elements) = (axes, elements)
  }

  /// Of films and pictures together it is a film, as pictures are films of one frame.
  public var elementType: ValueType {
    elements.contains { $0.type == .video } ? .video : elements.first?.type ?? .unknown
  }

  func map(_ transform: (Value) throws -> Value) rethrows -> Grid {
    Grid(axes, try elements.map(transform))
  }

  /// The same axes with as many other elements.
  init(_ axes: [Axis], _ elements: [Value]) { (self.axes, self.elements) = (axes, elements) }

  /// The part where an axis has a value: an element when it was the last axis, else a smaller grid.
  ///
  /// - Returns: nil when there is no such axis or value.
  public func picking(_ name: String, _ value: Value) -> Value? {
    guard let axis = axes.firstIndex(where: { $0.name == name }),
      let position = axes[axis].values.firstIndex(where: { $0.isNamed(by: value) })
    else { return nil }
    let stride = axes[..<axis].map(\.values.count).productOrMost
    let count = axes[axis].values.count
    let kept = elements.indices.filter { $0 / stride % count == position }.map { elements[$0] }
    var rest = axes
    rest.remove(at: axis)
    return rest.isEmpty ? kept.first : .grid(Grid(rest, kept))
  }
}

extension Value {
  /// The value as a caption names it; nil for what has no short name.
  public var label: String? {
    switch self {
    case .text(let text), .symbol(let text): text
    case .none, .bool, .int, .number, .color, .quantity, .prompt, .sampler, .model:
      shortText(limit: 80)
    default: nil
    }
  }

  fileprivate func isNamed(by value: Value) -> Bool {
    equals(value) ?? false || (label != nil && label == value.label)
  }
}

extension [Int] {
  /// Their product, or the largest number when it is larger than that.
  public var productOrMost: Int {
    reduce(1) { product, factor in
      let (result, overflow) = product.multipliedReportingOverflow(by: factor)
      return overflow ? .max : result
    }
  }
}

extension ValueType {
  /// What is known of an axis of a grid before anything runs.
  public struct Axis: Sendable, Hashable {
    public let name: String
    public let count: Int?
    public let labels: [String]?
    public init(name: String, count: Int? = nil, labels: [String]? = nil) {
      (self.name, self.count, self.labels) = (name, count, labels)
    }
  }
}
