import Foundation
import GenTensor
import Testing

@testable import GenModels

@Suite struct MovedFramesTests {
  /// Moves `[1, frames, 8, 16, 3]` pictures of whole numbers by one coefficient of the first
  /// function, which is 1 at a distance of 12 frames.
  private func moved(
    _ frames: [Float], marks: [Float], size: Float = 0, down: Float = 0, right: Float = 0
  ) throws -> [Float] {
    let coefficients =
      [size, down, right] + [Float](repeating: 0, count: 3 * (MovedFrames.basisCount - 1))
    let program = try Program { graph in
      let mask = graph.input("mask", [1, marks.count, 8, 16, 1])
      let course = graph.input("course", [1, 3 * MovedFrames.basisCount])
      return MovedFrames(course, mask, in: graph)(
        graph.input("frames", [1, marks.count, 8, 16, 3]))
    }
    let mask = marks.flatMap { [Float](repeating: $0, count: 8 * 16) }
    return try program(
      mask: NDArray(mask, shape: [1, marks.count, 8, 16, 1]),
      course: NDArray(coefficients, shape: [1, 3 * MovedFrames.basisCount]),
      frames: NDArray(frames, shape: [1, marks.count, 8, 16, 3])
    ).floats
  }

  /// Moves by an eighth of the sides, one row or two columns.
  private let eighth = atanhf(0.125 / MovedFrames.reach)
  private let picture = (0..<8 * 16 * 3).map { Float($0 % 97) }

  @Test func `a picture moves right and down by its course, and nothing moves in`() throws {
    let found = try moved(picture, marks: [0.25], down: eighth, right: eighth)
    for row in 0..<8 {
      for column in 0..<16 {
        for channel in 0..<3 {
          let place = (row * 16 + column) * 3 + channel
          let isInside = row >= 1 && column >= 2
          let expected = isInside ? picture[place - (16 + 2) * 3] : 0
          #expect(abs(found[place] - expected) < 1e-3)
        }
      }
    }
  }

  @Test func `what is given or shows nothing stays, and earlier frames go the other way`() throws {
    let film = picture + picture + picture
    let found = try moved(film, marks: [1, 0, -0.25], right: eighth)
    #expect(largestDifference(Array(found[..<768]), Array(film[..<768])) < 1e-3)
    let last = Array(found[768...])
    for row in 0..<8 {
      let (from, to) = ((row * 16 + 2) * 3, row * 16 * 3)
      #expect(largestDifference(Array(last[to..<to + 42]), Array(picture[from..<from + 42])) < 1e-3)
    }
  }

  @Test func `a size above zero shows more of the picture`() throws {
    let bright = [Float](repeating: 1, count: 8 * 16 * 3)
    let found = try moved(bright, marks: [0.25], size: 5)
    func level(_ row: Int, _ column: Int) -> Float { found[(row * 16 + column) * 3] }
    #expect(level(0, 0) == 0 && level(0, 8) == 0 && level(4, 0) == 0 && level(7, 15) == 0)
    #expect(abs(level(3, 7) - 1) < 1e-4 && abs(level(2, 4) - 1) < 1e-4)
  }
}
