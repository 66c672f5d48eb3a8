import Foundation
import GenTensor
import GenWeights
import Testing

@testable import GenModels

/// Steps that the packages ctgan and PyTorch took with the same weights and random numbers.
@Suite struct TableNetworkTests {
  private static let layout = RowLayout(
    scalarCount: 2, levelCounts: [3, 4, 2, 3], conditionCount: 2)

  @Test func `a step of ctgan's critic and one of its generator are the package's`() throws {
    let file = try Fixture.weights("ctgan-step.safetensors")
    var settings = CTGAN.Settings()
    (settings.batchCount, settings.pack, settings.embedding) = (8, 2, 4)
    (settings.generatorWidths, settings.criticWidths) = ([6, 6], [6, 6])
    let programs = CTGANPrograms(settings: settings, layout: Self.layout)
    let start = WeightSource(try file.part("start."), isTrainable: true)
    let critic = try programs.criticStep(start, noise: NoiseSource.given)
    let generator = try programs.generatorStep(
      start, sharingStatesOf: critic, noise: NoiseSource.given)

    let criticLoss = try critic.outputs(try file.inputs("critic.", of: critic, rowCount: 8))
    try expectClose(criticLoss["critic"]?.floats, file.array("critic.loss").floats)
    let generatorLoss = try generator.outputs(
      try file.inputs("generator.", of: generator, rowCount: 8))
    try expectClose(generatorLoss["generator"]?.floats, file.array("generator.loss").floats)
    let states = try critic.states().merging(try generator.states()) { $1 }
    try expectStep(states, file, beta: 0.5, count: 16)
  }

  @Test func `rows are drawn by the generator as it is written, its norms by their tracks`() throws
  {
    for conditionCount in [0, 2] {
      let layout = RowLayout(
        scalarCount: 2, levelCounts: [3, 4, 2, 3], conditionCount: conditionCount)
      var settings = CTGAN.Settings()
      (settings.embedding, settings.generatorWidths) = (4, [6, 5])
      let generator = PlainGenerator(settings, layout)
      let noise = try NDArray((0..<12).map { Float(($0 * 7) % 5) - 2 }, shape: [3, 4])
      let asked: [Int32] = [0, 4, 2]
      let program = try Program(WeightSource(try generator.arrays())) { graph in
        let (scalars, logits) = try CTGANPrograms(settings: settings, layout: layout)
          .drawnRows(graph, graph.input("noise", [3, 4]))
        return ["row": joined((scalars, logits))]
      }
      var inputs = ["noise": noise]
      if conditionCount > 0 { inputs["asked"] = NDArray(asked) }
      let found = try program.outputs(inputs)["row"]?.floats ?? []
      let expected = (0..<3).flatMap { row in
        let oneHot = (0..<layout.conditionWidth).map { $0 == Int(asked[row]) ? 1.0 : 0 }
        return generator.row(noise.floats[row * 4..<row * 4 + 4].map { Double($0) } + oneHot)
      }
      try expectClose(found, expected.map { Float($0) })
    }
  }

  @Test func `a step of tvae is the package's`() throws {
    let file = try Fixture.weights("tvae-step.safetensors")
    var settings = TVAE.Settings()
    (settings.batchCount, settings.embedding) = (8, 4)
    (settings.encoderWidths, settings.decoderWidths) = ([6, 6], [6, 6])
    let start = try file.part("start.").merging(
      ["decoder.deviation": NDArray(zeros: [2])]) { $1 }
    let program = try TVAEProgram(settings: settings, layout: Self.layout)
      .step(WeightSource(start, isTrainable: true), noise: NoiseSource.given)
    let losses = try program.outputs(try file.inputs("", of: program, rowCount: 8))
    for name in ["likeness", "plainness"] {
      try expectClose(losses[name]?.floats, file.array(name).floats)
    }
    try expectStep(try program.states(), file, beta: 0.9, count: 14)
  }

