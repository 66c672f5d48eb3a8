#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import GenMedia

/// A drawn world: endless little films with captions, equal for equal seeds on every machine.
///
/// - Output: films of 24 frames or stills, 64x64 pixels, RGB.
/// - Source: emoji from Noto Color Emoji (OFL-1.1), read when drawing; shapes and places by us.
public struct World: Sendable {
  public static let frameCount = 24
  public static let side = Canvas.side
  /// The frame of a film that a still shows.
  public static let middleFrame = frameCount / 2
  /// Where the package fonts-noto-color-emoji puts its font.
  public static let usualFontPath = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"

  public private(set) var lexicon: Lexicon
  private let sprites: [String: Sprite]

  /// Reads the table in `directory` and the pictures of its subjects.
  ///
  /// - Throws: ``WorldError``, naming the package to install when the font is missing.
  public init(directory: String, fontPath: String = World.usualFontPath) throws {
    lexicon = try Lexicon(directory: directory)
    guard FileManager.default.fileExists(atPath: fontPath) else {
      throw WorldError.fontMissing(path: fontPath)
    }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: fontPath)) else {
      throw WorldError.fontUnreadable(path: fontPath, reason: "the file cannot be opened")
    }
    guard let font = EmojiFont(bytes: Array(data)) else {
      let reason = "it holds no colour bitmaps (tables cmap, CBLC, CBDT)"
      throw WorldError.fontUnreadable(path: fontPath, reason: reason)
    }
    sprites = try World.sprites(of: lexicon, font)
  }

  /// A world in which this share of the scenes has two subjects.
  public func with(pairShare: Float) -> World {
    var world = self
    world.lexicon.sampler.pairShare = pairShare
    return world
  }

  /// The clip with this index in the endless series that a seed begins.
  public func clip(index: Int, seed: UInt64, frames: Int) -> Clip {
    var random = RandomSource(seed: seed, index: UInt64(bitPattern: Int64(index)))
    let (scene, mentions) = lexicon.sampler.scene(&random, isStill: frames == 1)
    var writer = CaptionWriter(random: random)
    return clip(scene, writer.caption(scene, mentions, isStill: frames == 1), frames: frames)
  }

  /// The truth for an evaluation prompt: how the world itself draws it.
  public func clip(for prompt: EvaluationPrompt, frames: Int) -> Clip {
    clip(prompt.scene, prompt.caption, frames: frames)
  }

  private func clip(_ scene: Scene, _ caption: String, frames: Int) -> Clip {
    let mattes = mattes(of: scene, frames: frames)
    return Clip(
      frameCount: max(1, frames), pixels: drawn(scene, frames: frames), caption: caption,
      labels: scene.labels, views: scene.views(frames: frames),
      things: zip(scene.actors, mattes).map { actor, matte in
        Clip.Thing(stations: scene.stations(of: actor, frames: frames), matte: matte)
      })
  }

  func drawn(_ scene: Scene, frames: Int) -> [UInt8] {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(max(1, frames) * Canvas.side * Canvas.side * 3)
    var random = RandomSource(seed: scene.groundSeed, index: 0)
    let ground = Backdrop(scene.setting, random: &random)
    for moment in World.moments(frames) {
      let view = scene.camera.view(at: moment)
      var painter = ground.painted(at: moment, view: view)
      for actor in scene.actors {
        guard let sprite = sprites[World.key(actor.subject, actor.colour)] else { continue }
        painter.canvas.draw(sprite, view.seen(actor.pose(at: moment)))
      }
      painter.canvas.append(to: &pixels)
    }
    return pixels
  }

  /// What is seen of each subject: of the first what those after it, which are before it, leave.
  private func mattes(of scene: Scene, frames: Int) -> [[UInt8]] {
    var mattes = [[UInt8]](repeating: [], count: scene.actors.count)
    for moment in World.moments(frames) {
      let view = scene.camera.view(at: moment)
      var free = [Float](repeating: 1, count: Canvas.side * Canvas.side)
      for (number, actor) in scene.actors.enumerated().reversed() {
        var canvas = Canvas(pixels: [Pixel](repeating: .zero, count: free.count))
        if let sprite = sprites[World.key(actor.subject, actor.colour)] {
          canvas.draw(sprite, view.seen(actor.pose(at: moment)))
        }
        for (place, pixel) in canvas.pixels.enumerated() {
          let share = clamped(pixel.w)
          mattes[number].append(UInt8(share * free[place] * 255 + 0.5))
          free[place] *= 1 - share
        }
      }
    }
    return mattes
  }

  /// The moments of a film's frames.
  static func moments(_ frames: Int) -> [Float] {
    (0..<max(1, frames)).map { moment($0, of: frames) }
  }

  /// When a frame of a film is shown, 0...1; a still is the middle of a film.
  static func moment(_ frame: Int, of frames: Int) -> Float {
    frames <= 1
      ? Float(World.middleFrame) / Float(World.frameCount - 1) : Float(frame) / Float(frames - 1)
  }

  private static func key(_ subject: Subject, _ colour: Colour?) -> String {
    colour.map { "\($0.rawValue) \(subject.name)" } ?? subject.name
  }

  private static func sprites(of lexicon: Lexicon, _ font: EmojiFont) throws -> [String: Sprite] {
    var sprites: [String: Sprite] = [:]
    for subject in lexicon.subjects {
      if let shape = subject.shape {
        for (colour, sprite) in shape.sprites() { sprites[key(subject, colour)] = sprite }
        continue
      }
      guard
        let codePoint = subject.codePoint, let picture = font.picture(of: codePoint),
        let sprite = Sprite(picture: picture)
      else {
        let code = "U+" + String(subject.codePoint ?? 0, radix: 16, uppercase: true)
        throw WorldError.glyphMissing(subject: subject.name, codePoint: code)
      }
      sprites[subject.name] = sprite
      guard subject.takesColour else { continue }
      for colour in Colour.allCases {
        sprites[key(subject, colour)] = sprite.recoloured(colour.tinted)
      }
    }
    return sprites
  }
}

/// One example for training: frames after each other, rows of RGB samples, and what they show.
public struct Clip: Sendable, Equatable {
  public let frameCount: Int
  /// `frameCount x 64 x 64 x 3` samples.
  public let pixels: [UInt8]
  public let caption: String
  public let labels: Labels
  /// What of the scene is seen in each frame.
  public let views: [View]
  /// The subjects, in the order of the labels.
  public let things: [Thing]

  /// The camera's enlargement and way to the right in pixels of the scene.
  public struct View: Sendable, Equatable {
    public let zoom: Float
    public let panX: Float
  }

  /// Where a subject is seen in each frame, and how much of each pixel is its: `frameCount x 64 x
  /// 64`, 255 for all of it.
  public struct Thing: Sendable, Equatable {
    public let stations: [Station]
    public let matte: [UInt8]
  }

  /// A place and a size in pixels, and a clockwise turn in radians.
  public struct Station: Sendable, Equatable {
    public let x: Float
    public let y: Float
    public let size: Float
    public let angle: Float
  }

  /// The frames as pictures.
  public var frames: [Image] {
    let size = World.side * World.side * 3
    return (0..<frameCount).compactMap { frame in
      Image(
        width: World.side, height: World.side,
        pixels: Array(pixels[frame * size..<(frame + 1) * size]))
    }
  }
}
