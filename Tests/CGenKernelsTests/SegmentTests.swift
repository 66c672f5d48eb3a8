import CGenKernels
import Foundation
import Testing

private let ends: [Int64] = [3, 4, 21, 38]

@Test(arguments: [false, true])
func `softmax of segments and its gradient agree with their formula`(isLogarithm: Bool) {
  var numbers = Numbers(21)
  let (rows, columns, scale) = (5, 38, 0.7)
  let x = Buffer(numbers.floats(rows * columns, in: -9...9))
  let dy = Buffer(numbers.floats(rows * columns))
  let y = Buffer(zeros: rows * columns), dx = Buffer(zeros: rows * columns)
  check(
    cgen_segment_softmax_forward(
      x.floats, y.floats, Int64(rows), ends, Int64(ends.count), Float(scale), isLogarithm))
  check(
    cgen_segment_softmax_backward(
      y.floats, dy.floats, dx.floats, Int64(rows), ends, Int64(ends.count), Float(scale),
      isLogarithm))
  var (expected, gradient) = ([Double](), [Double]())
  let (values, slopes) = (x.values.doubles, dy.values.doubles)
  for row in 0..<rows {
    var start = 0
    for end in ends.map({ Int($0) }) {
      let places = row * columns + start..<row * columns + end
      let powers = places.map { exp(scale * values[$0]) }
      let shares = powers.map { $0 / powers.reduce(0, +) }
      expected += isLogarithm ? shares.map { log($0) } : shares
      let sum = zip(places, shares).reduce(0) { $0 + slopes[$1.0] * (isLogarithm ? 1 : $1.1) }
      gradient += zip(places, shares).map { place, share in
        scale * (isLogarithm ? slopes[place] - share * sum : share * (slopes[place] - sum))
      }
      start = end
    }
  }
  expectClose(y.values, expected, tolerance: 1e-5)
  expectClose(dx.values, gradient, tolerance: 1e-5)
}

@Test func `segments that are empty or places beyond them are refused`() {
  let buffer = Buffer(zeros: 64)
  let places: [Int32] = [3, 0, 0, 0]
  var wrong = ends
  wrong[1] = 3
  expectRefusal(
    cgen_segment_softmax_forward(buffer.floats, buffer.floats, 1, wrong, 4, 1, false), "empty")
  expectRefusal(
    cgen_segment_softmax_forward(buffer.floats, buffer.floats, 1, wrong, 0, 1, false),
    "no segments")
  expectRefusal(cgen_segment_one_hot(places, 1, ends, 4, buffer.floats), "not below 3")
}
