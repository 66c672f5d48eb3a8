import Foundation
import GenPipeline
import GenWeights
import Testing

@testable import GenStages

private func studio(output: String, allowed: [String] = []) -> Studio {
  Studio(
    store: ModelStore(stdlib: "/nowhere", home: "/nowhere"), outputFolder: output,
    allowedFolders: allowed, announce: { _ in })
}

private func withFolder(_ body: (String) throws -> Void) throws {
  let folder = NSTemporaryDirectory() + "gen-paths-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try body(folder)
}

@Test func `a path below the output folder is taken, with folders that are not there yet`() throws {
  try withFolder { folder in
    let studio = studio(output: folder)
    for name in ["a.png", "new/er/a.png", "./a.png"] {
      let path = try studio.outputPath(name)
      #expect(path == folder + "/" + name)
    }
  }
}

@Test func `a path that leaves the output folder is refused`() throws {
  try withFolder { folder in
    let studio = studio(output: folder)
    for path in ["../a.png", "/etc/a.png", "x/../../a.png", "", "a\0b.png", "new/../../a.png"] {
      #expect(throws: Diagnostic.self, "\(path)") { try studio.outputPath(path) }
    }
  }
}

@Test func `a link inside the output folder does not lead out of it`() throws {
  try withFolder { folder in
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/out", withDestinationPath: "/tmp")
    #expect(throws: Diagnostic.self) { try studio(output: folder).outputPath("out/a.png") }
  }
}

@Test func `a folder that the person allowed is taken`() throws {
  try withFolder { folder in
    let studio = studio(output: folder + "/in", allowed: [folder])
    let path = try studio.outputPath(folder + "/b.png")
    #expect(path == folder + "/b.png")
    #expect(throws: Diagnostic.self) { try studio.outputPath("/etc/b.png") }
  }
}
