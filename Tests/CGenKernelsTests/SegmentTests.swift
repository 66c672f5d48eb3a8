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

@Test func `places drawn of segments are where the powers pass the stream's share`() {
  var numbers = Numbers(22)
  let ends: [Int64] = [3, 4, 21, 38, 40, 190]
  let (rows, columns) = (37, 190)
  let x = Buffer(numbers.floats(rows * columns, in: -9...9))
  var places = [Int32](repeating: -1, count: rows * ends.count)
  check(cgen_segment_draw(x.floats, Int64(rows), ends, Int64(ends.count), 7, 5, &places))
  var words = [UInt32](repeating: 0, count: 48 * ends.count)
  check(cgen_random_words(7, 5, 0, &words, Int64(words.count)))
  let values = x.values.doubles
  for row in 0..<rows {
    var start = 0
    for segment in ends.indices {
      let end = Int(ends[segment])
      let powers = values[row * columns + start..<row * columns + end].map { exp($0) }
      start = end
      let block: Int = row / 16 * ends.count + segment
      let share = Double(words[16 * block + row % 16] >> 8) / 16_777_216
      let whole: Double = powers.reduce(0, +)
      let place = Int(places[row * ends.count + segment])
      #expect(powers.indices.contains(place))
      guard powers.indices.contains(place) else { continue }
      let before: Double = powers[..<place].reduce(0, +)
      let slack: Double = 1e-5 * whole
      #expect(before <= share * whole + slack)
      #expect(share * whole - slack < before + powers[place])
    }
  }
  var few = [Int32](repeating: -1, count: 5 * ends.count)
  let threadCount = cgen_thread_count()
  check(cgen_set_thread_count(threadCount + 1))
  defer { check(cgen_set_thread_count(threadCount)) }
  check(cgen_segment_draw(x.floats, 5, ends, Int64(ends.count), 7, 5, &few))
  #expect(few == Array(places.prefix(few.count)))
}

@Test func `levels that cannot be are never drawn`() {
  let row: [Float] = [-.infinity, 0, -200, -.infinity]
  let x = Buffer((0..<1600).flatMap { _ in row })
  var places = [Int32](repeating: -1, count: 1600)
  check(cgen_segment_draw(x.floats, 1600, [4], 1, 3, 0, &places))
  #expect(places.allSatisfy { $0 == 1 })
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
  var drawn = places
  expectRefusal(cgen_segment_draw(buffer.floats, 1, wrong, 4, 1, 0, &drawn), "empty")
  expectRefusal(cgen_segment_one_hot(places, 1, ends, 4, buffer.floats), "not below 3")
}
