import GenModels
import GenPipeline

extension CostRule {
  /// A training: its steps, phase by phase, each as long as one that is tried.
  ///
  /// - Parameters:
  ///   - name: What is trained; another network has another price.
  ///   - task: Made from the arguments of the verb.
  static func training<Work: TrainingTask>(
    _ name: String, _ task: @escaping @Sendable (Arguments) throws -> Work
  ) -> CostRule {
    CostRule { call in
      let task = try task(call.arguments)
      var cost = Cost(seconds: 0)
      for phase in task.plan.phases where phase.stepCount > 0 {
        var one = phase
        one.stepCount = 1
        let price = await call.price(of: "step of \(name) \(task.plan.sizes) \(one)") {
          let step = try task.stepCost(phase)
          return Price(perUnit: step.seconds, bytesPerUnit: Double(step.memory))
        }
        guard let price else { return Cost(seconds: nil) }
        cost.seconds = cost.seconds.map { $0 + price.seconds(units: Double(phase.stepCount)) }
        cost.memory = max(cost.memory, Int(price.bytesPerUnit))
      }
      return cost
    }
  }
}
