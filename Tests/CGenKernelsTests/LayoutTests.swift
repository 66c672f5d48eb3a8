import CGenKernels
import Foundation
import Testing

@Test(arguments: storageTypes)
func `permuting moves every element to its place`(type: CGenType) {
  var numbers = Numbers(30)
  let cases: [([Int64], [Int32])] = [
    ([5, 7], [1, 0]), ([2, 40, 3, 33], [0, 2, 1, 3]), ([2, 40, 3, 33], [0, 3, 1, 2]),
    ([3, 4, 5, 6], [3, 2, 1, 0]), ([70, 65], [1, 0]), ([1, 9, 1], [2, 1, 0]), ([6], [0]),
  ]
  for (shape, permutation) in cases {
    let count = Int(shape.reduce(1, *))
    let input = Buffer(numbers.floats(count), type), out = Buffer(zeros: count, type)
    check(
      cgen_permute(Int32(shape.count), shape, permutation, input.pointer, out.pointer, type))
    let (from, to) = (input.values, out.values)
    for index in 0..<count {
      var (rest, coordinates) = (index, [Int](repeating: 0, count: shape.count))
      for axis in shape.indices.reversed() {
        coordinates[axis] = rest % Int(shape[axis])
        rest /= Int(shape[axis])
      }
      let place = permutation.reduce(0) { $0 * Int(shape[Int($1)]) + coordinates[Int($1)] }
      if from[index] != to[place] { Issue.record("\(shape) \(permutation) \(index)") }
    }
  }
  let buffer = Buffer(zeros: 4)
  expectRefusal(
    cgen_permute(2, [2, 2], [0, 0], buffer.pointer, buffer.pointer, .float32), "permutation")
}

@Test func `strided copies slice, flip and concatenate`() {
  let input = Buffer((0..<24).map(Float.init)), out = Buffer(zeros: 24)
  check(
    cgen_strided_copy(2, [3, 4], input.pointer + 4 * 4, [4, 1], out.pointer, [8, 1], .float32))
  check(
    cgen_strided_copy(
      2, [3, 4], input.pointer + 11 * 4, [-4, -1], out.pointer + 16, [8, 1], .float32))
  for row in 0..<3 {
    for column in 0..<4 {
      #expect(out.values[row * 8 + column] == Float(4 + row * 4 + column))
      #expect(out.values[row * 8 + 4 + column] == Float(11 - row * 4 - column))
    }
  }
  expectRefusal(
    cgen_strided_copy(1, [4], input.pointer, [1], out.pointer, [0], .float32), "repeats")
}

@Test(arguments: storageTypes)
func `rows are gathered and scattered by index`(type: CGenType) {
  var numbers = Numbers(31)
  let (rows, width) = (9, 37)
  let table = Buffer(numbers.floats(rows * width), type)
  let indices: [Int32] = [8, 0, 3, 3, 7]
  let out = Buffer(zeros: 5 * width, type),
    sums = Buffer([Float](repeating: 1, count: rows * width))
  check(
    cgen_gather_rows(table.pointer, Int64(rows), Int64(width), type, indices, 5, out.pointer))
  check(
    cgen_scatter_add_rows(out.pointer, type, indices, 5, Int64(width), sums.floats, Int64(rows)))
  let values = table.values
  var expected = [Double](repeating: 1, count: rows * width)
  for (row, index) in indices.enumerated() {
    for column in 0..<width {
      #expect(out.values[row * width + column] == values[Int(index) * width + column])
      expected[Int(index) * width + column] += Double(values[Int(index) * width + column])
    }
  }
  expectClose(sums.values, expected, tolerance: 1e-6)
  let before = out.values
  expectRefusal(
    cgen_gather_rows(table.pointer, 9, Int64(width), type, [0, 9], 2, out.pointer), "index 9")
  expectRefusal(
    cgen_scatter_add_rows(out.pointer, type, [-1], 1, Int64(width), sums.floats, 9), "index -1")
  #expect(out.values == before)
}

