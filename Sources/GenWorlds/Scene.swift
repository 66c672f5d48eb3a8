/// One subject of a scene with what it does and where.
struct Actor: Sendable {
  var subject: Subject
  var colour: Colour?
  var motion: Motion
  var stand = Stand()

  /// The drawing's pose at a moment of the film; who looks to a side looks where it goes.
  func pose(at moment: Float) -> Pose {
    var pose = motion.pose(at: moment, from: stand)
    if let heading = motion.heading, let faces = subject.faces {
      pose.isMirrored = heading != faces
    }
    return pose
  }
}

/// Everything that is drawn in one clip.
struct Scene: Sendable {
  /// Where two subjects stand: beside or above each other, or, when one crosses the picture and the
  /// other goes up or down, in corners from which their ways hardly meet.
  enum Arrangement: Sendable { case alone, sideBySide, stacked, cornered }

  var actors: [Actor]
  var setting: Setting
  var camera: Camera
  var arrangement: Arrangement
  var groundSeed: UInt64

  /// What of the scene is seen in each frame.
  func views(frames: Int) -> [Clip.View] {
    World.moments(frames).map { moment in
      let view = camera.view(at: moment)
      return Clip.View(zoom: view.zoom, panX: view.panX)
    }
  }

  /// Where a subject is seen in each frame.
  func stations(of actor: Actor, frames: Int) -> [Clip.Station] {
    World.moments(frames).map { moment in
      let pose = camera.view(at: moment).seen(actor.pose(at: moment))
      return Clip.Station(x: pose.x, y: pose.y, size: pose.size, angle: pose.angle)
    }
  }

  var labels: Labels {
    Labels(
      subjects: actors.map(\.subject.name), colours: actors.map(\.colour),
      motions: actors.map(\.motion), setting: setting, camera: camera)
  }
}

/// What a clip shows, as facts.
public struct Labels: Sendable, Hashable {
  public let subjects: [String]
  /// One for each subject; nil where it has its natural colours.
  public let colours: [Colour?]
  public let motions: [Motion]
  public let setting: Setting
  public let camera: Camera
}

/// The combinations kept out of training, so that the evaluation asks for what was never seen.
public enum HeldOut {
  /// One combination in this many is held out: about 500 of the world's.
  static let modulus: UInt64 = 53

  /// Whether subject, motion and place never occur together in training.
  ///
  /// - Source: FNV-1a, 64 bits, over "subject|motion|place".
  public static func contains(subject: String, motion: Motion, place: Place) -> Bool {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(subject)|\(motion.rawValue)|\(place.rawValue)".utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    return (hash ^ (hash >> 29)) % modulus == 0
  }

  static func contains(_ scene: Scene) -> Bool {
    scene.actors.contains {
      contains(subject: $0.subject.name, motion: $0.motion, place: scene.setting.place)
    }
  }
}
