import Foundation
import GenLanguage
import GenMedia
import GenPipeline
import GenStages
import GenPages

/// The whole reference as static pages that ask nobody for anything: verbs and defs with their
/// examples as they came out, models, settings, commands, messages, lessons and example scripts.
///
/// Everything on the pages comes from the declarations, the `##` comments and from running what they
/// show; nothing is written for the pages alone.
public struct ReferenceSite: Sendable {
  let workshop: Workshop
  private let wants: @Sendable (String) -> Bool

  /// - Parameters:
  ///   - workshop: Runs the examples; what they save goes into its output folder.
  ///   - wants: Which pages to make, by title.
  public init(_ workshop: Workshop, wants: @escaping @Sendable (String) -> Bool = { _ in true }) {
    (self.workshop, self.wants) = (workshop, wants)
  }

  /// Makes the pages one by one and writes them, each whole or not at all.
  ///
  /// - Parameter tell: Told the title of each page before it is made.
  /// - Returns: How many pages there are.
  /// - Throws: ``MediaError`` where the folder cannot be written; ``Diagnostic`` where an example fails;
  ///   `CancellationError`.
  public func write(
    to folder: String, tell: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> Int {
    let pages = pages.filter { wants($0.title) }
    for page in pages {
      try Task.checkCancellation()
      tell(page.title)
      try write(framed(page, try await page.body()), to: "\(folder)/\(page.path)")
    }
    try write(index(of: pages), to: folder + "/index.html")
    try write(try Self.script(for: pages), to: folder + "/search.js")
    try write(PageStyle.text + Self.style, to: folder + "/style.css")
    return pages.count + 1
  }

  private func write(_ text: String, to path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw MediaError.cannotWrite(path: folder, reason: (error as NSError).localizedDescription)
    }
    let file = try AtomicFile(path)
    try file.write(Array(text.utf8))
    try file.commit()
  }
}

extension ReferenceSite {
  /// What a page is about; its pages lie in a folder of that name.
  enum Kind: String, CaseIterable, Sendable {
    case lessons, examples, verbs, models, settings, commands, messages

    var heading: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
  }

  struct Page: Sendable {
    let kind: Kind
    let title: String
    /// The heading under which the index lists it, within its kind.
    var topic = ""
    let summary: String
    let body: @Sendable () async throws -> String

    var path: String { "\(kind.rawValue)/\(Page.fileName(title)).html" }

    /// Letters, digits and hyphens.
    private static func fileName(_ title: String) -> String {
      String(title.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" ? $0 : "-" })
    }
  }

  var pages: [Page] {
    lessons + examples + verbs + definitions + models + settings + commands + messages
  }
}
