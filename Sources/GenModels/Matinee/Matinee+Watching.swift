/// A drawing that can be watched: what happens in it is told as it happens, and changes nothing.
extension Matinee {
  /// Of a film every picture is its middle frame.
  public enum Happening: Sendable {
    /// A run of steps begins: of a film from a sentence there are two, its middle frame's first; of
    /// two things each has one of its own after that of both, with its number.
    case began(frameCount: Int, thing: Int?, startTime: Float)
    case asked(Question)
    /// A step ended, at this time with this sample.
    case stepped(any Sampler.Type, time: Float, sample: FilmSamples)
  }

  /// What the network was given and what it took for the clean film.
  public struct Question: Sendable {
    public let given: FilmSamples
    /// With each term of the request.
    public let withTerms: [FilmSamples]
    /// How each term pulls the middle frame, and how much guidance makes of it.
    public let weights: [Float]
    public let guidance: Float
    public let withoutWords: FilmSamples
    /// What guidance made of these.
    public let guided: FilmSamples
    /// With each of the request's ``Watch/asides``.
    public let asides: [FilmSamples]
    /// How much each place of the middle frame attended to each slot of the first term: the mean of
    /// all heads and blocks.
    public let attention: [AttentionMap]
    /// How many of these the drawing itself needed.
    public let count: Int
  }

  /// Shares of attention, 0…1, row by row of the patches.
  public struct AttentionMap: Sendable, Equatable {
    public let width: Int
    public let height: Int
    public let shares: [Float]
  }

  /// Who is told, and what else the network is asked on the way.
  public struct Watch: Sendable {
    /// Words that the network is asked besides in every step of a picture; the drawing makes no use
    /// of the answers.
    public let asides: [[Int32]]
    public let tell: @Sendable (Happening) -> Void

    public init(asides: [[Int32]] = [], tell: @escaping @Sendable (Happening) -> Void) {
      (self.asides, self.tell) = (asides, tell)
    }
  }
}

extension Canvas {
  /// The frame in the middle of those that were asked for.
  func middle(_ samples: some RandomAccessCollection<Float>) -> FilmSamples {
    let film = trimmed(Array(samples))
    return film.frameCount == 1 ? film : film.repeating(frame: film.frameCount / 2, count: 1)
  }

  /// The middles of several films one after the other.
  func middles(_ films: [Float]) -> [FilmSamples] {
    let count = shape.reduce(1, *)
    return stride(from: 0, to: films.count, by: count).map { middle(films[$0..<$0 + count]) }
  }

  /// Of the shares that the tokens of one film gave to the slots, `[slots and patches, slots]`, those
  /// of the middle frame, a map for each slot.
  func middleMaps(_ shares: [Float], slotCount: Int) -> [Matinee.AttentionMap] {
    let (high, wide) = (height / GridTransformer.patchSide, width / GridTransformer.patchSide)
    let depth = slotCount > 0 ? (shares.count / slotCount - slotCount) / (high * wide) : 0
    let first = slotCount + depth / 2 * high * wide
    guard depth > 0, shares.count >= (first + high * wide) * slotCount else { return [] }
    return (0..<slotCount).map { slot in
      Matinee.AttentionMap(
        width: wide, height: high,
        shares: (first..<first + high * wide).map { shares[$0 * slotCount + slot] })
    }
  }
}
