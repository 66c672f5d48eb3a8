import GenTensor

/// Lays what is shown of films where the words say that it is in each frame; see ``MotionLayers``.
actor StagedFrames {
  /// Names of its weights among those of a film model begin with this.
  static let prefix = "motion."

  private let weights: [String: NDArray]
  private let sizes: MotionLayers.Sizes
  private var programs: [Shape: Program] = [:]

  /// - Throws: ``TensorError/missingWeight(_:)`` where the model's weights have none for it.
  init(ofModel weights: [String: NDArray]) throws {
    self.weights = Self.own(weights)
    sizes = try MotionLayers.Sizes(self.weights)
  }

  static func own(_ weights: [String: NDArray]) -> [String: NDArray] {
    weights.reduce(into: [:]) { own, array in
      guard array.key.hasPrefix(Self.prefix) else { return }
      own[String(array.key.dropFirst(Self.prefix.count))] = array.value.converted(to: .f32)
    }
  }

  /// - Parameters:
  ///   - given: `[batch, frames, height, width, 3]`; mask: with one channel; words `[batch, slots]`.
  ///   - numbers: Which frame of a film each is, one for each frame.
  /// - Returns: `[batch, frames, height, width, 5]`. A still is shown as it is given.
  func staged(
    given: NDArray, mask: NDArray, words: NDArray, numbers: [Int]
  ) async throws -> NDArray {
    guard given.shape[1] > 1 else { return try Self.still(given) }
    let film = given.shape
    let program = try program(film) { graph, layers in
      layers(
        given: graph.input("given", film), mask: graph.input("mask", Shape(film.dropLast() + [1])),
        words: graph.input("words", words.shape, .i32),
        numbers: graph.input("numbers", [film[1]]))
    }
    let output = try await program.run([
      "given": given, "mask": mask, "words": words, "numbers": NDArray(numbers.map(Float.init)),
    ])
    return output["frames"] ?? given
  }

  /// A picture of two things from one of both and one of each; see ``MotionLayers/together(_:words:)``.
  ///
  /// - Parameter pictures: `[3, height, width, 3]`; words `[3, slots]`.
  /// - Returns: `[1, height, width, 3]`.
  func together(_ pictures: NDArray, words: NDArray) async throws -> NDArray {
    let program = try program(pictures.shape) { graph, layers in
      layers.together(
        graph.input("pictures", pictures.shape), words: graph.input("words", words.shape, .i32))
    }
    let output = try await program.run(["pictures": pictures, "words": words])
    return output["frames"] ?? pictures
  }

  private static func still(_ given: NDArray) throws -> NDArray {
    let numbers = given.floats
    var staged = [Float](repeating: 0, count: numbers.count / 3 * 5)
    for pixel in 0..<numbers.count / 3 {
      for channel in 0..<3 { staged[5 * pixel + channel] = numbers[3 * pixel + channel] }
    }
    return try NDArray(staged, shape: Shape(given.shape.dropLast() + [5]))
  }

  /// In f32: a place among 64 pixels is too coarse in bf16.
  private func program(
    _ shape: Shape, frames: (Graph, MotionLayers) -> Tensor
  ) throws -> Program {
    if let known = programs[shape] { return known }
    let program = try Program(WeightSource(weights)) { graph in
      ["frames": frames(graph, try MotionLayers(WeightScope(graph), sizes))]
    }
    if programs.count >= 4 { programs.removeAll() }
    programs[shape] = program
    return program
  }
}

extension MotionLayers.Sizes {
  /// Reads the sizes from the shapes of the weights.
  ///
  /// - Throws: ``TensorError/missingWeight(_:)``.
  init(_ weights: [String: NDArray]) throws {
    func length(_ name: String, _ axis: Int) throws -> Int {
      guard let shape = weights[name]?.shape, axis < shape.rank else {
        throw TensorError.missingWeight(StagedFrames.prefix + name)
      }
      return shape[axis]
    }
    self.init(
      vocabularyCount: try length("tone", 0), width: try length("tone", 1),
      fine: try length("enter.weight", 0), middle: try length("shrink.weight", 0))
  }
}
