import ArgumentParser
import GenMedia
import GenModels
import GenPipeline
import GenSession
import GenStages

struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Says what a file is and how it was made.")

  @Argument(
    help: "A film, picture, sound, mesh, table or fitted model, best one that Gen saved.",
    completion: .file())
  var file: String
  @Flag(name: .long, help: "The manifest as JSON.") var json = false
  @Flag(name: .long, help: "The script alone.") var script = false

  func run() throws {
    let (facts, written) = try described(file)
    let manifest = try written.map { text in
      do { return try Manifest(text: text) } catch { throw fault(error) }
    }
    if json || script {
      guard let manifest else { throw fault(Diagnostic.noManifest(in: file)) }
      put(json ? manifest.text + "\n" : manifest.script)
      return
    }
    put("\(file): \(facts)\n")
    guard let manifest else {
      put("it carries no manifest: Gen did not save it, or a later program removed it\n")
      return
    }
    put(manifest.summary)
    put(manifest.script.split(separator: "\n").map { "  | \($0)\n" }.joined())
  }
}

/// What a file is, and its manifest.
func described(_ file: String) throws -> (facts: String, manifest: String?) {
  guard FittedFile.isNamed(file) else {
    let info = try probed(file)
    return ("\(info.format), \(info.facts)", info.manifest)
  }
  do {
    let look = try FittedTables.look(file)
    let columns = look.schemas.map { table in
      (table.name.isEmpty ? "" : table.name + " of ")
        + "\(table.schema.columns.count) column\(table.schema.columns.count == 1 ? "" : "s")"
    }
    let rows = look.isProtected ? "" : " of \(look.rowCount) rows"
    let secret = look.isProtected ? ", with secret noise: it cannot be made again" : ""
    return (
      "model, \(look.method)\(rows), \(columns.joined(separator: ", "))\(secret)",
      look.manifest
    )
  } catch { throw fault(error) }
}

extension MediaInfo {
  /// `256x256, 24 frames, 24fps`, `2.5 s, 2 channels at 44100 Hz`, `1200 triangles, 620 vertices`.
  fileprivate var facts: String {
    if let sound {
      let length = duration.map { "\(($0 * 1000).rounded() / 1000) s, " }.orEmpty
      return "\(length)\(sound.channelCount) channel\(sound.channelCount == 1 ? "" : "s") at "
        + "\(sound.sampleRate) Hz"
    }
    if let rows { return "\(rows.rowCount) rows, \(rows.columnCount) columns" }
    if let solid { return "\(solid.triangleCount) triangles, \(solid.vertexCount) vertices" }
    let frames = isFilm ? frameCount.map { ", \($0) frames" }.orEmpty + ", \(rate)fps" : ""
    return "\(width)x\(height)\(frames)"
  }
}

func probed(_ file: String) throws -> MediaInfo {
  do { return try MediaFile.probe(file) } catch { throw fault(error) }
}

/// Tells an error and gives the status for it.
func fault(_ error: any Error) -> ExitCode {
  Console(.text).tell(Studio.describe(error), in: .init())
  return ExitCode(1)
}
