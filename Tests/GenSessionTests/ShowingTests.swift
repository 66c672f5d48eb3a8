import GenMedia
import GenPipeline
import Testing

@testable import GenSession

private func terminal(
  _ pictures: Terminal.PictureMode, isInteractive: Bool = true, columns: Int = 80
) -> Terminal {
  Terminal(
    columns: columns, rows: 24, colorCount: pictures == .none ? 1 : 1 << 24, pictures: pictures,
    isInteractive: isInteractive)
}

@Suite struct `Values as people look at them` {
  let tone: Audio
  let mesh: Mesh

  init() throws {
    tone = try Audio.tone(440, seconds: 1, decibels: -6)
    mesh = try Mesh(
      positions: [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]],
      triangles: [[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])
  }

  @Test func `a sound is a waveform of dots with its length and level below`() throws {
    let shown = try Value.audio(tone).shown(on: terminal(.blocks))
    let lines = try #require(shown.picture).split(separator: "\n")
    #expect(lines.count == 5 && lines.allSatisfy { $0.count == 78 })
    // At -6 dBFS it swings over half of the height.
    #expect(lines[0].allSatisfy { $0 == "\u{2800}" } && lines[4].allSatisfy { $0 == "\u{2800}" })
    #expect(lines[2].allSatisfy { $0 == "\u{28FF}" })
    #expect(
      shown.facts == "Audio 1 s, 1 channel at 48000 Hz, peak -6 dBFS, -9.7 LUFS", "\(shown.facts)")
    // Dots need no colour, but somebody who looks.
    #expect(try Value.audio(tone).shown(on: terminal(.none)).picture == shown.picture)
    #expect(try Value.audio(tone).shown(on: terminal(.none, isInteractive: false)).picture == nil)
    let silence = try Audio(sampleRate: 8000, channels: [[Float](repeating: 0, count: 8000)])
    #expect(silence.facts.hasSuffix("silent"))
  }

  @Test(arguments: [
    (Terminal.PictureMode.kitty, "\u{1B}_G"), (.sixel, "\u{1B}P"), (.blocks, "\u{1B}["),
  ])
  func `pictures are drawn as the terminal can`(mode: Terminal.PictureMode, mark: String) throws {
    let values: [Value] = [
      .image(Image(width: 8, height: 6, filledWith: [200, 0, 0])), .mesh(mesh),
      .list([.image(Image(width: 8, height: 6)), .image(Image(width: 8, height: 6))]),
    ]
    for value in values {
      let shown = try value.shown(on: terminal(mode))
      #expect(shown.picture?.contains(mark) == true, "\(value.type)")
      #expect(try value.shown(on: terminal(.none)).picture == nil)
      #expect(try value.shown(on: terminal(.none)).facts == shown.facts)
    }
  }

  @Test func `captions stand in the pictures, or below where they could not be read`() throws {
    let picture = Value.image(Image(width: 8, height: 6))
    let named = Value.list([
      .record([.init("name", .text("a cat")), .init("it", picture)]),
      .record([.init("name", .text("a dog")), .init("it", picture)]),
    ])
    let blocks = try #require(try named.shown(on: terminal(.blocks)).picture)
    #expect(blocks.hasSuffix("\n  0 a cat\n  1 a dog"))
    #expect(try named.shown(on: terminal(.kitty)).picture?.contains("a cat") == false)
    let plain = try #require(
      try Value.list([picture, picture]).shown(on: terminal(.blocks)).picture)
    #expect(!plain.contains("\n  0 "))
  }

  @Test func `a mesh says its size`() throws {
    let facts = try Value.mesh(mesh).shown(on: terminal(.none)).facts
    #expect(facts == "Mesh of 4 triangles, 4 vertices, 1 x 1 x 1")
  }

  @Test func `many numbers are a line, few are numbers`() throws {
    let rise = Value.list((0..<20).map { .int($0) })
    let shown = try rise.shown(on: terminal(.none, columns: 40))
    let lines = try #require(shown.picture).split(separator: "\n")
    #expect(lines.count == 6 && lines.allSatisfy { $0.count < 40 })
    #expect(lines[0].hasPrefix("19 ┤") && lines[5].hasPrefix(" 0 ┤"))
    #expect(lines[5].contains("⣀") && lines[0].last != "\u{2800}" && lines[5].last == "\u{2800}")
    #expect(shown.facts == "List of 20 numbers, 0 to 19, mean 9.5")
    #expect(try Value.list([.int(1), .int(2)]).shown(on: terminal(.none)).facts == "[1, 2]")
    let flat = Value.list((0..<9).map { _ in .number(2.5) })
    #expect(try flat.shown(on: terminal(.blocks)).picture != nil)
    let wild = Value.list((0..<9).map { .number($0 == 4 ? .nan : 1) })
    #expect(try wild.shown(on: terminal(.blocks)).picture == nil)
    // In a pipe it is what it was.
    #expect(try rise.shown(on: terminal(.none, isInteractive: false)).facts.hasPrefix("[0, 1, 2"))
  }

  @Test func `records are a table with types and a line of statistics`() throws {
    let rows = (0..<20).map { index in
      Value.record([
        RecordField("name", .text("row \(index % 3)")),
        RecordField("score", .number(Double(index))),
      ])
    }
    let shown = try Value.list(rows).shown(on: terminal(.none))
    let lines = try #require(shown.picture).split(separator: "\n")
    #expect(lines[0].hasPrefix("name ") && lines[1].hasPrefix("Text "))
    #expect(lines[1].hasSuffix("Number") && lines[2].hasPrefix("──"))
    #expect(lines.contains("… 8 more"))
    #expect(lines.last?.hasPrefix("3 different") == true)
    #expect(lines.last?.hasSuffix("0…19, mean 9.5") == true)
    #expect(shown.facts == "List of 20 records of 2 fields")
    let narrow = try Value.list(rows).shown(on: terminal(.none, columns: 20))
    #expect(narrow.picture?.hasSuffix("and 1 more column") == true)
  }

  @Test func `a picture fits into the cells that there are and keeps its shape`() {
    let wide = Image(width: 200, height: 50)
    let cells = terminal(.blocks).cells(for: wide, columns: 80, rows: 24)
    #expect(cells.columns == 80 && cells.rows == 10)
    let high = terminal(.blocks).cells(
      for: Image(width: 50, height: 200), columns: 80, rows: 24)
    #expect(high.columns == 12 && high.rows == 24)
    let one = terminal(.blocks).cells(for: Image(width: 1, height: 900), columns: 1, rows: 1)
    #expect(one.columns == 1 && one.rows == 1)
  }

  @Test func `a large mesh has no viewer, a small one stands on its own`() throws {
    let viewer = try #require(MeshViewer.fragment(mesh, label: "\"><script>", texturePNG: nil))
    #expect(viewer.hasPrefix("<canvas") && viewer.hasSuffix("</script>"))
    #expect(!viewer.contains("\"><script>;") && viewer.matches(of: /<script>/).count == 1)
    #expect(!viewer.contains("http") && !viewer.contains("src="))
    let count = MeshViewer.triangleLimit + 1
    let large = try Mesh(
      positions: mesh.positions, triangles: Array(repeating: [0, 2, 1], count: count))
    #expect(MeshViewer.fragment(large, label: "", texturePNG: nil) == nil)
  }
}
