import Foundation
import GenMedia

@testable import GenWorlds

enum Support {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let directory = root.appendingPathComponent("stdlib/worlds/matinee").path
  static let lexicon = Result { try Lexicon(directory: directory) }
  static let world = Result { try World(directory: directory) }
  static let hasFont = FileManager.default.fileExists(atPath: World.usualFontPath)
  static let fontBytes = Result {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: World.usualFontPath)))
  }

  /// Whether the emoji are those of the font that the shipped weights were trained on: version 2.042.
  static let hasTrainingFont = (try? fontBytes.get()).map(digest) == 13_381_760_458_430_728_386

  static func digest(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

/// Where a subject is in one frame, found by comparing the frame with the empty ground.
struct Footprint {
  var mass: Double = 0
  var x: Double = 0
  var y: Double = 0
  var touchesBorder = false

  static func measured(_ scene: Scene, in world: World, frames: Int) -> [Footprint] {
    var empty = scene
    empty.actors = []
    let (drawn, ground) = (world.drawn(scene, frames: frames), world.drawn(empty, frames: frames))
    return (0..<frames).map { frame in
      footprint(frame: frame) { abs(Int(drawn[$0]) - Int(ground[$0])) }
    }
  }

  private static func footprint(frame: Int, difference: (Int) -> Int) -> Footprint {
    let side = World.side
    var footprint = Footprint()
    for row in 0..<side {
      for column in 0..<side {
        let place = ((frame * side + row) * side + column) * 3
        let change = difference(place) + difference(place + 1) + difference(place + 2)
        guard change > 24 else { continue }
        footprint.mass += 1
        footprint.x += Double(column) + 0.5
        footprint.y += Double(row) + 0.5
        if change > 90, row == 0 || column == 0 || row == side - 1 || column == side - 1 {
          footprint.touchesBorder = true
        }
      }
    }
    guard footprint.mass > 0 else { return footprint }
    footprint.x /= footprint.mass
    footprint.y /= footprint.mass
    return footprint
  }
}
