import Foundation
import GenMedia
import GenStages

/// A kind of document that cells and what they showed are written as.
public enum PageFormat: String, Sendable, CaseIterable {
  case html
  case ipynb
  case md

  /// What the ending of a file's name asks for; nil for any other ending.
  public init?(path: String) {
    self.init(rawValue: URL(filePath: path).pathExtension.lowercased())
  }

  public static let endings = allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
}

/// What a document says of itself besides its cells.
public struct PageFacts: Sendable {
  /// The name of the script, such as `talk.gen`.
  public let name: String
  public let script: String
  /// The program and the kind of machine.
  public let origin: String

  public init(name: String, script: String, origin: String) {
    self.name = name
    self.script = script
    self.origin = origin
  }
}

public enum Sharing {
  /// Writes a document: whole files or none, those beside it first.
  ///
  /// - Returns: What has been written, in a sentence without a full stop.
  /// - Throws: ``MediaError``.
  public static func write(
    _ cells: [RenderedCell], _ facts: PageFacts, as format: PageFormat, to path: String
  ) throws -> String {
    let text: String
    var beside = ""
    switch format {
    case .html: text = HTMLPage(cells, facts).text
    case .ipynb: text = JupyterNotebook(cells).text
    case .md:
      let target = URL(filePath: path)
      let folder = target.deletingPathExtension().lastPathComponent + "_files"
      let page = MarkdownPage(cells, facts, folder: folder)
      try write(page.files, to: target.deletingLastPathComponent().appending(path: folder).path)
      if !page.files.isEmpty { beside = " with \(page.files.count) files in \(folder)/" }
      text = page.text
    }
    let file = try AtomicFile(path)
    try file.write(Array(text.utf8))
    try file.commit()
    return "exported \(path) (\(byteText(text.utf8.count)))\(beside)"
  }

  private static func write(_ files: [MarkdownPage.File], to folder: String) throws {
    guard !files.isEmpty else { return }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw MediaError.cannotWrite(path: folder, reason: (error as NSError).localizedDescription)
    }
    for entry in files {
      let file = try AtomicFile("\(folder)/\(entry.name)")
      try file.write(entry.bytes)
      try file.commit()
    }
  }
}
