import GenTensor

extension TabDiff: RowTrained {
  static var scheme: TableEncoding.Scheme { .quantiles }

  static func loss(_ graph: Graph, _ settings: Settings, _ layout: RowLayout) throws -> Tensor {
    try TabDiffPrograms(settings: settings, layout: layout).summedLoss(graph)
  }

  static func inputs(
    _ rows: [String: NDArray], _ settings: Settings, _ layout: RowLayout,
    _ random: inout SeriesGenerator
  ) throws -> [String: NDArray] {
    var inputs = rows
    inputs["seed"] = NDArray(scalar: Int64(bitPattern: random.next()))
    try NoiseLevels(count: settings.noiseSteps)
      .addNoise(to: &inputs, layout, settings.batchCount, &random)
    return inputs
  }

  static func kept(of states: [String: NDArray]) -> [String: NDArray] {
    states.averages
  }
}

extension TabDiff.Settings: RowTrainingSettings {
  var optimizer: AdamW {
    var adam = AdamW()
    (adam.decay, adam.averageDecay) = (0, averageDecay)
    return adam
  }

  func stepCount(rowCount: Double) -> Int { steps }

  func rate(step: Int, of count: Int) -> Float { rate * (1 - Float(step) / Float(count)) }
}
