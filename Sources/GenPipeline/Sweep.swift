/// The calls that become of one call whose arguments have several values each.
///
/// Every list is an axis of its own; axes of one name that come with grids are the same axis.
public struct Sweep: Sendable {
  /// Elements that a grid has at most.
  public static let limit = 256

  private struct Source: Sendable {
    /// Which of the axes, in the order of its own.
    let axes: [Int]
    let elements: [Value]
  }

  public private(set) var axes: [Grid.Axis] = []
  private var sources: [Source] = []

  public init() {}

  public var count: Int { axes.map(\.values.count).productOrMost }

  /// Adds an argument given as a list.
  public mutating func add(_ elements: [Value], named name: String, of stage: String) {
    let own = Sweep.name(name, of: stage, besides: axes.map(\.name))
    sources.append(Source(axes: [axes.count], elements: elements))
    axes.append(Grid.Axis(name: own, values: elements))
  }

  /// Adds an argument given as a grid.
  ///
  /// - Returns: The axis that another grid has with other values; nil when all is well.
  public mutating func add(_ grid: Grid) -> String? {
    var positions: [Int] = []
    for axis in grid.axes {
      if let known = axes.firstIndex(where: { $0.name == axis.name }) {
        guard axes[known].labels == axis.labels else { return axis.name }
        positions.append(known)
      } else {
        positions.append(axes.count)
        axes.append(axis)
      }
    }
    sources.append(Source(axes: positions, elements: grid.elements))
    return nil
  }

  /// The arguments of one of the calls, in the order in which they were added.
  public func arguments(_ index: Int) -> [Value] {
    var rest = index
    let coordinates = axes.map { axis in
      defer { rest /= axis.values.count }
      return rest % axis.values.count
    }
    return sources.map { source in
      var (offset, stride) = (0, 1)
      for axis in source.axes {
        offset += coordinates[axis] * stride
        stride *= axes[axis].values.count
      }
      return source.elements[offset]
    }
  }

  /// The name of a new axis: the parameter's, with the stage's before it where that is taken.
  public static func name(_ name: String, of stage: String, besides taken: [String]) -> String {
    guard taken.contains(name) else { return name }
    let longer = "\(stage)_\(name)"
    guard taken.contains(longer) else { return longer }
    var number = 2
    while taken.contains("\(longer)_\(number)") { number += 1 }
    return "\(longer)_\(number)"
  }
}
