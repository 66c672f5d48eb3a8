/// Where a scene takes place.
public enum Place: String, CaseIterable, Sendable {
  case plain, sky, sea, meadow, desert, snow, rain, city, forest, mountains, underwater, space

  /// Whether the place looks different at sunset and at night.
  public var hasTimes: Bool {
    switch self {
    case .plain, .rain, .underwater, .space: false
    default: true
    }
  }
}

public enum TimeOfDay: String, CaseIterable, Sendable {
  case day, sunset, night
}

/// What stands behind the subjects.
public struct Setting: Sendable, Hashable {
  public var place: Place
  public var time: TimeOfDay = .day
  /// The colour of a plain ground; nil is the quiet cream of a scene without a named place.
  public var colour: Colour?

  /// Every setting that the world draws: the classes that an evaluator tells apart.
  public static let all: [Setting] = Place.allCases.flatMap { place -> [Setting] in
    if place == .plain {
      return [Setting(place: place)] + Colour.allCases.map { Setting(place: place, colour: $0) }
    }
    return (place.hasTimes ? TimeOfDay.allCases : [.day]).map { Setting(place: place, time: $0) }
  }

  /// "sea at sunset", "plain blue", "forest".
  public var name: String {
    if place == .plain { return colour.map { "plain \($0.rawValue)" } ?? "plain" }
    return time == .day ? place.rawValue : "\(place.rawValue) at \(time.rawValue)"
  }
}

/// What the camera does while the subjects keep their places in the frame (pan) or grow with all
/// else (zoom).
public enum Camera: String, CaseIterable, Sendable {
  case still
  case zoomIn = "zoom in"
  case zoomOut = "zoom out"
  case panLeft = "pan left"
  case panRight = "pan right"

  /// The view at a moment of the film, 0...1.
  func view(at moment: Float) -> View {
    switch self {
    case .still: View()
    case .zoomIn: View(zoom: 1 + 0.45 * moment)
    case .zoomOut: View(zoom: 1.45 - 0.45 * moment)
    case .panLeft: View(panX: -28 * (moment - 0.5))
    case .panRight: View(panX: 28 * (moment - 0.5))
    }
  }
}

/// Which part of the endless scene is seen: its middle and how much it is enlarged.
struct View: Sendable {
  var zoom: Float = 1
  var panX: Float = 0

  @inline(__always) func sceneX(column: Int) -> Float {
    (Float(column) + 0.5 - 32) / zoom + 32 + panX
  }

  @inline(__always) func sceneY(row: Int) -> Float { (Float(row) + 0.5 - 32) / zoom + 32 }

  @inline(__always) func frameX(_ x: Float) -> Float { (x - 32 - panX) * zoom + 32 }

  @inline(__always) func frameY(_ y: Float) -> Float { (y - 32) * zoom + 32 }

  /// The pose as seen; panning follows the subjects, zooming enlarges them.
  func seen(_ pose: Pose) -> Pose {
    var seen = pose
    seen.x = (pose.x - 32) * zoom + 32
    seen.y = (pose.y - 32) * zoom + 32
    seen.size = pose.size * zoom
    return seen
  }
}