@Test(arguments: storageTypes)
func `doubling repeats pixels and halving sums them`(type: CGenType) {
  var numbers = Numbers(32)
  let (batch, height, width, channels) = (2, 3, 5, 19)
  let count = batch * height * width * channels
  let small = Buffer(numbers.floats(count), type), large = Buffer(zeros: 4 * count, type)
  check(
    cgen_upsample2(
      small.pointer, large.pointer, type, Int64(batch), Int64(height), Int64(width), Int64(channels)
    ))
  let (from, to) = (small.values, large.values)
  for place in 0..<4 * count {
    let (channel, x) = (place % channels, place / channels % (2 * width))
    let y = place / channels / (2 * width)
    #expect(to[place] == from[(y / 2 * width + x / 2) * channels + channel])
  }
  let back = Buffer(zeros: count, type)
  check(
    cgen_downsample2(
      large.pointer, back.pointer, type, Int64(batch), Int64(height), Int64(width), Int64(channels),
      0.25))
  #expect(back.values == from)
}

@Test(arguments: [false, true])
func `bilinear resizing interpolates between pixels, and its gradient is its transpose`(
  corners: Bool
) {
  var numbers = Numbers(33)
  for (height, width, outHeight, outWidth) in [(4, 5, 9, 7), (6, 3, 3, 3), (1, 1, 4, 2)] {
    let channels = 3
    let x = Buffer(numbers.floats(2 * height * width * channels))
    let y = Buffer(zeros: 2 * outHeight * outWidth * channels)
    check(
      cgen_resize_bilinear(
        x.pointer, y.pointer, .float32, 2, Int64(height), Int64(width), Int64(channels),
        Int64(outHeight), Int64(outWidth), corners))
    func place(_ i: Int, _ size: Int, _ outSize: Int) -> Double {
      let aligned = outSize > 1 ? Double(i * (size - 1)) / Double(outSize - 1) : 0
      let centred = (Double(i) + 0.5) * Double(size) / Double(outSize) - 0.5
      return min(max(corners ? aligned : centred, 0), Double(size - 1))
    }
    func hat(_ distance: Double) -> Double { max(0, 1 - abs(distance)) }
    let values = x.values
    let expected = (0..<y.count).map { index -> Double in
      let (channel, column) = (index % channels, index / channels % outWidth)
      let (row, item) = (
        index / channels / outWidth % outHeight, index / channels / outWidth / outHeight
      )
      var sum = 0.0
      for sy in 0..<height {
        for sx in 0..<width {
          let weight =
            hat(place(row, height, outHeight) - Double(sy))
            * hat(place(column, width, outWidth) - Double(sx))
          sum += weight * Double(values[((item * height + sy) * width + sx) * channels + channel])
        }
      }
      return sum
    }
    expectClose(y.values, expected, tolerance: 1e-6)
    let dy = Buffer(numbers.floats(y.count)), dx = Buffer(zeros: x.count)
    check(
      cgen_resize_bilinear_backward(
        dy.floats, dx.floats, 2, Int64(height), Int64(width), Int64(channels), Int64(outHeight),
        Int64(outWidth), corners))
    let forward = zip(y.values, dy.values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    let backward = zip(x.values, dx.values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    #expect(abs(forward - backward) < 1e-4 * max(1, abs(forward)))
  }
}

@Test(arguments: [CGenShuffleOrder.channelFirst, .blockFirst])
func `pixel shuffle takes channels apart and puts them together`(order: CGenShuffleOrder) {
  var numbers = Numbers(34)
  let (height, width, channels, factor) = (3, 4, 5, 2)
  let count = 2 * height * width * channels * factor * factor
  let small = Buffer(numbers.floats(count)), large = Buffer(zeros: count),
    back = Buffer(zeros: count)
  check(
    cgen_depth_to_space(
      small.pointer, large.pointer, .float32, 2, Int64(height), Int64(width), Int64(channels),
      Int64(factor), order))
  let (from, to) = (small.values, large.values)
  for place in 0..<count {
    let (channel, x) = (place % channels, place / channels % (width * factor))
    let y = place / channels / (width * factor)
    let pixel = (y / factor * width + x / factor) * channels * factor * factor
    let block = y % factor * factor + x % factor
    let source =
      order == .channelFirst ? channel * factor * factor + block : block * channels + channel
    #expect(to[place] == from[pixel + source])
  }
  check(
    cgen_space_to_depth(
      large.pointer, back.pointer, .float32, 2, Int64(height), Int64(width), Int64(channels),
      Int64(factor), order))
  #expect(back.values == from)
}

@Test func `borders are zero, repeated or mirrored`() {
  let input = Buffer((1...6).map(Float.init)), out = Buffer(zeros: 28)
  func padded(_ mode: CGenPadMode) -> [Float] {
    check(cgen_pad(input.pointer, out.pointer, .float32, 1, 2, 3, 1, 1, 1, 2, 2, mode))
    return out.values
  }
  #expect(padded(.zero)[7..<14] == [0, 0, 1, 2, 3, 0, 0])
  #expect(padded(.zero)[0..<7].allSatisfy { $0 == 0 })
  #expect(padded(.replicate)[0..<7] == [1, 1, 1, 2, 3, 3, 3])
  #expect(padded(.reflect)[0..<7] == [6, 5, 4, 5, 6, 5, 4])
  let status = cgen_pad(input.pointer, out.pointer, .float32, 1, 2, 3, 1, 2, 0, 0, 0, .reflect)
  expectRefusal(status, "below the size")
  expectRefusal(
    cgen_upsample2(input.pointer, out.pointer, .float32, 1, 0, 3, 1), "no picture")
}

@Test func `nearest resizing takes the pixel below`() {
  let input = Buffer((0..<6).map(Float.init)), out = Buffer(zeros: 20)
  check(cgen_resize_nearest(input.pointer, out.pointer, .float32, 1, 2, 3, 1, 4, 5))
  #expect(out.values == [0, 0, 1, 1, 2, 0, 0, 1, 1, 2, 3, 3, 4, 4, 5, 3, 3, 4, 4, 5])
}

@Test func `pictures are read between pixels, and outside there is nothing`() {
  let numbers = (0..<48).map { Float($0) }  // two pictures of 3 x 4 pixels, two channels
  let picture = Buffer(numbers)
  let places: [Float] = [
    1, 2, 0.5, 1.25, -0.5, 0, 2.5, 3.5, -1, 0, 7, 1, .nan, 1, 0, .infinity,
    0, 0, 2, 3, 1.5, 2.5, 0, -0.25, 3, 0, 1, 4, -9e30, 0, 9e30, 9e30,
  ]
  let at = Buffer(places)
  let out = Buffer(zeros: 2 * 2 * 4 * 2)
  check(
    cgen_sample_bilinear(
      picture.pointer, out.pointer, .float32, 2, 3, 4, 2, at.floats, 2, 4))
  func pixel(_ item: Int, _ row: Int, _ column: Int, _ channel: Int) -> Float {
    guard 0..<3 ~= row, 0..<4 ~= column else { return 0 }
    return numbers[((item * 3 + row) * 4 + column) * 2 + channel]
  }
  for index in 0..<16 {
    let (y, x) = (places[2 * index], places[2 * index + 1])
    for channel in 0..<2 {
      var expected: Float = 0
      if y.isFinite, x.isFinite, abs(y) < 100, abs(x) < 100 {
        let (top, left) = (Int(y.rounded(.down)), Int(x.rounded(.down)))
        for row in top...top + 1 {
          for column in left...left + 1 {
            let share = (1 - abs(y - Float(row))) * (1 - abs(x - Float(column)))
            expected += share * pixel(index / 8, row, column, channel)
          }
        }
      }
      #expect(abs(out.values[2 * index + channel] - expected) < 1e-4, "place \(index)")
    }
  }
}
