import GenTensor
import GenWeights

/// How far a drawing has come, written down on the way, so that one that was stopped goes on from
/// there and ends in the same numbers.
///
/// What cannot be read or written is as if it were not there: the drawing begins anew, or goes on.
struct DrawingJournal {
  private let path: String?
  private var pace = Pace()
  /// The middle of the film, once it is drawn.
  private var keyFrame: [Float]?
  private var reached: Trajectory.Waypoint?

  /// - Parameter path: The file; nil writes nothing down.
  init(path: String?) {
    self.path = path
    guard let path, let weights = try? Weights(path: path), let arrays = try? weights.arrays(),
      let sample = arrays["sample"], let number = weights.metadata["step"].flatMap({ Int($0) })
    else { return }
    keyFrame = arrays["keyframe"]?.floats
    reached = Trajectory.Waypoint(
      number: number, sample: sample.floats, memory: arrays["memory"]?.floats ?? [])
  }

  /// The finished middle frame, of a drawing that had come that far.
  func keyFrame(of request: Matinee.Request) -> FilmSamples? {
    guard let keyFrame, keyFrame.count == request.height * request.width * 3 else { return nil }
    return FilmSamples(height: request.height, width: request.width, whole: keyFrame)
  }

  /// Where the steps that come next were stopped; told once.
  mutating func takeWaypoint() -> Trajectory.Waypoint? {
    defer { reached = nil }
    return reached
  }

  /// From here on the film around its middle is drawn.
  mutating func note(keyFrame film: FilmSamples) { keyFrame = film.samples }

  /// Writes down where the steps stand, when it is time to.
  mutating func note(_ waypoint: Trajectory.Waypoint) {
    guard let path else { return }
    pace.spend {
      var arrays = [("sample", waypoint.sample), ("memory", waypoint.memory)]
      if let keyFrame { arrays.append(("keyframe", keyFrame)) }
      let filled = arrays.filter { !$0.1.isEmpty }.compactMap { name, numbers in
        (try? NDArray(numbers, shape: [numbers.count])).map { (name, $0) }
      }
      try? SafetensorsFile.write(
        Dictionary(uniqueKeysWithValues: filled), metadata: ["step": String(waypoint.number)],
        to: path)
    }
  }
}

/// Lets something be done now and then: ten times a second, or so rarely that it takes a twentieth
/// of the time.
private struct Pace {
  private var due = ContinuousClock.now + .milliseconds(100)

  mutating func spend(_ body: () -> Void) {
    let start = ContinuousClock.now
    guard start >= due else { return }
    body()
    let end = ContinuousClock.now
    due = end + max(.milliseconds(100), (end - start) * 20)
  }
}
