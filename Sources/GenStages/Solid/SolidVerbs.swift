import GenMedia
import GenPipeline

/// Verbs on meshes.
enum SolidVerbs {
  @CatalogBuilder static var stages: [Stage] {
    Stage(
      "turntable", "Films a mesh that turns once around.", topic: "meshes",
      Parameter("mesh", "The mesh."),
      Parameter("frames", "How many pictures the turn takes.", in: 1...10_000, default: 48),
      Parameter("size", "Width and height, in pixels.", in: 16...2048, default: 256),
      Parameter("rate", "How fast they follow one another.", in: 0.01...240, default: rate),
      Parameter("background", "What stands behind it.", default: Color.stage),
      Parameter("up", "The axis that points upwards.", oneOf: ["y", "z"], default: "y"),
      examples: []
    ) {
      (
        mesh: Mesh, frames: Int, size: Int, rate: FramesPerSecond, background: Color, up: String
      ) in
      guard let rate = FrameRate(framesPerSecond: rate.amount) else {
        throw Diagnostic.nothingToJoin
      }
      return try mesh.turntable(
        frameCount: frames, size: size, rate: rate, background: background, isZUp: up == "z")
    }
  }

  private static let rate = FramesPerSecond(24)
}
