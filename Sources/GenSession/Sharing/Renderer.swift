import Foundation
import GenMedia
import GenModels
import GenPipeline
import GenStages

/// Turns what cells showed into bytes and texts for a page.
///
/// Values that were not kept are computed again; files that are gone are only told of.
public struct Renderer: Sendable {
  private let workshop: Workshop
  /// Pictures of one list that a page shows.
  static let longestGallery = 100

  public init(_ workshop: Workshop) { self.workshop = workshop }

  /// - Throws: ``Diagnostic`` or ``MediaError`` of a value that cannot be made any more;
  ///   `CancellationError`.
  public func rendered(_ records: [CellRecord]) async throws -> [RenderedCell] {
    var cells: [RenderedCell] = []
    for record in records {
      var renditions: [Rendition] = []
      for exhibit in record.exhibits { renditions.append(try await rendered(exhibit)) }
      cells.append(
        RenderedCell(Notebook.Cell(title: record.title, text: record.text), renditions))
    }
    return cells
  }

  /// - Throws: as above.
  public func rendered(_ exhibit: Exhibit) async throws -> Rendition {
    var rendition = try await content(of: exhibit)
    rendition.isResult = exhibit.isResult
    return rendition
  }

  private func content(of exhibit: Exhibit) async throws -> Rendition {
    switch exhibit.content {
    case .printed(let text): return Rendition(.text(text))
    case .question(let question): return Rendition(.text(question.page + question.solution))
    case .note(let text): return Rendition(.note(text))
    case .problem(let diagnostic, let text):
      return Rendition(
        .problem(
          code: diagnostic.code, message: diagnostic.message, text: text,
          isWarning: diagnostic.severity == .warning))
    case .file(let report):
      let facts = [report.sentence, exhibit.facts].filter { !$0.isEmpty }.joined(separator: ", ")
      if report.format.holds == .table,
        let reading = try? MediaFile.readTable(report.path),
        let grid = Rendition.Table(.table(reading.table))
      {
        return Rendition(.table(grid), facts: facts)
      }
      guard report.format != .pngFrames,
        let bytes = try? Data(contentsOf: URL(filePath: report.path)), !bytes.isEmpty
      else { return Rendition(.note(facts)) }
      var medium = Rendition.Medium(
        bytes: Array(bytes), format: report.format, width: report.width, height: report.height)
      try fill(&medium, from: report.path)
      return Rendition(.medium(medium), facts: facts)
    case .value(let value):
      return try rendered(try await workshop.runner.resolved(value), exhibit.facts)
    }
  }

  private func rendered(_ value: Value, _ facts: String) throws -> Rendition {
    let facts = { (own: String) in [own, facts].filter { !$0.isEmpty }.joined(separator: ", ") }
    switch value {
    case .image(let image):
      return Rendition(.medium(try encoded(image)), facts: facts(image.facts))
    case .trace(let trace):
      return Rendition(.medium(try encoded(trace.sheet())), facts: facts(value.shortText()))
    case .grid(let grid) where [.image, .video].contains(grid.elementType):
      return Rendition(.medium(try encoded(grid.sheet())), facts: facts(grid.facts))
    case .video(let video):
      var medium = try encoded(.mp4, video.width, video.height) {
        _ = try MediaFile.write(video, to: $0, tool: workshop.studio.tool)
      }
      medium.strip = try strip(of: video)
      return Rendition(.medium(medium), facts: facts(video.facts))
    case .audio(let sound):
      var medium = try encoded(.flac, 0, 0) {
        var options = MediaWriteOptions()
        options.sampleBits = 16
        _ = try MediaFile.write(sound, to: $0, options: options, tool: workshop.studio.tool)
      }
      medium.strip = try waveform(of: sound)
      return Rendition(.medium(medium), facts: facts(sound.facts))
    case .mesh(let mesh):
      var medium = try encoded(.glb, 0, 0) { _ = try MediaFile.write(mesh, to: $0) }
      try fill(&medium, with: mesh)
      return Rendition(.medium(medium), facts: facts(mesh.facts))
    case .list(let elements) where value.isVisible:
      let parts = try elements.prefix(Self.longestGallery).map { try rendered($0, "") }
      return Rendition(.gallery(parts), facts: facts("List of \(elements.count)"))
    case .table(let table):
      guard let grid = Rendition.Table(value) else { return Rendition(.text(table.facts)) }
      return Rendition(.table(grid), facts: facts(table.facts))
    case .fitted(let model):
      let fitted = try FittedTables(model)
      return Rendition(.table(Rendition.Table(fitted)), facts: facts(model.facts(fitted)))
    case .text(let text): return Rendition(.text(text), facts: facts(""))
    default:
      if let grid = Rendition.Table(value) { return Rendition(.table(grid), facts: facts("")) }
      return Rendition(.text(value.shortText(limit: 10_000)), facts: facts(""))
    }
  }

  /// Adds what pages show besides the bytes of a file.
  private func fill(_ medium: inout Rendition.Medium, from path: String) throws {
    let tool = workshop.studio.tool
    switch medium.format.holds {
    case .video where medium.isFilm:
      medium.strip = try strip(of: MediaFile.readVideo(path, tool: tool))
    case .audio: medium.strip = try waveform(of: MediaFile.readAudio(path, tool: tool))
    case .mesh: try fill(&medium, with: MediaFile.readMesh(path, tool: tool))
    case .image, .video, .table: break
    }
  }

  private func fill(_ medium: inout Rendition.Medium, with mesh: Mesh) throws {
    medium.strip = try encoded(mesh.strip(count: 4, size: 240)).bytes
    medium.viewer = MeshViewer.fragment(
      mesh, label: mesh.facts, texturePNG: try mesh.texture.map { try encoded($0).bytes })
  }

  private func waveform(of sound: Audio) throws -> [UInt8] {
    try encoded(
      sound.waveform(width: 1200, height: 160, background: .clear)
    ).bytes
  }

  private func strip(of film: Video) throws -> [UInt8] {
    let frames = try film.filmStrip(count: 6)
    // As fine as paper shows it.
    let width = min(frames.width, 1600)
    let strip = try frames.resized(
      width: width, height: max(1, frames.height * width / frames.width))
    return try encoded(strip).bytes
  }

  private func encoded(_ picture: Image) throws -> Rendition.Medium {
    try encoded(.png, picture.width, picture.height) {
      _ = try MediaFile.write(picture, to: $0, tool: workshop.studio.tool)
    }
  }

  /// The bytes of a file as `write` writes it at the path that it is given.
  private func encoded(
    _ format: MediaFormat, _ width: Int, _ height: Int, write: (String) throws -> Void
  ) throws -> Rendition.Medium {
    let path = NSTemporaryDirectory() + "gen-\(UUID().uuidString).\(format.rawValue)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try write(path)
    return Rendition.Medium(
      bytes: Array(try Data(contentsOf: URL(filePath: path))), format: format, width: width,
      height: height)
  }
}
