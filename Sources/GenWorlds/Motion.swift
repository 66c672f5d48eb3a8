/// What a subject does during a film.
public enum Motion: String, CaseIterable, Sendable {
  case still
  case driftRight = "drift right"
  case driftLeft = "drift left"
  case rise, fall, bounce, circle, spin, grow, shrink, swing, zigzag, pulse
  case enterLeft = "enter from the left"
  case enterRight = "enter from the right"
  case leaveLeft = "leave to the left"
  case leaveRight = "leave to the right"

  /// The side towards which the subject travels, if any.
  var heading: Subject.Side? {
    switch self {
    case .driftRight, .enterLeft, .leaveRight: .right
    case .driftLeft, .enterRight, .leaveLeft: .left
    default: nil
    }
  }

  /// Whether two subjects doing it stand one above the other instead of side by side.
  var isHorizontal: Bool { heading != nil || self == .zigzag }
}

/// Where a subject stands and how far it may move from there, in pixels.
struct Stand: Sendable, Equatable {
  var x: Float = 32
  var y: Float = 32
  var size: Float = 32
  var reachX: Float = 14
  var reachY: Float = 14
  /// 0...1, different for each scene: where a repeating motion begins.
  var phase: Float = 0
  /// The side that a subject without a heading travels to first.
  var side: Float = 1
}

extension Motion {
  /// The pose at a moment of the film, 0...1.
  func pose(at moment: Float, from stand: Stand) -> Pose {
    var pose = Pose(x: stand.x, y: stand.y, size: stand.size)
    switch self {
    case .still, .driftLeft, .driftRight, .rise, .fall:
      translate(&pose, moment, stand)
    case .enterLeft, .enterRight, .leaveLeft, .leaveRight:
      cross(&pose, moment, stand)
    case .bounce: bounce(&pose, moment, stand)
    case .circle:
      let angle = 2 * Float.pi * (moment + stand.phase)
      let radius = min(stand.reachX, stand.reachY, 13)
      pose.x += radius * Trigonometry.cosine(angle)
      pose.y += radius * Trigonometry.sine(angle)
    case .spin: pose.angle = 2 * Float.pi * moment
    case .grow: pose.size *= 0.5 + 0.7 * moment
    case .shrink: pose.size *= 1.2 - 0.7 * moment
    case .pulse: pose.size *= 1 + 0.2 * Trigonometry.sine(2 * Float.pi * (2 * moment + stand.phase))
    case .swing:
      pose.angle = 0.5 * Trigonometry.sine(2 * Float.pi * (1.5 * moment + stand.phase))
      let rope = min(stand.size * 0.5 + 3, max(0, stand.reachX - 2) * 2)
      pose.x -= rope * Trigonometry.sine(pose.angle)
      pose.y -= rope * (1 - Trigonometry.cosine(pose.angle))
    case .zigzag:
      let wave = (moment * 2 + 0.25).truncatingRemainder(dividingBy: 1)
      pose.x += stand.side * min(stand.reachX, 13) * (2 * moment - 1)
      pose.y += min(stand.reachY, 11) * (4 * abs(wave - 0.5) - 1)
    }
    return pose
  }

  private func translate(_ pose: inout Pose, _ moment: Float, _ stand: Stand) {
    let course = 2 * moment - 1
    switch self {
    case .driftRight: pose.x += min(stand.reachX, 13) * course
    case .driftLeft: pose.x -= min(stand.reachX, 13) * course
    case .rise: pose.y -= min(stand.reachY, 13) * course
    case .fall: pose.y += min(stand.reachY, 13) * course
    default: break
    }
  }

  private func cross(_ pose: inout Pose, _ moment: Float, _ stand: Stand) {
    let outside = stand.size / 2 + 2
    // In the middle of the film all of it is to be seen.
    let arrival = 1 - smoothStep(0, 1, clamped(moment / 0.72))
    let departure = smoothStep(0, 1, clamped((moment - 0.28) / 0.72))
    switch self {
    case .enterLeft: pose.x += (-outside - stand.x) * arrival
    case .enterRight: pose.x += (64 + outside - stand.x) * arrival
    case .leaveLeft: pose.x += (-outside - stand.x) * departure
    case .leaveRight: pose.x += (64 + outside - stand.x) * departure
    default: break
    }
  }

  private func bounce(_ pose: inout Pose, _ moment: Float, _ stand: Stand) {
    let flight = (moment * 2 + stand.phase).truncatingRemainder(dividingBy: 1)
    let height = 4 * flight * (1 - flight)
    let reach = min(stand.reachY, 13)
    pose.y += reach - 2 * reach * height
    let squash = 0.16 * max(0, 1 - height * 5)
    pose.stretchX = 1 + squash
    pose.stretchY = 1 - squash
    pose.y += squash * stand.size / 2
  }
}
