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
    case .driftRight, .enterLeft, .leaveRight, .zigzag: .right
    case .driftLeft, .enterRight, .leaveLeft: .left
    default: nil
    }
  }

  /// Whether two subjects doing it stand one above the other instead of side by side.
  var isHorizontal: Bool { heading != nil }

  /// Whether the subject comes from outside or goes there.
  var isCrossing: Bool {
    switch self {
    case .enterLeft, .enterRight, .leaveLeft, .leaveRight: true
    default: false
    }
  }

  /// Whether room is needed above and below.
  var isVertical: Bool { self == .rise || self == .fall || self == .bounce }
}

/// Where a subject stands and how far it may move from there, in pixels.
struct Stand: Sendable, Equatable {
  var x: Float = 32
  var y: Float = 32
  var size: Float = 32
  var reachX: Float = 14
  var reachY: Float = 14
  /// 0...1: how far round a circling subject is before another one.
  var phase: Float = 0
}

extension Motion {
  /// The pose at a moment of the film, 0...1.
  ///
  /// What repeats or turns is always at the same place of its course in the film's middle frame: so
  /// a picture and its words tell the film, and what turns is upright in a picture.
  func pose(at moment: Float, from stand: Stand) -> Pose {
    var pose = Pose(x: stand.x, y: stand.y, size: stand.size)
    let turn = moment - World.moment(0, of: 1)
    switch self {
    case .still, .driftLeft, .driftRight, .rise, .fall:
      translate(&pose, moment, stand)
    case .enterLeft, .enterRight, .leaveLeft, .leaveRight:
      cross(&pose, moment, stand)
    case .bounce: bounce(&pose, turn, stand)
    case .circle:
      let angle = 2 * Float.pi * (turn + stand.phase + 0.25)
      let radius = min(stand.reachX, stand.reachY, 13)
      pose.x += radius * Trigonometry.cosine(angle)
      pose.y += radius * Trigonometry.sine(angle)
    case .spin: pose.angle = 2 * Float.pi * turn
    case .grow: pose.size *= 0.5 + 0.7 * moment
    case .shrink: pose.size *= 1.2 - 0.7 * moment
    case .pulse: pose.size *= 1 + 0.2 * Trigonometry.sine(2 * Float.pi * 2 * turn)
    case .swing:
      pose.angle = 0.5 * Trigonometry.sine(2 * Float.pi * 1.5 * turn)
      let rope = min(stand.size * 0.5 + 3, max(0, stand.reachX - 2) * 2)
      pose.x -= rope * Trigonometry.sine(pose.angle)
      pose.y -= rope * (1 - Trigonometry.cosine(pose.angle))
    case .zigzag:
      let wave = (moment * 2 + 0.25).truncatingRemainder(dividingBy: 1)
      pose.x += min(stand.reachX, 13) * (2 * moment - 1)
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

  private func bounce(_ pose: inout Pose, _ turn: Float, _ stand: Stand) {
    let flight = (turn * 2 + 2.5).truncatingRemainder(dividingBy: 1)
    let height = 4 * flight * (1 - flight)
    let reach = min(stand.reachY, 13)
    pose.y += reach - 2 * reach * height
    let squash = 0.16 * max(0, 1 - height * 5)
    pose.stretchX = 1 + squash
    pose.stretchY = 1 - squash
    pose.y += squash * stand.size / 2
  }
}
