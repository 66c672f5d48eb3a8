import Foundation
import GenPipeline
import Testing

@testable import GenSession

/// A folder with the pages of some titles.
private func site(of titles: Set<String>, _ body: (String, Int) throws -> Void) async throws {
  let folder = NSTemporaryDirectory() + "gen-site-\(UUID().uuidString)"
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let scratch = folder + "/scratch"
  try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
  let count = try await ReferenceSite(workshop(output: scratch)) { titles.contains($0) }
    .write(to: folder)
  try body(folder, count)
}

private func text(_ path: String) throws -> String {
  try String(contentsOfFile: path, encoding: .utf8)
}

@Test func `a page of the reference has every form, parameter and example with its result`()
  async throws
{
  try await site(of: ["resize", "mean", "seed", ":help", "E0104", "samplers.gen"]) {
    folder, count in
    #expect(count == 7)
    let resize = try text(folder + "/verbs/resize.html")
    #expect(resize.contains("<h1>resize</h1>"))
    #expect(resize.contains("<code>width</code>"))
    #expect(resize.contains("<img") && resize.contains("data:image/png;base64,"))
    #expect(resize.contains("href=\"../style.css\""))
    #expect(try text(folder + "/verbs/mean.html").contains("The mean of a list"))
    #expect(try text(folder + "/settings/seed.html").contains("seed"))
    #expect(try text(folder + "/commands/-help.html").contains("Lists the commands"))
    let message = try text(folder + "/messages/E0104.html")
    #expect(message.contains("[E0104]"), "the program gets the message that the page is about")
    #expect(message.contains("<h2>Right</h2>"))
  }
}

@Test func `the index lists every page and the search knows it`() async throws {
  try await site(of: ["resize", "blur", "seed"]) { folder, _ in
    let index = try text(folder + "/index.html")
    let search = try text(folder + "/search.js")
    for path in ["verbs/resize.html", "verbs/blur.html", "settings/seed.html"] {
      #expect(index.contains("href=\"\(path)\""))
      #expect(search.contains("\"\(path)\""))
      #expect(FileManager.default.fileExists(atPath: "\(folder)/\(path)"))
    }
    for host in ["http:", "https:", "//cdn"] { #expect(!index.contains(host)) }
  }
}

@Test func `a folder that cannot be written is said`() async throws {
  await #expect(throws: (any Error).self) {
    _ = try await ReferenceSite(workshop(output: NSTemporaryDirectory())) { $0 == "seed" }
      .write(to: "/proc/none")
  }
}

@Test func `pages of one kind have names of their own`() throws {
  let paths = ReferenceSite(workshop(output: ".")).pages.map(\.path)
  #expect(Set(paths).count == paths.count)
  #expect(paths.count > 250)
}
