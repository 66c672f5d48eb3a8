/// A film: a size, a rate, and frames that can be made as often as somebody asks.
///
/// A film never has to lie in memory. Its frames come from a source that makes them one by one,
/// the same ones each time, so that reading, processing and saving a film of any length needs the
/// memory of a few frames:
///
///     let film = try MediaFile.readVideo("long.mp4")
///     try MediaFile.write(film.resized(width: 640, height: 360), to: "small.mp4")
///
/// - Invariant: every frame has the film's width, height and channel count.
public struct Video: Sendable {
  public let width: Int
  public let height: Int
  /// 1, 3 or 4, as in ``Image``.
  public let channelCount: Int
  public let rate: FrameRate
  /// Nil when only making all frames would tell.
  public let frameCount: Int?

  enum Source: Sendable {
    case memory([Image])
    case maker(@Sendable () throws -> any FrameIterator)
  }
  let source: Source

  /// A film of frames in memory.
  ///
  /// - Throws: ``MediaError`` when there is no frame or the frames differ in size or channels.
  public init(frames: [Image], rate: FrameRate) throws {
    guard let first = frames.first else {
      throw MediaError.badArgument("a film needs at least one frame")
    }
    for (index, frame) in frames.enumerated() {
      guard frame.width == first.width, frame.height == first.height,
        frame.channelCount == first.channelCount
      else {
        throw MediaError.mismatch(
          "frame \(index + 1) is \(frame.shapeText), the first is \(first.shapeText)")
      }
    }
    self.init(
      width: first.width, height: first.height, channelCount: first.channelCount, rate: rate,
      frameCount: frames.count, source: .memory(frames))
  }

  /// A film of one frame.
  public init(_ picture: Image, rate: FrameRate = .film) {
    self.init(
      width: picture.width, height: picture.height, channelCount: picture.channelCount, rate: rate,
      frameCount: 1, source: .memory([picture]))
  }

  /// A film whose frames `makeFrames` makes, anew and alike at each call, in constant memory.
  public init(
    width: Int, height: Int, channelCount: Int = 3, rate: FrameRate, frameCount: Int?,
    makeFrames: @escaping @Sendable () throws -> any FrameIterator
  ) {
    self.init(
      width: width, height: height, channelCount: channelCount, rate: rate, frameCount: frameCount,
      source: .maker(makeFrames))
  }

  init(
    width: Int, height: Int, channelCount: Int, rate: FrameRate, frameCount: Int?, source: Source
  ) {
    self.width = width
    self.height = height
    self.channelCount = channelCount
    self.rate = rate
    self.frameCount = frameCount
    self.source = source
  }

  /// Starts the film from its first frame.
  public func makeFrames() throws -> Frames {
    switch source {
    case .memory(let frames): Frames(of: self, ArrayFrames(frames))
    case .maker(let make): Frames(of: self, try make())
    }
  }

  public var isInMemory: Bool {
    if case .memory = source { true } else { false }
  }

  /// Seconds; nil when the number of frames is not known.
  public var duration: Double? { frameCount.map { Double($0) * rate.frameDuration } }

  /// What all frames take in memory; nil when their number is not known.
  public var byteCount: Int? {
    guard let frameCount else { return nil }
    let (count, overflow) = frameCount.multipliedReportingOverflow(
      by: width * height * channelCount)
    return overflow ? nil : count
  }
}

/// Something that makes a film's frames one after another and ends with nil.
public protocol FrameIterator {
  mutating func next() throws -> Image?
}

/// A film being played: checks that each frame has the film's size.
public struct Frames: FrameIterator {
  private var upstream: any FrameIterator
  private let shape: (width: Int, height: Int, channelCount: Int)
  private var index = 0

  init(of film: Video, _ upstream: any FrameIterator) {
    self.upstream = upstream
    self.shape = (film.width, film.height, film.channelCount)
  }

  public mutating func next() throws -> Image? {
    guard let frame = try upstream.next() else { return nil }
    index += 1
    guard frame.width == shape.width, frame.height == shape.height,
      frame.channelCount == shape.channelCount
    else {
      throw MediaError.mismatch(
        "frame \(index) came as \(frame.shapeText) in a film of \(shape.width)x\(shape.height), "
          + "\(shape.channelCount) channels")
    }
    return frame
  }
}

/// Frames from a closure that ends with nil.
public struct ClosureFrames: FrameIterator {
  private let body: () throws -> Image?

  public init(_ body: @escaping () throws -> Image?) { self.body = body }

  public mutating func next() throws -> Image? { try body() }
}

struct ArrayFrames: FrameIterator {
  private var iterator: IndexingIterator<[Image]>

  init(_ frames: [Image]) { iterator = frames.makeIterator() }

  mutating func next() throws -> Image? { iterator.next() }
}

extension Image {
  var shapeText: String { "\(width)x\(height), \(channelCount) channels" }
}
