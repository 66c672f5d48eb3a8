/// A program ready to run: steps in order, each with the addresses that it reads and writes.
///
/// `@unchecked`: made and run on the execution thread only.
final class Executable: @unchecked Sendable {
  struct Step {
    let name: String
    let kernel: Kernel
    /// Where this step's addresses begin in the table.
    let addresses: Int
  }

  let schedule: Schedule
  private let steps: [Step]
  private let table: UnsafeMutablePointer<UnsafeMutableRawPointer>
  /// For every input, the places of the table that hold its address.
  private let inputSlots: [[Int]]
  private let outputSlots: [Int]
  private let constants: [NDArray]
  let states: [ArrayStorage]
  private var arena: ArrayStorage?

  init(_ schedule: Schedule, states: [ArrayStorage]) throws {
    self.schedule = schedule
    self.states = states
    constants = schedule.traced.graph.leaves.constants
    var builder = TableBuilder(schedule)
    steps = schedule.steps.map { step in
      Step(name: step.operation.name, kernel: step.kernel, addresses: builder.add(step))
    }
    outputSlots = builder.addOutputs()
    inputSlots = builder.inputSlots
    table = .allocate(capacity: max(builder.entries.count, 1))
    let placeholder = ArrayStorage.placeholder
    for (index, entry) in builder.entries.enumerated() {
      switch entry {
      case .constant(let number): table[index] = constants[number].storage.base
      case .state(let number): table[index] = states[number].base
      case .arena, .input: table[index] = placeholder
      }
    }
    entries = builder.entries
  }

  private let entries: [TableBuilder.Entry]

  deinit { table.deallocate() }

  /// The address of the block of memory that the values live in, once there is one.
  var arenaAddress: UInt? { arena.map { UInt(bitPattern: $0.base) } }

  /// Sets the memory aside.
  ///
  /// - Throws: ``TensorError/insufficientMemory(neededBytes:availableBytes:)``.
  private func reserve() throws {
    guard arena == nil else { return }
    if let available = Machine.availableMemory, schedule.plan.byteCount > available {
      throw TensorError.insufficientMemory(
        neededBytes: schedule.plan.byteCount, availableBytes: available)
    }
    let block = ArrayStorage(byteCount: schedule.plan.byteCount)
    for (index, entry) in entries.enumerated() {
      if case .arena(let offset) = entry { table[index] = block.base + offset }
    }
    arena = block
  }

  /// Runs every step on the given inputs, in the order of the program's inputs. A run that has begun to
  /// change states goes to its end, so that they belong together.
  ///
  /// - Throws: ``TensorError/kernel(_:status:)``, `CancellationError`.
  func run(_ inputs: [NDArray], stop: StopFlag?) throws {
    try reserve()
    for (slots, input) in zip(inputSlots, inputs) {
      for slot in slots { table[slot] = input.storage.base }
    }
    defer { withExtendedLifetime(inputs) {} }
    for (index, step) in steps.enumerated() {
      if let stop, index <= schedule.pureStepCount, stop.isRaised { throw CancellationError() }
      let status = step.kernel.run(table + step.addresses)
      if status != 0 { throw kernelFailure(step.name, status) }
    }
  }

  /// Where the output lies after a run.
  func outputAddress(_ index: Int) -> UnsafeMutableRawPointer { table[outputSlots[index]] }

  /// Seconds that every step takes, best of `count` runs.
  func measure(_ inputs: [NDArray], count: Int) throws -> [Double] {
    try run(inputs, stop: nil)
    let clock = ContinuousClock()
    var best = [Double](repeating: .infinity, count: steps.count)
    for _ in 0..<count {
      for (index, step) in steps.enumerated() {
        let duration = clock.measure { _ = step.kernel.run(table + step.addresses) }
        let (seconds, attoseconds) = duration.components
        best[index] = min(best[index], Double(seconds) + Double(attoseconds) * 1e-18)
      }
    }
    return best
  }
}

/// Lists the addresses that steps read and write.
struct TableBuilder {
  enum Entry {
    case arena(offset: Int)
    case input(Int)
    case constant(Int)
    case state(Int)
  }

  private let schedule: Schedule
  private(set) var entries: [Entry] = []
  private(set) var inputSlots: [[Int]]

  init(_ schedule: Schedule) {
    self.schedule = schedule
    inputSlots = schedule.traced.graph.leaves.inputs.map { _ in [] }
  }

  mutating func add(_ step: Schedule.Step) -> Int {
    let start = entries.count
    for value in step.inputs + Array(step.outputs) { add(schedule.places[value]) }
    if let scratch = step.scratchBlock {
      entries.append(.arena(offset: schedule.plan.offsets[scratch]))
    }
    return start
  }

  mutating func addOutputs() -> [Int] {
    schedule.traced.outputs.map { output in
      add(schedule.places[output.tensor.id])
      return entries.count - 1
    }
  }

  private mutating func add(_ place: Schedule.Place) {
    switch place {
    case .block(let index): entries.append(.arena(offset: schedule.plan.offsets[index]))
    case .input(let index):
      inputSlots[index].append(entries.count)
      entries.append(.input(index))
    case .constant(let index): entries.append(.constant(index))
    case .state(let index): entries.append(.state(index))
    case .nowhere: entries.append(.arena(offset: 0))
    }
  }
}

extension ArrayStorage {
  nonisolated(unsafe) fileprivate static let placeholder = UnsafeMutableRawPointer.allocate(
    byteCount: 64, alignment: 64)
}
