extension Program {
  /// Multiplications and additions of one run.
  public var flopCount: Int {
    executable.schedule.steps.reduce(0) { $0 + flopCount(of: $1) }
  }

  /// Bytes that the steps of one run read and write, each value as often as it is used.
  public var byteCount: Int {
    let values = executable.schedule.traced.graph.values
    return executable.schedule.steps.reduce(0) { total, step in
      total + (step.inputs + Array(step.outputs)).reduce(0) { $0 + values[$1].type.byteCount }
    }
  }

  /// Bytes of memory that a run takes, without weights, states, inputs and outputs.
  public var peakMemory: Int { executable.schedule.plan.byteCount }

  /// Bytes of constants and states that the program keeps.
  public var keptMemory: Int {
    let leaves = executable.schedule.traced.graph.leaves
    return leaves.constants.reduce(0) { $0 + $1.byteCount }
      + leaves.states.reduce(0) { $0 + $1.initial.byteCount }
  }

  private func flopCount(of step: Schedule.Step) -> Int {
    let values = executable.schedule.traced.graph.values
    return step.operation.flopCount(
      inputs: step.inputs.map { values[$0].type }, outputs: step.outputs.map { values[$0].type })
  }

  /// One step of a program with the time that it took.
  public struct StepTime: Sendable {
    public let name: String
    public let shape: Shape
    public let flopCount: Int
    /// Seconds, the best of several runs.
    public let seconds: Double
  }

  /// Runs the program `count` times and measures every step.
  ///
  /// - Throws: as ``outputs(_:)``.
  public func measured(_ inputs: [NDArray], count: Int = 3) throws -> [StepTime] {
    let seconds = try ExecutionThread.shared.sync {
      try executable.measure(inputs, count: count)
    }
    let values = executable.schedule.traced.graph.values
    return zip(executable.schedule.steps, seconds).map { step, seconds in
      StepTime(
        name: step.operation.name,
        shape: step.outputs.first.map { values[$0].type.shape }
          ?? values[step.inputs[0]].type.shape,
        flopCount: flopCount(of: step), seconds: seconds)
    }
  }
}

extension Program: CustomStringConvertible {
  /// One line for every step: what it makes, of which shape, with how many operations.
  public var description: String {
    let values = executable.schedule.traced.graph.values
    let lines = executable.schedule.steps.enumerated().map { index, step in
      let outputs = step.outputs.prefix(1).map { value in
        "\(values[value].type.shape) \(values[value].type.elementType.rawValue)"
      }
      return
        "\(index)  \(step.operation.name)  \(outputs.first ?? "-")  \(flopCount(of: step)) FLOP"
    }
    let total =
      "\(lines.count) steps, \(flopCount) FLOP, \(byteCount) bytes moved, "
      + "\(peakMemory) bytes of memory, \(mode.rawValue)"
    return (lines + [total]).joined(separator: "\n")
  }
}
