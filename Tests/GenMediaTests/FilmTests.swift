import GenMedia
import Synchronization
import Testing

/// Frames told apart by their first sample.
private func numbered(_ count: Int, rate: FrameRate = .film) throws -> Video {
  try Video(
    frames: (0..<count).map { Image(width: 2, height: 2, filledWith: [UInt8($0)]) }, rate: rate)
}

/// The same film, made lazily and without saying how many frames it has.
private func hidden(_ film: Video) -> Video {
  Video(
    width: film.width, height: film.height, channelCount: film.channelCount, rate: film.rate,
    frameCount: nil
  ) { try film.makeFrames() }
}

private func numbers(_ film: Video) throws -> [Int] {
  try film.collected().map { Int($0.pixels[0]) }
}

@Suite struct `Films` {
  @Test func `a film is made of frames of one size, and has at least one`() {
    let frames = [Image(width: 2, height: 2), Image(width: 3, height: 2)]
    #expect(throws: MediaError.self) { try Video(frames: frames, rate: .film) }
    #expect(throws: MediaError.self) { try Video(frames: [], rate: .film) }
  }

  @Test func `a frame that does not fit its film is an error when it comes`() throws {
    let film = Video(width: 4, height: 4, rate: .film, frameCount: 1) {
      ClosureFrames { Image(width: 2, height: 2) }
    }
    var frames = try film.makeFrames()
    #expect(throws: MediaError.self) { try frames.next() }
  }

  @Test func `nothing is computed before a frame is asked for, and only what is asked for`() throws
  {
    let counter = Counter()
    let film = try numbered(100).mapFrames { frame, _ in
      counter.add()
      return frame
    }
    #expect(counter.value == 0)
    #expect(try numbers(film.prefix(3)) == [0, 1, 2])
    #expect(counter.value == 3)
  }

  @Test func `frames can be made again and are the same`() throws {
    let film = try hidden(numbered(5)).grained(amount: 0.1, seed: 3)
    #expect(try film.collected() == film.collected())
  }

  @Test func `trim takes seconds`() throws {
    let film = try numbered(48)
    for source in [film, hidden(film)] {
      #expect(try numbers(source.trimmed(from: 0.5, to: 1)) == Array(12..<24))
      #expect(try numbers(source.trimmed(from: 1.75)) == Array(42..<48))
      #expect(try numbers(source.trimmed(from: 0, to: 100)).count == 48)
    }
    #expect(throws: MediaError.self) { try film.trimmed(from: 2) }
    #expect(throws: MediaError.self) { try film.trimmed(from: 1, to: 0.5) }
    #expect(throws: MediaError.self) { try film.trimmed(from: .nan) }
  }

  @Test func `reverse turns the order, in memory or in parts`() throws {
    let film = try numbered(10)
    let backwards = Array((0..<10).reversed())
    #expect(try numbers(film.reversed()) == backwards)
    for memory in [1, 12, 16, 1000] {
      #expect(try numbers(hidden(film).reversed(memory: memory)) == backwards)
    }
  }

  @Test func `loop plays it again`() throws {
    let film = try numbered(3)
    #expect(try numbers(film.looped(2)) == [0, 1, 2, 0, 1, 2])
    #expect(try numbers(hidden(film).looped(3)).count == 9)
    #expect(throws: MediaError.self) { try film.looped(0) }
    #expect(throws: MediaError.self) { try film.looped(.max) }
  }

  @Test func `speed leaves out or repeats frames`() throws {
    let film = try numbered(8)
    #expect(try numbers(film.sped(by: 2)) == [1, 3, 5, 7])
    #expect(try numbers(film.sped(by: 0.5)) == (0..<8).flatMap { [$0, $0] })
    #expect(try numbers(hidden(film).sped(by: 2)) == [1, 3, 5, 7])
    #expect(try film.sped(by: 0.3).collected().count == film.sped(by: 0.3).frameCount)
    #expect(throws: MediaError.self) { try film.sped(by: 0) }
    #expect(throws: MediaError.self) { try film.sped(by: .nan) }
  }

