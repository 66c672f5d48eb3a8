/// The order of a program's operations, how each is computed, and where its values live.
struct Schedule {
  struct Step {
    let operation: any Operation
    let kernel: Kernel
    let inputs: [ValueID]
    let outputs: Range<ValueID>
    let scratchBlock: Int?
  }

  enum Place {
    case nowhere
    case block(Int)
    case input(Int)
    case constant(Int)
    case state(Int)
  }

  let traced: Traced
  private(set) var steps: [Step] = []
  /// How many steps come before the first that writes to a state.
  private(set) var pureStepCount = 0
  /// Where each value lives.
  private(set) var places: [Place]
  private(set) var blocks: [MemoryPlan.Block] = []
  private(set) var plan = MemoryPlan([])

  /// - Throws: ``TensorError`` when an operation cannot be computed on this machine.
  init(_ traced: Traced) throws {
    self.traced = traced
    places = [Place](repeating: .nowhere, count: traced.graph.values.count)
    let order = liveNodes()
    let lastUses = lastUses(order)
    let effects = Set(traced.graph.leaves.effects)
    for (time, index) in order.enumerated() {
      try add(traced.graph.nodes[index], time, lastUses)
      if !effects.contains(index) { pureStepCount = steps.count }
    }
    plan = MemoryPlan(blocks)
  }

  /// The nodes that are needed, effects last so that everybody else has read what they overwrite.
  private func liveNodes() -> [Int] {
    let graph = traced.graph
    let isLive = traced.useCounts().isLive
    let effects = Set(graph.leaves.effects)
    let pure = graph.nodes.indices.filter { isLive[$0] && !effects.contains($0) }
    return pure + graph.leaves.effects
  }

  /// The last step that reads each value, views counted as reads of what they show.
  private func lastUses(_ order: [Int]) -> [Int] {
    let graph = traced.graph
    var last = [Int](repeating: -1, count: graph.values.count)
    for (time, index) in order.enumerated() {
      for output in graph.nodes[index].outputs { last[output] = max(last[output], time) }
      for input in graph.nodes[index].inputs { last[input] = time }
    }
    for output in traced.outputs { last[output.tensor.id] = order.count }
    for index in order.reversed() where graph.nodes[index].operation.isView {
      let node = graph.nodes[index]
      last[node.inputs[0]] = max(last[node.inputs[0]], last[node.outputs.lowerBound])
    }
    return last
  }

  private mutating func add(_ node: Node, _ time: Int, _ lastUses: [Int]) throws {
    if let leaf = node.operation as? Leaf {
      places[node.outputs.lowerBound] = place(of: leaf)
      return
    }
    if node.operation.isView {
      places[node.outputs.lowerBound] = places[node.inputs[0]]
      return
    }
    let graph = traced.graph
    let call = OperationCall(
      inputs: node.inputs.map { graph.values[$0].type },
      outputs: node.outputs.map { graph.values[$0].type },
      constants: node.inputs.map { Tensor(graph: graph, id: $0).constantArray })
    let kernel = try node.operation.prepare(call)
    for (position, output) in node.outputs.enumerated() {
      let last = lastUses[output]
      if position == 0, let block = reusableBlock(node, time, call) {
        places[output] = .block(block)
        blocks[block].last = max(blocks[block].last, last)
      } else {
        places[output] = .block(blocks.count)
        blocks.append(
          .init(byteCount: graph.values[output].type.byteCount, first: time, last: last))
      }
    }
    extendInputs(node, lastUses)
    var scratchBlock: Int?
    if kernel.scratchByteCount > 0 {
      scratchBlock = blocks.count
      blocks.append(.init(byteCount: kernel.scratchByteCount, first: time, last: time))
    }
    steps.append(
      Step(
        operation: node.operation, kernel: kernel, inputs: node.inputs, outputs: node.outputs,
        scratchBlock: scratchBlock))
  }

  /// A block that the first output may take over: an input of the same size that ends here.
  private func reusableBlock(_ node: Node, _ time: Int, _ call: OperationCall) -> Int? {
    guard let output = call.outputs.first else { return nil }
    for index in node.operation.reusableInputs where call.inputs[index] == output {
      guard case .block(let block) = places[node.inputs[index]], blocks[block].last == time,
        node.inputs.indices.allSatisfy({ other in
          node.inputs[other] == node.inputs[index] || !isIn(block, node.inputs[other])
        })
      else { continue }
      return block
    }
    return nil
  }

  private func isIn(_ block: Int, _ value: ValueID) -> Bool {
    if case .block(let other) = places[value] { other == block } else { false }
  }

  private mutating func extendInputs(_ node: Node, _ lastUses: [Int]) {
    for input in node.inputs {
      if case .block(let block) = places[input] {
        blocks[block].last = max(blocks[block].last, lastUses[input])
      }
    }
  }

  private func place(of leaf: Leaf) -> Place {
    switch leaf {
    case .input(let name, _):
      traced.graph.leaves.inputs.firstIndex { $0.name == name }.map(Place.input) ?? .nowhere
    case .constant(let index, _): .constant(index)
    case .state(_, let index, _): .state(index)
    }
  }
}
