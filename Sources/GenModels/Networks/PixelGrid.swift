import GenTensor

/// The rows and columns of pictures as tensors.
struct PixelGrid {
  let rows: Tensor
  let columns: Tensor
  let (height, width): (Int, Int)

  init(height: Int, width: Int, in graph: Graph) {
    (self.height, self.width) = (height, width)
    rows = graph.constant((0..<height).map(Float.init), shape: [1, height, 1, 1])
    columns = graph.constant((0..<width).map(Float.init), shape: [1, 1, width, 1])
  }

  /// Halfway between the first and the last row (axis 1) or column (axis 2) that a matte fills by
  /// more than a pixel, `[frames, 1, 1, 1]`; the middle of the picture where it fills none.
  func middle(of matte: Tensor, alongAxis axis: Int) -> Tensor {
    let (numbers, length) = axis == 1 ? (rows, height) : (columns, width)
    let fills = ((matte.sum(alongAxes: [3 - axis]) - 1) * 4).clamped(to: 0...1)
    let last = (fills * (numbers + 1)).maximum(alongAxes: [axis])
    let first = (fills * (Float(length) - numbers)).maximum(alongAxes: [axis])
    return (last - first + Float(length - 1)) * 0.5
  }

  /// The middle of the picture.
  var middle: (row: Tensor, column: Tensor) {
    (rows * 0 + Float(height - 1) / 2, columns * 0 + Float(width - 1) / 2)
  }

  /// Where each pixel comes from when what is around a middle grew and went down and right by so
  /// much, and turned clockwise, `[frames, height, width, 2]`.
  func places(
    around middle: (row: Tensor, column: Tensor), _ shift: ArraySlice<Tensor>,
    turned: Tensor? = nil
  ) -> Tensor {
    let (size, down, right) = (
      shift[shift.startIndex], shift[shift.startIndex + 1], shift[shift.startIndex + 2]
    )
    let angle = turned ?? size * 0
    let row = rows - middle.row - down * Float(height) + columns * 0
    let column = columns - middle.column - right * Float(width) + rows * 0
    let shrunk = (-size).exp()
    let (cosine, sine) = (shrunk * angle.cos(), shrunk * angle.sin())
    return (middle.row + row * cosine - column * sine)
      .concatenated(with: middle.column + column * cosine + row * sine, alongAxis: -1)
  }
}

extension Tensor {
  /// As much of each pixel as a matte says, taken from these places.
  func layer(of matte: Tensor, at places: Tensor) -> (colours: Tensor, share: Tensor) {
    let parts = (self * matte).concatenated(with: matte, alongAxis: -1).sampled(at: places)
      .split(alongAxis: -1, lengths: [3, 1])
    return (parts[0], parts[1])
  }
}