  @Test func `the loss of tabdiff is that of TabDDPM`() throws {
    let file = try Fixture.weights("tabdiff-loss.safetensors")
    var settings = TabDiff.Settings()
    (settings.batchCount, settings.noiseSteps, settings.widths) = (8, 10, [6, 6])
    let program = try TabDiffPrograms(settings: settings, layout: Self.layout)
      .step(WeightSource(try file.part("start."), isTrainable: true), noise: NoiseSource.given)
    var inputs = try file.inputs("", of: program, rowCount: 8)
    inputs["rate"] = NDArray(scalar: Float(0))
    let losses = try program.outputs(inputs)
    for name in ["numbers", "levels"] {
      try expectClose(losses[name]?.floats, file.array(name).floats)
    }
  }

  @Test func `the loss of tabformer and its gradients are PyTorch's`() throws {
    let file = try Fixture.weights("tabformer-step.safetensors")
    let program = try TabFormerPrograms(settings: Self.former, layout: Self.layout)
      .step(WeightSource(try file.part("start."), isTrainable: true))
    try expectFormer(program, file, losses: ["surprise"], count: 20)
  }

  @Test func `the losses of sequences and their gradients are PyTorch's`() throws {
    let file = try Fixture.weights("sequence-step.safetensors")
    let sizes = SequenceSizes(
      settings: Self.former, layout: Self.layout, readCount: 7, readWidth: 3, span: 5)
    let program = try SequencePrograms(sizes: sizes)
      .step(WeightSource(try file.part("start."), isTrainable: true), laneCount: 2)
    try expectFormer(program, file, losses: ["surprise", "ending"], count: 40)
  }

  private static let former = {
    var settings = TabFormer.Settings(epochs: 1)
    (settings.batchCount, settings.width) = (8, 8)
    (settings.headCount, settings.blockCount) = (2, 2)
    return settings
  }()

  /// Checks losses, and gradients by the first moments, which are of gradients of a norm up to 1.
  private func expectFormer(
    _ program: Program, _ file: Weights, losses: [String], count: Int
  ) throws {
    var inputs = try file.inputs("", of: program, rowCount: 8)
    inputs["rate"] = NDArray(scalar: Float(1e-3))
    let found = try program.outputs(inputs)
    for name in losses { try expectClose(found[name]?.floats, file.array(name).floats) }
    let gradients = try file.part("gradient.")
    #expect(gradients.count == count)
    let norm = gradients.values.flatMap(\.floats).reduce(0) { $0 + $1 * $1 }.squareRoot()
    let states = try program.states()
    for (name, gradient) in gradients {
      let moment = try #require(states[name + ".m"]).floats.map { $0 * 10 * max(1, norm) }
      #expect(largestDifference(moment, gradient.floats) < 2e-5, "gradient of \(name)")
    }
  }

  /// Checks the gradients, by the first moments that a first step of Adam leaves, and the weights.
  private func expectStep(
    _ states: [String: NDArray], _ file: Weights, beta: Float, count: Int
  ) throws {
    let expected = try file.part("gradient.")
    #expect(expected.count == count)
    for (name, gradient) in expected {
      // Biases before a norm have gradients that are all rounding.
      guard gradient.floats.contains(where: { abs($0) > 1e-6 }) else { continue }
      let moment = try #require(states[name + ".m"]).floats
      let found = moment.map { $0 / (1 - beta) }
      #expect(largestDifference(found, gradient.floats) < 2e-5, "gradient of \(name)")
      let weight = try #require(states[name]).floats
      let after = try file.array("end." + name).floats
      #expect(largestDifference(weight, after) < 2e-5, "\(name)")
    }
  }

  private func expectClose(_ found: [Float]?, _ expected: [Float]) throws {
    let found = try #require(found)
    let size = max(1, expected.map(abs).max() ?? 1)
    #expect(largestDifference(found, expected) < 1e-5 * size, "\(found) \(expected)")
  }
}

/// The generator of ctgan in double precision, one sum at a time, with weights of no meaning.
private struct PlainGenerator {
  private let layers: [[String: [Double]]]
  private let output: [String: [Double]]
  private let scalarCount: Int

