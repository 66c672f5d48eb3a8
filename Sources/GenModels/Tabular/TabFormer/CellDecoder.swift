import GenTensor

/// Tells the cells of a row one after the other, in any order of the columns.
///
/// A token is a cell that is known, with the column that is asked for next; the first token knows
/// nothing. Each sees itself and those before it.
///
/// - Input: `read [rows, cells]` i32, the cells that are known, and `asked [rows, cells]` i32, the
///   columns that are wanted; a context `[rows, width]` for what else is known of a row.
/// - Output: logits of all levels of all columns `[rows, cells, levels]`, those of columns that were
///   not asked for very low.
/// - Weights: `cells [levels + 1, width]`, the last for knowing nothing; `asks [columns, width]`.
/// - Source: Pannatier, Courdier & Fleuret 2024, arXiv:2404.09562v1, section 2 (a transformer for
///   any order by the place of what comes next in every token); Solatorio & Dupriez 2023,
///   arXiv:2302.02041v1 (the cells of a row as a text).
/// - Departs: columns have no places but embeddings of their own; root-mean-square norms.
struct CellDecoder {
  let sizes: TabFormer.Settings
  let layout: RowLayout
  private let graph: Graph
  private let cells: Tensor
  private let asks: Tensor
  private let blocks: [CausalBlock]
  private let head: Linear

  init(_ weights: WeightScope, _ sizes: TabFormer.Settings, _ layout: RowLayout) throws {
    (self.sizes, self.layout, graph) = (sizes, layout, weights.graph)
    let (width, levelCount) = (sizes.width, layout.oneHotCount)
    cells = try weights.weight(
      "cells", [levelCount + 1, width], initial: .normal(deviation: 0.3))
    asks = try weights.weight(
      "asks", [layout.segmentCount, width], initial: .normal(deviation: 0.3))
    blocks = try (0..<sizes.blockCount).map {
      try CausalBlock(weights["blocks"][$0], width: width, headCount: sizes.headCount)
    }
    head = try Linear(weights["head"], width, levelCount, gain: 0.1)
  }

  /// The logits of training, where all cells are known.
  func callAsFunction(_ read: Tensor, asked: Tensor, context: Tensor? = nil) -> Tensor {
    let known = cells.gathered(at: read) + asks.gathered(at: asked)
    let tokens = context.map { known + $0.reshaped(to: [-1, 1, sizes.width]) } ?? known
    let told = blocks.reduce(tokens) { $1($0) }
    return head(told.rmsNormalized()) + otherColumns.gathered(at: asked)
  }

  /// Draws the cells of rows, column after column.
  ///
  /// - Parameters:
  ///   - order: The columns in the order in which they are drawn.
  ///   - known: Levels `[rows]` i32 of a column that is not drawn but given.
  ///   - allowed: Logarithms of how much of each level of a column may be had, `[1, levels]` or
  ///     `[rows, levels]`.
  /// - Returns: levels `[rows]` i32 in that order.
  func drawn(
    _ order: [Int], rowCount: Int, noise: NoiseSource, context: Tensor? = nil,
    known: (Int) -> Tensor?, allowed: (Int) -> Tensor?
  ) -> [Tensor] {
    let nothing = layout.oneHotCount
    var last = cells.slice(nothing..<nothing + 1, alongAxis: 0)
      .expanded(to: [rowCount, sizes.width])
    var pasts = blocks.map { _ in CausalBlock.Past() }
    return order.map { column in
      var token = last + asks.slice(column..<column + 1, alongAxis: 0)
      if let context { token = token + context }
      let levels = layout.levels(of: column)
      var told = token.reshaped(to: [rowCount, 1, sizes.width])
      for (place, block) in blocks.enumerated() { told = block(told, after: &pasts[place]) }
      let level =
        known(column)
        ?? drawn(
          told.reshaped(to: [rowCount, sizes.width]), levels, allowed(column), noise)
      last = cells.slice(levels, alongAxis: 0).gathered(at: level)
      return level
    }
  }

  private func drawn(
    _ told: Tensor, _ levels: Range<Int>, _ allowed: Tensor?, _ noise: NoiseSource
  ) -> Tensor {
    var logits = told.rmsNormalized().linear(
      head.weight.slice(levels, alongAxis: 0), head.bias.slice(levels, alongAxis: 0))
    if let allowed { logits = logits + allowed }
    return (logits + noise.gumbel(logits.shape)).argumentsOfMaxima(ofSegments: [levels.count])
      .reshaped(to: [told.length(ofAxis: 0)])
  }

