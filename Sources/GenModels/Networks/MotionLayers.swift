import GenTensor

/// What of a shown frame moves, and where to: the frame is taken apart into a first thing, a second
/// where there is one, and the ground, and each is laid where the words say that it is in another
/// frame.
///
/// - Input: `given [batch, frames, height, width, 3]` and `mask [batch, frames, height, width, 1]` of
///   ``ShownFrames``; `words [batch, slots]`; `numbers [frames]`, f32: which frame of a film of 24
///   each is. Height and width are multiples of 8.
/// - Output: `[batch, frames, height, width, 5]`: the frame put together again, how much of each
///   pixel is a thing, and how much of it was made up.
/// - Source: Wang & Adelson 1994, "Representing moving images with layers" (mattes and courses);
///   Jaderberg et al. 2015, arXiv:1506.02025v3, equations 1 and 5 (sampling by a learned map).
struct MotionLayers {
  private let sizes: Sizes
  private let graph: Graph
  private let clauses: Clauses
  private let course: MotionCourse
  // what belongs to which thing: down to an eighth and up again
  private let enter: Convolution3x3
  private let shrink: Convolution3x3
  private let look: ConditionedResidual
  private let condense: Convolution3x3
  private let weigh: ConditionedResidual
  private let grow: Linear
  private let enlarge: Linear
  private let leave: Convolution3x3

  /// The things and the ground.
  static let layerCount = MotionCourse.thingCount + 1

  struct Sizes: Sendable, Hashable, Codable {
    var vocabularyCount: Int
    var width = 64
    /// Channels at a half and at less of the size.
    var fine = 32
    var middle = 64
  }

  /// - Throws: ``TensorError`` when a weight is missing or has another shape.
  init(_ weights: WeightScope, _ sizes: Sizes) throws {
    let (width, fine, middle) = (sizes.width, sizes.fine, sizes.middle)
    (self.sizes, graph) = (sizes, weights.graph)
    clauses = try Clauses(weights, vocabularyCount: sizes.vocabularyCount, width: width)
    course = try MotionCourse(weights, sizes)
    enter = try Convolution3x3(weights["enter"], 4 * 3, fine)
    shrink = try Convolution3x3(weights["shrink"], fine, middle, stride: 2)
    look = try ConditionedResidual(weights["look"], middle, conditionedBy: 2 * width)
    condense = try Convolution3x3(weights["condense"], middle, middle, stride: 2)
    weigh = try ConditionedResidual(weights["weigh"], middle, conditionedBy: 2 * width)
    grow = try Linear(weights["grow"], middle, 4 * middle)
    enlarge = try Linear(weights["enlarge"], middle, 4 * fine)
    leave = try Convolution3x3(weights["leave"], fine, 4 * Self.layerCount)
  }

  func callAsFunction(
    given: Tensor, mask: Tensor, words: Tensor, numbers: Tensor
  ) -> Tensor {
    let (batch, frameCount) = (given.length(ofAxis: 0), given.length(ofAxis: 1))
    let (height, width) = (given.length(ofAxis: 2), given.length(ofAxis: 3))
    let frames = given.reshaped(to: [-1, height, width, 3])
    let clauses = clauses(words)
    let mattes = mattes(frames, clauses)
    let shift = course.shifts(clauses, mask: mask, numbers: numbers)
      .reshaped(to: [batch * frameCount, 1, 1, MotionCourse.valueCount])
    let parts = shift.split(alongAxis: -1, count: MotionCourse.valueCount)
    let grid = PixelGrid(height: height, width: width, in: graph)

    let things = mattes.prefix(MotionCourse.thingCount).enumerated().map { number, matte in
      let first = number * MotionCourse.thingValueCount
      let middle = (grid.middle(of: matte, alongAxis: 1), grid.middle(of: matte, alongAxis: 2))
      return frames.layer(
        of: matte,
        at: grid.places(around: middle, parts[first...first + 2], turned: parts[first + 3]))
    }
    let ground = frames.layer(
      of: 1 - grown(1 - mattes[MotionCourse.thingCount]),
      at: grid.places(around: grid.middle, parts.suffix(MotionCourse.groundValueCount)))
    // Each thing is before those named earlier.
    var whole = filled(ground.colours, ground.share)
    var rest = graph.filled(1, mattes[0].shape)
    for thing in things {
      whole = thing.colours + (1 - thing.share) * whole
      rest = (1 - thing.share) * rest
    }
    return whole.concatenated(with: 1 - rest, rest * (1 - ground.share), alongAxis: -1)
      .reshaped(to: [batch, frameCount, height, width, 5])
  }

  /// A picture of two things, put together from one of both and one of each alone: on the ground of
  /// the first, each thing of the others stands where the first has it.
  ///
  /// - Input: `pictures [3, height, width, 3]` and what each shows, `words [3, slots]`.
  /// - Output: `[1, height, width, 3]`.
  /// - Source: Bar-Tal et al. 2023, arXiv:2302.08113v1 (several prompts, each for its region).
  /// - Departs: what a prompt draws is cut out of a picture of its own, not drawn into a region: of
  ///   56 pairs 34 showed both things so, 9 when both were drawn at once, and regions drawn by words
  ///   of their own from a third of the steps on were worse than that.
  func together(_ pictures: Tensor, words: Tensor) -> Tensor {
    let colours = pictures.clamped(to: -1...1)
    let mattes = mattes(colours, clauses(words))
    func of(_ picture: Int, _ tensor: Tensor) -> Tensor {
      tensor.slice(picture..<picture + 1, alongAxis: 0)
    }
    let isGround = mattes[MotionCourse.thingCount]
    let isFree = 1 - grown(1 - of(0, isGround))
    let grid = PixelGrid(
      height: pictures.length(ofAxis: 1), width: pictures.length(ofAxis: 2), in: graph)
    let size = graph.filled(Float.log(Self.shareOfPair), [1, 1, 1, 1])
    var whole = filled(of(0, colours) * isFree, isFree)
    for number in 0..<MotionCourse.thingCount {
      let matte = 1 - of(number + 1, isGround)
      let middle = (grid.middle(of: matte, alongAxis: 1), grid.middle(of: matte, alongAxis: 2))
      let seat = of(0, mattes[number])
      let down = (grid.middle(of: seat, alongAxis: 1) - middle.0) / Float(grid.height)
      let right = (grid.middle(of: seat, alongAxis: 2) - middle.1) / Float(grid.width)
      let thing = of(number + 1, colours)
        .layer(of: matte, at: grid.places(around: middle, [size, down, right]))
      whole = thing.colours + (1 - thing.share) * whole
    }
    return whole
  }

