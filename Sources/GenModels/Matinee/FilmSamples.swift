/// A film as a network sees it: red, green and blue in -1…1, frame by frame, row by row.
public struct FilmSamples: Sendable, Equatable {
  public let frameCount: Int
  public let height: Int
  public let width: Int
  public internal(set) var samples: [Float]

  /// - Throws: ``MatineeError/wrongConditioning(expected:found:)`` unless the samples fill the film.
  public init(frameCount: Int, height: Int, width: Int, samples: [Float]) throws {
    let count = frameCount * height * width * 3
    guard samples.count == count else {
      throw MatineeError.wrongConditioning(expected: count, found: samples.count)
    }
    (self.frameCount, self.height, self.width) = (frameCount, height, width)
    self.samples = samples
  }

  /// From bytes, 0…255.
  public init(frameCount: Int, height: Int, width: Int, bytes: [UInt8]) throws {
    try self.init(
      frameCount: frameCount, height: height, width: width,
      samples: bytes.map { Float($0) / 127.5 - 1 })
  }

  public var samplesPerFrame: Int { height * width * 3 }

  /// The film that shows one of the frames all the time.
  ///
  /// - Requires: a frame of the film.
  func repeating(frame: Int, count: Int) -> FilmSamples {
    let picture = samples[frame * samplesPerFrame..<(frame + 1) * samplesPerFrame]
    return FilmSamples(
      height: height, width: width, whole: (0..<count).flatMap { _ in picture })
  }

  /// As bytes, 0…255, rounded to nearest.
  public var bytes: [UInt8] {
    samples.map { UInt8(min(max(($0 + 1) * 127.5, 0), 255).rounded()) }
  }
}

/// What of a film is given, so that the network draws the rest to fit.
public struct FilmConditioning: Sendable {
  /// A film whose given parts are kept, byte for byte.
  public let film: FilmSamples
  /// 1 where given, 0 where drawn, one for each pixel of each frame.
  public let mask: [Float]

  /// - Throws: ``MatineeError/wrongConditioning(expected:found:)`` unless there is one number a pixel.
  public init(film: FilmSamples, mask: [Float]) throws {
    let count = film.frameCount * film.height * film.width
    guard mask.count == count else {
      throw MatineeError.wrongConditioning(expected: count, found: mask.count)
    }
    self.film = film
    self.mask = mask.map { $0 < 0.5 ? 0 : 1 }
  }

  /// Whole frames that are given: the first to animate a picture, the first few to continue a
  /// film, the first and the last to fill in between.
  public init(film: FilmSamples, givenFrames: Set<Int>) throws {
    let perFrame = film.height * film.width
    let mask = (0..<film.frameCount).flatMap { frame in
      [Float](repeating: givenFrames.contains(frame) ? 1 : 0, count: perFrame)
    }
    try self.init(film: film, mask: mask)
  }

  /// The film with the given parts put back.
  func restoring(_ drawn: FilmSamples) -> FilmSamples {
    var result = drawn
    for index in result.samples.indices where mask[index / 3] > 0 {
      result.samples[index] = film.samples[index]
    }
    return result
  }

  /// The root of the mean squared difference where given, in 0…255; 0 when nothing is given.
  func deviation(of drawn: FilmSamples) -> Double {
    var (sum, count) = (0.0, 0)
    for index in drawn.samples.indices where mask[index / 3] > 0 {
      let difference = Double(min(max(drawn.samples[index], -1), 1) - film.samples[index])
      sum += difference * difference
      count += 1
    }
    return count == 0 ? 0 : (sum / Double(count)).squareRoot() * 127.5
  }
}