  /// For each column 0 at its own levels, and a number that no logit makes up for at all others.
  private var otherColumns: Tensor {
    let count = layout.oneHotCount
    var numbers = [Float](repeating: -1e9, count: layout.segmentCount * count)
    for column in 0..<layout.segmentCount {
      for level in layout.levels(of: column) { numbers[column * count + level] = 0 }
    }
    return graph.constant(numbers, shape: [layout.segmentCount, count])
  }
}

/// Attention to what came before and a two-layer network, each beside its input.
///
/// - Input: `[rows, tokens, width]`.
/// - Output: like the input.
struct CausalBlock {
  private let project: Linear
  private let output: Linear
  private let widen: Linear
  private let narrow: Linear
  private let headCount: Int

  /// Keys and values of tokens that were there already, `[rows, tokens, heads, size]`.
  struct Past {
    var keys: Tensor?
    var values: Tensor?
  }

  init(_ weights: WeightScope, width: Int, headCount: Int) throws {
    project = try Linear(weights["project"], width, 3 * width)
    output = try Linear(weights["output"], width, width, gain: 0.5)
    widen = try Linear(weights["widen"], width, 4 * width)
    narrow = try Linear(weights["narrow"], 4 * width, width, gain: 0.5)
    self.headCount = headCount
  }

  func callAsFunction(_ tokens: Tensor) -> Tensor {
    let parts = parts(tokens)
    return mixed(tokens, attention(parts[0], parts[1], parts[2], isCausal: true))
  }

  /// One token of each row, that follows others; from now on it is among those.
  func callAsFunction(_ tokens: Tensor, after past: inout Past) -> Tensor {
    let parts = parts(tokens)
    let keys = past.keys?.concatenated(with: parts[1], alongAxis: 1) ?? parts[1]
    let values = past.values?.concatenated(with: parts[2], alongAxis: 1) ?? parts[2]
    past = Past(keys: keys, values: values)
    return mixed(tokens, attended(parts[0], keys, values))
  }

  /// Attention of one token of each row, for which the kernel of many does too much.
  private func attended(_ query: Tensor, _ keys: Tensor, _ values: Tensor) -> Tensor {
    let shape = keys.shape
    let (rows, tokens, heads, size) = (shape[0], shape[1], shape[2], shape[3])
    let scores = (query * keys).sum(alongAxes: [3]).reshaped(to: [rows, tokens, heads])
    let shares = scores.transposed(0, 2, 1).softmax(scale: 1 / Float(size).squareRoot())
    return (shares.transposed(0, 2, 1).reshaped(to: [rows, tokens, heads, 1]) * values)
      .sum(alongAxes: [1])
  }

  /// Tokens of several sequences beside each other.
  ///
  /// - Parameter hidden: `[rows, 1, tokens, tokens]`, 0 where a token sees another, otherwise very low.
  func callAsFunction(_ tokens: Tensor, hidden: Tensor) -> Tensor {
    let parts = parts(tokens).map { $0.transposed(0, 2, 1, 3) }
    let scale = 1 / Float(parts[0].length(ofAxis: 3)).squareRoot()
    let scores = parts[0].matmul(parts[1], transposed: true) * scale + hidden
    return mixed(tokens, scores.softmax().matmul(parts[2]).transposed(0, 2, 1, 3))
  }

  /// One token of each row, that is kept in a slot among those that it may see.
  ///
  /// - Parameters:
  ///   - slots: `[rows, slots, 1, 1]`, 1 at the slot, otherwise 0.
  ///   - visible: `[rows, slots]` u8, which slots are in use.
  func callAsFunction(
    _ tokens: Tensor, in past: inout Past, slots: Tensor, visible: Tensor
  ) -> Tensor {
    let parts = parts(tokens)
    let keys = past.keys.map { $0 + slots * (parts[1] - $0) } ?? parts[1]
    let values = past.values.map { $0 + slots * (parts[2] - $0) } ?? parts[2]
    past = Past(keys: keys, values: values)
    return mixed(tokens, attention(parts[0], keys, values, mask: visible))
  }

  /// Queries, keys and values `[rows, tokens, heads, size]`.
  private func parts(_ tokens: Tensor) -> [Tensor] {
    let width = tokens.length(ofAxis: 2)
    return project(tokens.rmsNormalized()).split(alongAxis: -1, count: 3).map {
      $0.reshaped(to: [-1, tokens.length(ofAxis: 1), headCount, width / headCount])
    }
  }

  private func mixed(_ tokens: Tensor, _ attended: Tensor) -> Tensor {
    let seen = tokens + output(attended.reshaped(to: tokens.shape))
    return seen + narrow(widen(seen.rmsNormalized()).gelu())
  }
}

extension RowLayout {
  /// Where the levels of a segment lie among those of all.
  func levels(of segment: Int) -> Range<Int> {
    let start = levelCounts.prefix(segment).reduce(0, +)
    return start..<start + levelCounts[segment]
  }
}