  /// How large a thing is beside another: three quarters of what it is alone.
  private static let shareOfPair: Float = 0.75

  /// How much of each pixel belongs to each thing and to the ground, `[frames, height, width, 1]` each.
  /// What a thing encloses is its own, as a stripe of a sail that looks like the sky behind it.
  private func mattes(_ frames: Tensor, _ condition: Tensor) -> [Tensor] {
    let shares = scores(frames, condition).softmax().split(alongAxis: -1, count: Self.layerCount)
    let ground = shares[MotionCourse.thingCount]
    let things = shares.prefix(MotionCourse.thingCount).map { share in
      share.closed(overGapsOf: Self.gap).minimum(share + ground)
    }
    return things + [things.reduce(graph.filled(1, ground.shape), -).maximum(0)]
  }

  /// Pixels that are still a gap in a thing: no more, or the inside of a ring would be filled.
  private static let gap = 6

  /// A matte that reaches two pixels further on all sides, because what is near to the thing has
  /// something of its colour, and is no ground to go by.
  private func grown(_ matte: Tensor) -> Tensor {
    let ones = graph.constant([Float](repeating: 1, count: 25), shape: [1, 1, 5, 5])
    return ((matte - 0.1) * 4).clamped(to: 0...1).convolved(with: ones).minimum(1)
  }

  /// Pictures whose pixels are known by so much (and were multiplied by that), with what is beside
  /// them in their rows where they are not: from pictures of half the width, and these from their
  /// halves. Rows of which nothing is known are like those around them.
  ///
  /// - Source: Gortler et al. 1996, "The Lumigraph", section 4.2 (pull-push).
  /// - Departs: rows come first, for the ground lies in them, below a horizon.
  private func filled(_ pictures: Tensor, _ isKnown: Tensor) -> Tensor {
    let (height, width) = (pictures.length(ofAxis: 1), pictures.length(ofAxis: 2))
    guard height > 1 || width > 1 else { return pictures / (isKnown + 1e-4) }
    let axis = width > 1 ? 2 : 1
    let around = filled(pictures.pooled(alongAxis: axis), isKnown.pooled(alongAxis: axis))
    return pictures + (1 - isKnown) * around.resized(height: height, width: width)
  }

  /// Logits of what each pixel belongs to, `[frames, height, width, layerCount]`; of `clauses` each
  /// row is for as many frames.
  private func scores(_ frames: Tensor, _ condition: Tensor) -> Tensor {
    let fine = enter(frames.spaceToDepth(by: 2))
    let middle = look(shrink(fine), condition)
    let coarse = weigh(condense(middle), condition)
    let drawn = middle + grow(coarse).depthToSpace(by: 2)
    let polished = fine + enlarge(drawn.rmsNormalized(activation: .silu)).depthToSpace(by: 2)
    return leave(polished.rmsNormalized(activation: .silu)).depthToSpace(by: 2)
  }

  /// What training compares: logits as `scores` has them for `frames [batch, height, width, 3]`, and
  /// where things and ground are, `[batch, 24, valueCount]`, seen from the middle frame.
  func told(_ frames: Tensor, _ words: Tensor) -> (scores: Tensor, course: Tensor) {
    let clauses = clauses(words)
    return (scores(frames, clauses), course.wholeFilm(clauses))
  }
}

extension Tensor {
  /// Mattes with gaps of at most so many pixels filled that lie between parts on both sides.
  ///
  /// - Source: Haralick et al. 1987, "Image analysis using mathematical morphology" (closing).
  fileprivate func closed(overGapsOf length: Int) -> Tensor {
    1 - (1 - spread(by: length / 2)).spread(by: length / 2)
  }

  /// The largest number within so many pixels along rows and columns.
  private func spread(by reach: Int) -> Tensor {
    [1, 2].reduce(self) { matte, axis in
      let sides = (0..<shape.rank).map { $0 == axis ? reach : 0 }
      let padded = matte.padded(before: sides, after: sides)
      let length = length(ofAxis: axis)
      return (1...2 * reach).reduce(padded.slice(0..<length, alongAxis: axis)) {
        $0.maximum(padded.slice($1..<$1 + length, alongAxis: axis))
      }
    }
  }

  /// The means of every two neighbours; of all where their number is odd.
  fileprivate func pooled(alongAxis axis: Int) -> Tensor {
    let length = length(ofAxis: axis)
    let size = length.isMultiple(of: 2) ? 2 : length
    let before = (0..<axis).map(self.length(ofAxis:)) + [length / size]
    let after = (axis + 1..<shape.rank).map(self.length(ofAxis:))
    return reshaped(to: Shape(before + [size] + after)).sum(alongAxes: [axis + 1])
      .reshaped(to: Shape(before + after)) * (1 / Float(size))
  }
}
