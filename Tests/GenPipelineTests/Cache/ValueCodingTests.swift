import GenMedia
import Testing

@testable import GenPipeline

struct ValueCodingTests {
  static let picture = Image(width: 3, height: 2, filledWith: [9, 8, 7, 6])
  static let samples: [Value] = [
    .none, .bool(true), .bool(false), .int(.min), .int(.max), .number(-0.0), .number(.infinity),
    .text(""), .text("Ein Boot 🚀\u{0}"), .symbol("video"), .color(Color(1, 2, 3, alpha: 4)),
    .quantity(Quantity(24, .rate)), .quantity(Quantity(-6.5, .gain)), .list([]),
    .list([.int(1), .list([.none, .text("a")])]),
    .record([RecordField("b", .int(1)), RecordField("a", .image(picture))]),
    .prompt(Prompt(wanted: [.init("sea", weight: 0.6)], avoided: [.init("people")], ending: [])),
    .sampler(SamplerPlan(legs: [.init(name: "euler", stepCount: 8)])),
    .model(ModelChoice(name: "matinee", medium: .video)), .model(ModelChoice(name: "x")),
    .image(picture), .image(Image(width: 1, height: 1, filledWith: [5])),
  ]

  @Test(arguments: samples.indices)
  func `a value comes back as it was`(index: Int) throws {
    let value = ValueCodingTests.samples[index]
    let back = try ValueDecoder.decode(value.encoded())
    #expect(try back.digest() == value.digest())
    #expect(try back.encoded() == value.encoded())
  }

  @Test func `a sound and a mesh come back to the last bit`() throws {
    let sound = try Audio(
      sampleRate: 8000, channels: [[0, 0.5, -1], [1, -0.25, .leastNonzeroMagnitude]])
    let mesh = try Mesh(
      positions: [[0, 0, 0], [1, 0, 0], [0, 1, 0.5]],
      normals: [[0, 0, 1], [0, 1, 0], [0.6, 0.8, 0]], coordinates: [[0, 0], [1, 0], [0, 1]],
      colors: [[1, 0, 0, 1], [0, 1, 0, 0.5], [0, 0, 1, 1]], triangles: [[0, 1, 2]],
      texture: Image(width: 2, height: 1, filledWith: [1, 2, 3]))
    for value in [Value.audio(sound), .mesh(mesh), .list([.mesh(mesh), .audio(sound)])] {
      let bytes = try value.encoded()
      let back = try ValueDecoder.decode(bytes)
      #expect(try back.equals(value) == true && back.digest() == value.digest())
      for count in 0..<bytes.count {
        #expect(throws: Damage.self) { try ValueDecoder.decode(Array(bytes.prefix(count))) }
      }
    }
    #expect(try Value.audio(sound).digest() != Value.audio(sound.reversed()).digest())
  }

  @Test func `a table comes back to the last bit, and what is cut off is noticed`() throws {
    let table = try Table([
      Column("age", .number, .numbers([30.5, .nan, -0.25])),
      Column("born", .date(format: "%d.%m.%Y"), .numbers([-40_000, 0, 12])),
      Column("sex", .category, .codes([0, -1, 1], levels: ["f", "m"])),
      Column("name", .text, .texts(TextEntries(["Ada", nil, ""]))),
    ])
    let bytes = try Value.table(table).encoded()
    let back = try ValueDecoder.decode(bytes)
    #expect(try back.equals(.table(table)) == true && back.digest() == Value.table(table).digest())
    #expect(back.type == .table(table.rowType))
    for count in 0..<bytes.count {
      #expect(throws: Damage.self) { try ValueDecoder.decode(Array(bytes.prefix(count))) }
    }
    let other = Value.table(table.rows([0, 1, 1]))
    #expect(try other.digest() != Value.table(table).digest())
  }

  @Test func `how a column came about comes back with it`() throws {
    for (isFound, isMadeUp) in [(false, false), (true, false), (false, true), (true, true)] {
      let column = Column("name", .category, .codes([0], levels: ["~?"]))
        .withType(found: isFound).withEntries(madeUp: isMadeUp)
      let bytes = try Value.table(try Table([column])).encoded()
      guard case .table(let back) = try ValueDecoder.decode(bytes) else {
        Issue.record("no table")
        return
      }
      #expect(back.columns == [column])
      #expect(back.columns[0].isTypeFound == isFound && back.columns[0].isMadeUp == isMadeUp)
    }
  }

  @Test func `a film comes back frame by frame, whether it was lazy or not`() throws {
    let frames = (0..<5).map { Image(width: 4, height: 3, filledWith: [UInt8($0), 1, 2]) }
    let film = try Video(frames: frames, rate: try #require(FrameRate(30000, 1001)))
    let lazy = film.mapFrames { frame, _ in frame }
    for value in [Value.video(film), .video(lazy)] {
      let bytes = try value.encoded()
      guard case .video(let back) = try ValueDecoder.decode(bytes) else {
        Issue.record("no film")
        return
      }
      #expect(try back.collected() == frames)
      #expect(back.rate == film.rate)
      var decoder = ValueDecoder(.memory(bytes))
      decoder.residentLimit = 10
      guard case .video(let streamed) = try decoder.wholeValue() else {
        Issue.record("no film")
        return
      }
      #expect(!streamed.isInMemory && streamed.frameCount == 5)
      #expect(try streamed.collected() == frames)
    }
  }

  @Test func `what lives in its program only is not kept`() throws {
    let function = FunctionValue(name: "f", type: .unknown, identity: "f") { _ in .none }
    #expect(throws: Unkeepable.self) { try Value.list([.function(function)]).encoded() }
  }

  @Test func `a film above the limit is given up early`() throws {
    var made = 0
    let film = Video(width: 10, height: 10, rate: .film, frameCount: nil) {
      ClosureFrames { Image(width: 10, height: 10) }
    }
    let encoder = ValueEncoder(
      filmLimit: 1000,
      frameWritten: {
        made = $0; _ = $1
      }
    ) { _ in }
    #expect(throws: Unkeepable.self) { try encoder.encode(.video(film)) }
    #expect(made == 3)
  }

  @Test func `bytes cut anywhere are damage`() throws {
    let bytes = try Value.list(ValueCodingTests.samples).encoded()
    for count in 0..<bytes.count {
      #expect(throws: Damage.self) { try ValueDecoder.decode(Array(bytes.prefix(count))) }
    }
    #expect(throws: Damage.self) { try ValueDecoder.decode(bytes + [0]) }
  }

  @Test func `any bytes give a value or damage`() throws {
    let whole = try Value.list(
      ValueCodingTests.samples + [.video(Video(ValueCodingTests.picture))]
    ).encoded()
    var random = SplitMix(state: 7)
    for _ in 0..<3000 {
      var bytes = whole
      for _ in 0...Int.random(in: 0...3, using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        bytes[index] = UInt8.random(in: 0...255, using: &random)
      }
      do { _ = try ValueDecoder.decode(bytes) } catch { #expect(error is Damage) }
    }
    for size in 0..<2000 {
      let bytes = (0..<size % 60).map { _ in UInt8.random(in: 0...20, using: &random) }
      do { _ = try ValueDecoder.decode(bytes) } catch { #expect(error is Damage) }
    }
  }

  @Test func `lists nested without end are damage`() {
    let bytes = (0..<100_000).flatMap { _ in [8, 1, 0, 0, 0, 0, 0, 0, 0] as [UInt8] }
    #expect(throws: Damage.self) { try ValueDecoder.decode(bytes) }
  }
}

/// Random numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
