import GenTensor

/// Tells the rows of an entity one after the other: whether another row follows those that are there,
/// and what is in it.
///
/// A token is what the entity is known to be, or a row of it; a transformer over these gives what a
/// ``CellDecoder`` knows of the row to come.
///
/// - Weights: `reads [levels, width]`, of everything that may be known of an entity or of a row, the
///   last for nothing; `places [64, width]`, for the how many-th row it is.
/// - Source: Padhi et al. 2021, arXiv:2011.01843v2, section 3 (a transformer of rows above one of
///   their fields); Solatorio & Dupriez 2023, arXiv:2302.02041v1, section 3.2 (child tables after
///   what is known of their parents).
struct SequenceNetwork {
  let sizes: SequenceSizes
  let decoder: CellDecoder
  private let reads: Tensor
  private let places: Tensor
  private let blocks: [CausalBlock]
  private let more: Linear

  init(_ weights: WeightScope, _ sizes: SequenceSizes) throws {
    self.sizes = sizes
    let settings = sizes.settings
    reads = try weights.weight(
      "reads", [sizes.readCount + 1, settings.width], initial: .normal(deviation: 0.2))
    places = try weights.weight(
      "places", [SequenceSizes.placeCount, settings.width], initial: .normal(deviation: 0.3))
    blocks = try (0..<SequenceSizes.blockCount).map {
      try CausalBlock(weights["history"][$0], width: settings.width, headCount: settings.headCount)
    }
    more = try Linear(weights["more"], settings.width, 2, gain: 0.1)
    decoder = try CellDecoder(weights["cells"], settings, sizes.layout)
  }

  /// What is known after each of the tokens of several sequences beside each other.
  ///
  /// - Parameters:
  ///   - read: `[lanes, tokens, reads]` i32, what each token knows.
  ///   - place: `[lanes, tokens]` i32.
  ///   - hidden: as of ``CausalBlock``.
  /// - Returns: `[lanes * tokens, width]`.
  func histories(_ read: Tensor, place: Tensor, hidden: Tensor) -> Tensor {
    let tokens = tokens(read, place)
    return blocks.reduce(tokens) { $1($0, hidden: hidden) }.rmsNormalized()
      .reshaped(to: [-1, sizes.settings.width])
  }

  /// What is known after one more token of each lane, the earlier ones being states of the graph.
  ///
  /// - Parameters:
  ///   - read: `[lanes, 1, reads]` i32.
  ///   - place: `[lanes, 1]` i32.
  ///   - slots, visible: as of ``CausalBlock``.
  /// - Returns: `[lanes, width]`.
  func history(
    _ read: Tensor, place: Tensor, slots: Tensor, visible: Tensor, _ graph: Graph
  ) -> Tensor {
    var token = tokens(read, place)
    let (lanes, width, heads) = (
      token.length(ofAxis: 0), sizes.settings.width, sizes.settings.headCount
    )
    let zeros = NDArray(zeros: [lanes, sizes.span, heads, width / heads])
    for (place, block) in blocks.enumerated() {
      let kept = ["keys", "values"].map { graph.state("memory.\(place).\($0)", zeros) }
      var past = CausalBlock.Past(keys: kept[0], values: kept[1])
      token = block(token, in: &past, slots: slots, visible: visible)
      for (state, value) in zip(kept, [past.keys, past.values]) {
        if let value { graph.assign(value, to: state) }
      }
    }
    return token.rmsNormalized().reshaped(to: [lanes, width])
  }

  /// Logits `[…, 2]` of that nothing follows, and that another row does.
  func following(_ histories: Tensor) -> Tensor { more(histories) }

  private func tokens(_ read: Tensor, _ place: Tensor) -> Tensor {
    let width = sizes.settings.width
    let known = reads.gathered(at: read).sum(alongAxes: [2])
    let (lanes, count) = (read.length(ofAxis: 0), read.length(ofAxis: 1))
    return known.reshaped(to: [lanes, count, width]) + places.gathered(at: place)
  }
}

/// The numbers that make one ``SequenceNetwork`` differ from another.
struct SequenceSizes: Sendable, Hashable {
  let settings: TabFormer.Settings
  /// Of the rows that are told.
  let layout: RowLayout
  /// How many things may be known of an entity and of a row, and how many are of one token.
  let readCount: Int
  let readWidth: Int
  /// Tokens that a row is told by: what the entity is, and the rows before.
  let span: Int

  static let placeCount = 64
  static let longestSpan = 64
  static let blockCount = 2
}
