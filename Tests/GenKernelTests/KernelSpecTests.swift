import Foundation
import GenMedia
import Testing

@testable import GenKernel

@Suite struct KernelSpecTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "gen-spec-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func `an installed kernel has what Jupyter asks for, and is gone when taken away`() throws {
    try withFolder { folder in
      let spec = try KernelSpec(named: "gen", in: .prefix(folder))
      let place = try spec.install(program: "/opt/gen", stdlib: "/opt/stdlib")
      #expect(place == folder + "/share/jupyter/kernels/gen")
      let json = try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(filePath: place + "/kernel.json")))
      let fields = try #require(json as? [String: Any])
      #expect(
        fields["argv"] as? [String]
          == ["/opt/gen", "kernel", "run", "--connection-file", "{connection_file}"])
      #expect(fields["display_name"] as? String == "Gen")
      #expect(fields["interrupt_mode"] as? String == "message")
      #expect((fields["env"] as? [String: String])?["GEN_STDLIB"] == "/opt/stdlib")
      for side in [32, 64] {
        let logo = try MediaFile.probe("\(place)/logo-\(side)x\(side).png")
        #expect((logo.width, logo.height) == (side, side))
      }
      let svg = try String(contentsOfFile: place + "/logo-svg.svg", encoding: .utf8)
      #expect(svg.contains("<path") && svg.hasSuffix("</svg>\n"))
      #expect(
        KernelSpec.all(in: [.prefix(folder)])
          == [.init(name: "gen", folder: place, program: "/opt/gen")])

      #expect(try spec.uninstall() == place)
      #expect(KernelSpec.all(in: [.prefix(folder)]).isEmpty)
      #expect(throws: KernelError.notInstalled(name: "gen")) { try spec.uninstall() }
    }
  }

  @Test func `a kernel that is not Gen's is left alone`() throws {
    try withFolder { folder in
      let place = folder + "/share/jupyter/kernels/gen"
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      try Data(#"{"argv": ["python", "-m", "gen"]}"#.utf8)
        .write(to: URL(filePath: place + "/kernel.json"))
      #expect(throws: KernelError.notInstalled(name: "gen")) {
        try KernelSpec(named: "gen", in: .prefix(folder)).uninstall()
      }
      #expect(FileManager.default.fileExists(atPath: place))
    }
  }

  @Test(arguments: ["", "..", "a/b", "a b", "-x", "ä"])
  func `names that Jupyter would not take are refused`(name: String) {
    #expect(throws: KernelError.badName(name)) { try KernelSpec(named: name, in: .user) }
  }

  @Test func `the folder of a person is where Jupyter looks for it`() {
    #expect(KernelSpec.Place.user.folder(["HOME": "/h"]) == "/h/.local/share/jupyter/kernels")
    let both = ["HOME": "/h", "JUPYTER_DATA_DIR": "/data"]
    #expect(KernelSpec.Place.user.folder(both) == "/data/kernels")
  }

  @Test func `every pixel of the logo has a colour`() throws {
    let logo = try #require(Logo.picture(side: 64))
    #expect(logo.width == 64 && logo.hasAlpha)
    // The four corners are clear, and nothing else.
    let clear = stride(from: 3, to: logo.byteCount, by: 4).count { logo.pixels[$0] == 0 }
    #expect(clear == 4 * 16)
  }

  @Test func `a folder that cannot be written is told`() throws {
    try withFolder { folder in
      try Data().write(to: URL(filePath: folder + "/share"))
      #expect(throws: KernelError.self) {
        try KernelSpec(named: "gen", in: .prefix(folder)).install(program: "/opt/gen")
      }
    }
  }
}