  @Test func `another rate keeps the duration`() throws {
    let rate = try #require(FrameRate(30))
    let film = try numbered(24).resampled(to: rate)
    #expect(film.rate == rate)
    #expect(try film.collected().count == 30)
    #expect(film.duration == 1)
  }

  @Test func `concat follows the first film's rate and size`() throws {
    let slow = try #require(FrameRate(12))
    let film = try numbered(2).concatenated(with: [numbered(2, rate: slow)])
    #expect(try numbers(film) == [0, 1, 0, 0, 1, 1])
    #expect(film.frameCount == 6)
    let large = Video(Image(width: 4, height: 2, filledWith: [9]))
    #expect(throws: MediaError.self) { try numbered(1).concatenated(with: [large]) }
    for rule in [FittingRule.stretch, .fit, .fill] {
      let both = try numbered(1).concatenated(with: [large], fitting: rule).collected()
      #expect(both.count == 2 && both[1].width == 2 && both[1].height == 2)
    }
    let fitted = try numbered(1).concatenated(with: [large], fitting: .fit).collected()
    #expect(fitted[1].pixels == [9, 9, 0, 0] || fitted[1].pixels == [0, 0, 9, 9])
  }

  @Test func `a fade starts and ends in its colour`() throws {
    let rate = try #require(FrameRate(4))
    let white = Image(width: 1, height: 1, filledWith: [255, 255, 255])
    let film = try Video(frames: Array(repeating: white, count: 12), rate: rate)
    for source in [film, hidden(film)] {
      let levels = try numbers(source.faded(in: 1, out: 1))
      #expect(levels == [0, 64, 128, 191, 255, 255, 255, 255, 191, 128, 64, 0])
    }
    #expect(throws: MediaError.self) { try film.faded(in: -1) }
  }

  @Test func `a shorter film laid over another stays on its last frame`() throws {
    let lower = try numbered(4).converted(toChannelCount: 3)
    let upper = try Video(
      frames: [100, 101].map { Image(width: 1, height: 1, filledWith: [$0]) }, rate: .film)
    let film = lower.overlaid(with: upper, x: 1, y: 1)
    let frames = try film.collected()
    #expect(frames.map { $0[1, 1, 0] } == [100, 101, 101, 101])
    #expect(frames.map { $0[0, 0, 0] } == [0, 1, 2, 3])
  }

  @Test func `frames are found from both ends`() throws {
    for film in [try numbered(5), hidden(try numbered(5))] {
      #expect(try film.frame(at: 0).pixels[0] == 0)
      #expect(try film.frame(at: 4).pixels[0] == 4)
      #expect(try film.frame(at: -1).pixels[0] == 4)
      for index in [5, -6, .max, .min + 10] {
        #expect(throws: MediaError.self) { try film.frame(at: index) }
      }
    }
  }

  @Test func `a film too large for memory says so`() throws {
    let film = hidden(try numbered(10))
    #expect(throws: MediaError.self) { try film.collected(byteLimit: 39) }
    #expect(try film.collected(byteLimit: 40).count == 10)
  }

  @Test func `rates are fractions in lowest terms`() {
    #expect(FrameRate(48, 2) == FrameRate(24))
    #expect(FrameRate(framesPerSecond: 29.97)?.description == "30000/1001")
    #expect(FrameRate(framesPerSecond: 12.5) == FrameRate(25, 2))
    for wrong in [0, -1, .nan, .infinity, 1e9] as [Double] {
      #expect(FrameRate(framesPerSecond: wrong) == nil)
    }
    #expect(FrameRate(0) == nil && FrameRate(1, 0) == nil)
  }

  @Test func `equal films feed equal bytes`() throws {
    func content(_ film: Video) throws -> [UInt8] {
      var all: [UInt8] = []
      try film.feedContent { all += $0 }
      return all
    }
    #expect(try content(numbered(3)) == content(hidden(numbered(3))))
    #expect(try content(numbered(3)) != content(numbered(4)))
    let rate = try #require(FrameRate(25))
    #expect(try content(numbered(3)) != content(numbered(3, rate: rate)))
  }
}

/// Counts calls from anywhere.
private final class Counter: Sendable {
  private let count = Mutex(0)

  var value: Int { count.withLock { $0 } }

  func add() { count.withLock { $0 += 1 } }
}
