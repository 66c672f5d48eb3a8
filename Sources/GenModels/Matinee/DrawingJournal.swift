import GenTensor
import GenWeights

/// How far a drawing has come, written down on the way, so that one that was stopped goes on from
/// there and ends in the same numbers.
///
/// What cannot be read or written is as if it were not there: the drawing begins anew, or goes on.
struct DrawingJournal {
  private let path: String?
  private var pace = Pace()
  /// Pictures that are finished, in the order in which they are drawn, and how many are taken over.
  private var pictures: [[Float]] = []
  private var takenCount = 0
  private var reached: Trajectory.Waypoint?

  /// - Parameter path: The file; nil writes nothing down.
  init(path: String?) {
    self.path = path
    guard let path, let weights = try? Weights(path: path), let arrays = try? weights.arrays(),
      let sample = arrays["sample"], let number = weights.metadata["step"].flatMap({ Int($0) })
    else { return }
    while let picture = arrays["picture.\(pictures.count)"] { pictures.append(picture.floats) }
    reached = Trajectory.Waypoint(
      number: number, sample: sample.floats, memory: arrays["memory"]?.floats ?? [])
  }

  /// The next picture, of a drawing that had finished it.
  mutating func takePicture(of request: Matinee.Request) -> FilmSamples? {
    let count = request.height * request.width * 3
    guard takenCount < pictures.count, pictures[takenCount].count == count else {
      pictures.removeSubrange(takenCount...)
      return nil
    }
    defer { takenCount += 1 }
    return FilmSamples(height: request.height, width: request.width, whole: pictures[takenCount])
  }

  /// Where the steps that come next were stopped; told once.
  mutating func takeWaypoint() -> Trajectory.Waypoint? {
    defer { reached = nil }
    return reached
  }

  /// From here on the next picture is drawn, or the film around its middle.
  mutating func note(picture: FilmSamples) {
    pictures.append(picture.samples)
    takenCount = pictures.count
  }

  /// Writes down where the steps stand, when it is time to.
  mutating func note(_ waypoint: Trajectory.Waypoint) {
    guard let path else { return }
    pace.spend {
      let arrays =
        [("sample", waypoint.sample), ("memory", waypoint.memory)]
        + pictures.enumerated().map { ("picture.\($0.offset)", $0.element) }
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