  init(_ settings: CTGAN.Settings, _ layout: RowLayout) {
    var random = SeriesGenerator(seed: 4, place: 0)
    func numbers(_ count: Int, _ range: ClosedRange<Double> = -1...1) -> [Double] {
      (0..<count).map { _ in Double.random(in: range, using: &random) }
    }
    var reads = settings.embedding + layout.conditionWidth
    layers = settings.generatorWidths.map { width in
      defer { reads += width }
      return [
        "linear.weight": numbers(width * reads), "linear.bias": numbers(width),
        "norm.scale": numbers(width), "norm.shift": numbers(width), "norm.mean": numbers(width),
        "norm.variance": numbers(width, 0.5...2),
      ]
    }
    output = ["weight": numbers(layout.width * reads), "bias": numbers(layout.width)]
    scalarCount = layout.scalarCount
  }

  func arrays() throws -> [String: NDArray] {
    var named: [String: NDArray] = [:]
    func add(_ name: String, _ part: [String: [Double]], _ count: Int) throws {
      for (key, numbers) in part {
        let isMatrix = key.hasSuffix("weight")
        named["generator.\(name).\(key)"] = try NDArray(
          numbers.map { Float($0) }, shape: isMatrix ? [count, numbers.count / count] : [count])
      }
    }
    for (place, layer) in layers.enumerated() {
      try add("\(place)", layer, layer["linear.bias"]?.count ?? 0)
    }
    try add("output", output, output["bias"]?.count ?? 0)
    return named
  }

  func row(_ latent: [Double]) -> [Double] {
    let input = layers.reduce(latent) { input, layer in
      let linear = product(input, layer["linear.weight"] ?? [], layer["linear.bias"] ?? [])
      let drawn = linear.indices.map { column in
        func fact(_ name: String) -> Double { layer["norm.\(name)"]?[column] ?? .nan }
        let deviation = (fact("variance") + 1e-5).squareRoot()
        return (linear[column] - fact("mean")) / deviation * fact("scale") + fact("shift")
      }
      return drawn.map { max($0, 0) } + input
    }
    let raw = product(input, output["weight"] ?? [], output["bias"] ?? [])
    return raw.enumerated().map { $0 < scalarCount ? tanh($1) : $1 }
  }

  private func product(_ input: [Double], _ weight: [Double], _ bias: [Double]) -> [Double] {
    bias.indices.map { row in
      input.indices.reduce(bias[row]) { $0 + weight[row * input.count + $1] * input[$1] }
    }
  }
}

extension NoiseSource {
  /// Numbers that a test gives: the inputs `normal0`, `normal1` and so on, and `uniform0` likewise.
  static func given(_ graph: Graph) -> NoiseSource {
    var (normals, uniforms) = (0, 0)
    return NoiseSource(
      normal: { shape in
        defer { normals += 1 }
        return graph.input("normal\(normals)", shape)
      },
      uniform: { shape in
        defer { uniforms += 1 }
        return graph.input("uniform\(uniforms)", shape)
      })
  }
}

extension Weights {
  /// The arrays whose names begin with `prefix`, without it.
  fileprivate func part(_ prefix: String) throws -> [String: NDArray] {
    try arrays().reduce(into: [:]) { part, entry in
      if entry.key.hasPrefix(prefix) {
        part[String(entry.key.dropFirst(prefix.count))] = entry.value
      }
    }
  }

  /// What a program takes, from the arrays below `prefix`; places are stored as floats.
  fileprivate func inputs(
    _ prefix: String, of program: Program, rowCount: Int
  ) throws -> [String: NDArray] {
    let found = try part(prefix)
    var inputs = ["number": NDArray(scalar: Int64(1)), "pace": NDArray(scalar: Float(1))]
    for (name, array) in found {
      let places = array.floats
      switch name {
      case "codes", "noisy":
        inputs[name] = try NDArray(places.map { Int32($0) }, shape: array.shape)
      case "asked", "sought":
        let shape = array.shape.rank > 1 ? array.shape : [rowCount, 1]
        inputs[name] = try NDArray(places.map { Int32($0) }, shape: shape)
      case "time", "follows", "row": inputs[name] = NDArray(places.map { Int32($0) })
      case "read", "target", "known", "place":
        inputs[name] = try NDArray(places.map { Int32($0) }, shape: array.shape)
      case "share": inputs[name] = NDArray(scalar: places[0])
      default: inputs[name] = array
      }
    }
    return inputs.filter { program.inputNames.contains($0.key) }
  }
}
