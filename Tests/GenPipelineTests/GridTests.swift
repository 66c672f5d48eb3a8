import GenPipeline
import Testing

private func ints(_ range: ClosedRange<Int>) -> [Value] { range.map { .int($0) } }

private func grid() throws -> Grid {
  let axes = [
    Grid.Axis(name: "seed", values: ints(1...3)),
    Grid.Axis(name: "words", values: [.text("a"), .text("b")]),
  ]
  return try #require(Grid(axes: axes, elements: ints(10...15)))
}

@Test func `a grid has as many elements as its axes say`() throws {
  let axis = Grid.Axis(name: "seed", values: ints(1...3))
  #expect(Grid(axes: [axis], elements: ints(1...2)) == nil)
  #expect(Grid(axes: [], elements: []) == nil)
}

@Test func `an element is picked by the values on its axes in any order`() throws {
  let grid = try grid()
  guard case .grid(let row)? = grid.picking("words", .text("b")) else {
    Issue.record("no row")
    return
  }
  #expect(row.elements.map { $0.shortText() } == ["13", "14", "15"])
  #expect(row.picking("seed", .number(2))?.shortText() == "14")
  guard case .grid(let column)? = grid.picking("seed", .int(3)) else {
    Issue.record("no column")
    return
  }
  #expect(column.elements.map { $0.shortText() } == ["12", "15"])
  #expect(grid.picking("seed", .int(9)) == nil)
  #expect(grid.picking("sed", .int(1)) == nil)
}

@Test func `axes of one name are one axis and others multiply`() throws {
  var sweep = Sweep()
  #expect(sweep.add(try grid()) == nil)
  #expect(sweep.add(try grid()) == nil)
  sweep.add(ints(7...8), named: "seed", of: "grain")
  #expect(sweep.axes.map(\.name) == ["seed", "words", "grain_seed"])
  #expect(sweep.count == 12)
  #expect(sweep.arguments(4).map { $0.shortText() } == ["14", "14", "7"])
  #expect(sweep.arguments(6).map { $0.shortText() } == ["10", "10", "8"])
}

@Test func `an axis of the same name with other values is refused by its name`() throws {
  var sweep = Sweep()
  sweep.add(ints(4...5), named: "seed", of: "diffuse")
  #expect(sweep.add(try grid()) == "seed")
}

@Test func `a huge sweep is counted without overflow`() {
  var sweep = Sweep()
  let many = [Value](repeating: .int(0), count: 100_000)
  for number in 0..<5 { sweep.add(many, named: "a\(number)", of: "f") }
  #expect(sweep.count == .max)
}

@Test func `equal grids have equal digests and other labels another one`() throws {
  let axis = Grid.Axis(name: "words", values: ints(1...3))
  let other = try #require(Grid(axes: [axis], elements: ints(10...12)))
  let same = try #require(
    Grid(axes: [Grid.Axis(name: "seed", values: ints(1...3))], elements: ints(10...12)))
  #expect(try Value.grid(grid()).digest() == Value.grid(grid()).digest())
  #expect(try Value.grid(other).digest() != Value.grid(same).digest())
}
