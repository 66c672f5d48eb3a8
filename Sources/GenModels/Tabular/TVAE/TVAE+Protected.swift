import GenTensor

extension TVAE: RowTrained {
  static var scheme: TableEncoding.Scheme { .modes }

  static func loss(_ graph: Graph, _ settings: Settings, _ layout: RowLayout) throws -> Tensor {
    try TVAEProgram(settings: settings, layout: layout).summedLoss(graph)
  }

  static func inputs(
    _ rows: [String: NDArray], _ settings: Settings, _ layout: RowLayout,
    _ random: inout SeriesGenerator
  ) -> [String: NDArray] {
    rows.merging(["seed": NDArray(scalar: Int64(bitPattern: random.next()))]) { $1 }
  }

  static func kept(of states: [String: NDArray]) -> [String: NDArray] {
    states.filter { TVAEProgram.belongsToDecoder($0.key) }
  }
}

extension TVAE.Settings: RowTrainingSettings {
  var optimizer: AdamW {
    var adam = AdamW()
    (adam.decay, adam.coupledDecay, adam.maximumNorm) = (0, decay, nil)
    return adam
  }

  func stepCount(rowCount: Double) -> Int {
    epochs * max(1, Int((rowCount / Double(batchCount)).rounded()))
  }

  func rate(step: Int, of count: Int) -> Float { rate }
}
