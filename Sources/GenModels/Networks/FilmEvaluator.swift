import GenTensor

/// Recognises what films of a drawn world show.
///
/// - Input: `[batch, frames, 64, 64, 3]` in -1…1.
/// - Output: a score for every name of each fact, `[batch, names]`: of subjects, colours and
///   setting from frame after frame, of motions from how all frames follow each other.
/// - Weights: five convolutions `trunk`; `what` and `where` see a frame, `course` all places of a
///   whole film; one layer for each fact in `heads`.
struct FilmEvaluator {
  /// Frames of the films whose motion it can tell.
  static let frameCount = 24
  static let side = 64

  let trunk: [Convolution3x3]
  let what: Linear
  let place: Linear
  let course: Linear
  let subjects: Linear
  let colours: Linear
  let setting: Linear
  let motions: Linear

  /// - Throws: ``TensorError`` when a weight is missing or has another shape.
  init(_ weights: WeightScope, nameCounts: [FilmFact: Int]) throws {
    let layers = [(3, 32, 2), (32, 64, 2), (64, 128, 2), (128, 128, 1), (128, 128, 2)]
    trunk = try layers.enumerated().map { index, layer in
      try Convolution3x3(weights["trunk"][index], layer.0, layer.1, stride: layer.2)
    }
    what = try Linear(weights["what"], 16 * 128, 256)
    place = try Linear(weights["where"], 16 * 128, 64)
    course = try Linear(weights["course"], FilmEvaluator.frameCount * 64, 256)
    func head(_ fact: FilmFact) throws -> Linear {
      try Linear(weights["heads"][fact.rawValue], 256, nameCounts[fact] ?? 1)
    }
    (subjects, colours) = (try head(.subjects), try head(.colours))
    (setting, motions) = (try head(.setting), try head(.motions))
  }

  /// Scores of all names by fact, `[batch, names]`; of motions only for whole films.
  func callAsFunction(_ films: Tensor) -> [(fact: FilmFact, scores: Tensor)] {
    let (batch, frameCount) = (films.length(ofAxis: 0), films.length(ofAxis: 1))
    var features = films.reshaped(to: [batch * frameCount, Self.side, Self.side, 3])
    for layer in trunk { features = layer(features).rmsNormalized(activation: .silu) }
    features = features.reshaped(to: [batch * frameCount, 16 * 128])

    let things = what(features).rmsNormalized(activation: .silu)
      .reshaped(to: [batch, frameCount, 256]).mean(alongAxes: [1]).reshaped(to: [batch, 256])
    let places = place(features).reshaped(to: [batch, frameCount * 64])
    let seen: [(fact: FilmFact, scores: Tensor)] = [
      (.subjects, subjects(things)), (.colours, colours(things)), (.setting, setting(things)),
    ]
    guard frameCount == Self.frameCount else { return seen }
    return seen + [(.motions, motions(course(places).rmsNormalized(activation: .silu)))]
  }
}

/// What is asked of a film.
public enum FilmFact: String, CaseIterable, Sendable {
  case subjects, colours, setting, motions
}
