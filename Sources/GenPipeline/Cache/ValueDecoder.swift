import GenMedia

/// Reads what ``ValueEncoder`` wrote; any bytes give a value or ``Damage``, never more memory than
/// a small multiple of their number.
///
/// Films larger than `residentLimit` bytes stay in the source and are read frame by frame.
struct ValueDecoder {
  private let source: ByteSource
  private let end: Int
  private var position: Int
  private var buffer: [UInt8] = []
  private var bufferStart = 0
  var residentLimit = 64 << 20

  init(_ source: ByteSource, from start: Int = 0, to end: Int? = nil) {
    self.source = source
    self.end = min(source.byteCount, max(0, end ?? source.byteCount))
    position = max(0, start)
  }

  /// The one value that the bytes hold.
  ///
  /// - Throws: ``Damage``.
  static func decode(_ bytes: [UInt8]) throws -> Value {
    var decoder = ValueDecoder(.memory(bytes))
    return try decoder.wholeValue()
  }

  /// The value, when it ends where the bytes end.
  mutating func wholeValue() throws -> Value {
    let value = try value(depth: 0)
    guard position == end else { throw Damage(reason: "something follows the value") }
    return value
  }

  private mutating func value(depth: Int) throws -> Value {
    guard depth < 200 else { throw Damage(reason: "it is nested too deep") }
    switch try byte() {
    case 0: return .none
    case 1: return .bool(try byte() != 0)
    case 2: return .int(try whole())
    case 3: return .number(try number())
    case 4: return .text(try text())
    case 5:
      let samples = try bytes(4)
      return .color(Color(samples[0], samples[1], samples[2], alpha: samples[3]))
    case 6:
      guard let dimension = Dimension(rawValue: try text()) else {
        throw Damage(reason: "a quantity of nothing known")
      }
      return .quantity(Quantity(try number(), dimension))
    case 7: return .symbol(try text())
    case 8: return .list(try many { try $0.value(depth: depth + 1) })
    case 9: return .record(try fields(depth: depth))
    case 10:
      let parts = try (0..<3).map { _ in
        try many { Prompt.Part(try $0.text(), weight: try $0.number()) }
      }
      return .prompt(Prompt(wanted: parts[0], avoided: parts[1], ending: parts[2]))
    case 11:
      return .sampler(
        SamplerPlan(
          legs: try many { SamplerPlan.Leg(name: try $0.text(), stepCount: try $0.whole()) }))
    case 12: return .model(try model())
    case 13: return .image(try image())
    case 14: return .video(try film())
    case 18: return .audio(try sound())
    case 19: return .mesh(try mesh())
    case 17: return .grid(try grid(depth: depth + 1))
    case 21: return .table(try table())
    case 22:
      let (schema, method) = (try table(), try text())
      let alone = FittedModel.Member("", schema, rowCount: try whole())
      return .fitted(FittedModel([alone], method: method, content: try bytes(try whole())))
    case 24:
      let members = try many {
        FittedModel.Member(try $0.text(), try $0.table(), rowCount: try $0.whole())
      }
      return .fitted(
        FittedModel(members, method: try text(), content: try bytes(try whole())))
    case 23: return .method(MethodChoice(try text(), try fields(depth: depth)))
    case 20:
      guard let trace = Trace(fields: try fields(depth: depth)) else {
        throw Damage(reason: "a trace that lacks something")
      }
      return .trace(trace)
    default: throw Damage(reason: "a value of no known kind")
    }
  }

  private mutating func grid(depth: Int) throws -> Grid {
    let axes = try many { Grid.Axis(name: try $0.text(), values: try $0.list(depth: depth)) }
    guard let grid = Grid(axes: axes, elements: try list(depth: depth)) else {
      throw Damage(reason: "a grid of another size than its axes say")
    }
    return grid
  }

  private mutating func list(depth: Int) throws -> [Value] {
    guard case .list(let elements) = try value(depth: depth) else {
      throw Damage(reason: "there is no list in a grid")
    }
    return elements
  }

  private mutating func fields(depth: Int) throws -> [RecordField] {
    try many { RecordField(try $0.text(), try $0.value(depth: depth + 1)) }
  }

  private mutating func model() throws -> ModelChoice {
    let parts = try (0..<2).map { _ in
      try many { ModelChoice.Part(try $0.text(), share: try $0.number()) }
    }
    let medium = try text()
    guard medium.isEmpty || ValueType.media[medium] != nil else {
      throw Damage(reason: "a model of nothing known")
    }
    return ModelChoice(
      parts: parts[0], additions: parts[1], medium: ValueType.media[medium])
  }

  private mutating func image() throws -> Image {
    let (width, height, channelCount) = (try whole(), try whole(), try whole())
    let count = try sampleCount(width, height, channelCount)
    return try Image.checked(width, height, channelCount, try bytes(count))
  }

  private mutating func sound() throws -> Audio {
    let (rate, channelCount, count) = (try whole(), try whole(), try whole())
    guard (1...Audio.maximumChannelCount).contains(channelCount) else {
      throw Damage(reason: "a sound of no channels")
    }
    let channels = try (0..<channelCount).map { _ in try numbers(count, of: Float.self) }
    do { return try Audio(sampleRate: rate, channels: channels) } catch let error as MediaError {
      throw Damage(reason: error.message)
    }
  }

  private mutating func mesh() throws -> Mesh {
    let parts = try (0..<4).map { _ in try numbers(try whole(), of: Float.self) }
    let indices = try numbers(try whole(), of: UInt32.self)
    let texture = try byte() == 1 ? try image() : nil
    func triples<Scalar, Vector>(_ all: [Scalar], _ make: (Scalar, Scalar, Scalar) -> Vector)
      -> [Vector]
    {
      (0..<all.count / 3).map { make(all[3 * $0], all[3 * $0 + 1], all[3 * $0 + 2]) }
    }
    do {
      return try Mesh(
        positions: triples(parts[0]) { [$0, $1, $2] }, normals: triples(parts[1]) { [$0, $1, $2] },
        coordinates: (0..<parts[2].count / 2).map { [parts[2][2 * $0], parts[2][2 * $0 + 1]] },
        colors: (0..<parts[3].count / 4).map { SIMD4(parts[3][(4 * $0)..<(4 * $0 + 4)]) },
        triangles: triples(indices) { [$0, $1, $2] }, texture: texture)
    } catch let error as MediaError { throw Damage(reason: error.message) }
  }

  private mutating func table() throws -> Table {
    let rowCount = try whole()
    guard rowCount >= 0 else { throw Damage(reason: "a table of no size") }
    let columns = try many { decoder in
      let name = try decoder.text()
      var written = try decoder.text()
      func take(_ mark: String) -> Bool {
        guard written.hasPrefix(mark) else { return false }
        written.removeFirst(mark.count)
        return true
      }
      let (isMadeUp, isFound) = (take(ValueEncoder.madeUpMark), take(ValueEncoder.foundMark))
      guard let type = ColumnType(written: written) else {
        throw Damage(reason: "a column of no known type")
      }
      return Column(name, type, try decoder.entries(type, rowCount))
        .withType(found: isFound).withEntries(madeUp: isMadeUp)
    }
    do { return try Table(columns) } catch {
      throw Damage(reason: "columns that make no table")
    }
  }

  private mutating func entries(_ type: ColumnType, _ count: Int) throws -> Column.Values {
    if type.isNumeric { return .numbers(try numbers(count, of: Double.self)) }
    if type.hasLevels {
      let levels = try many { try $0.text() }
      let codes = try numbers(count, of: Int32.self)
      guard codes.allSatisfy({ $0 >= -1 && $0 < levels.count }) else {
        throw Damage(reason: "a category that is none")
      }
      return .codes(codes, levels: levels)
    }
    let ends = try numbers(count, of: Int.self)
    guard let texts = TextEntries(ends: ends, bytes: try bytes(try whole())) else {
      throw Damage(reason: "texts that are none")
    }
    return .texts(texts)
  }

  private mutating func numbers<Number>(_ count: Int, of type: Number.Type) throws -> [Number] {
    let size = MemoryLayout<Number>.stride
    guard count >= 0, count <= (end - position) / size else {
      throw Damage(reason: "it ends too early")
    }
    return try bytes(count * size).withUnsafeBytes { Array($0.bindMemory(to: type)) }
  }

  private mutating func film() throws -> Video {
    let (width, height, channelCount) = (try whole(), try whole(), try whole())
    let frameSize = try sampleCount(width, height, channelCount)
    guard let rate = FrameRate(try whole(), try whole()) else {
      throw Damage(reason: "a film of no frame rate")
    }
    let start = position
    let count = try skippedFrames(of: frameSize)
    let source = source
    let frame = { @Sendable (index: Int) in
      try Image.checked(
        width, height, channelCount,
        source.bytes(at: start + index * (frameSize + 1) + 1, count: frameSize))
    }
    if count * frameSize <= residentLimit {
      return try Video(frames: (0..<count).map(frame), rate: rate)
    }
    return Video(
      width: width, height: height, channelCount: channelCount, rate: rate, frameCount: count
    ) {
      var next = 0
      return ClosureFrames {
        guard next < count else { return nil }
        defer { next += 1 }
        do { return try frame(next) } catch is Damage { throw Diagnostic.damagedMeanwhile() }
      }
    }
  }

  private mutating func skippedFrames(of frameSize: Int) throws -> Int {
    var count = 0
    while try byte() == 1 {
      guard frameSize <= end - position else { throw Damage(reason: "it ends too early") }
      position += frameSize
      count += 1
    }
    guard count > 0 else { throw Damage(reason: "a film of no frame") }
    return count
  }

  /// The samples of a picture that can still follow.
  private func sampleCount(_ width: Int, _ height: Int, _ channelCount: Int) throws -> Int {
    guard width > 0, height > 0, [1, 3, 4].contains(channelCount) else {
      throw Damage(reason: "a picture of no size")
    }
    let (area, areaOverflow) = width.multipliedReportingOverflow(by: height)
    let (count, countOverflow) = area.multipliedReportingOverflow(by: channelCount)
    guard !areaOverflow, !countOverflow, count <= end - position else {
      throw Damage(reason: "it ends too early")
    }
    return count
  }

  private mutating func many<Element>(
    _ element: (inout ValueDecoder) throws -> Element
  ) throws -> [Element] {
    let count = try whole()
    guard count >= 0, count <= end - position else { throw Damage(reason: "it ends too early") }
    var all: [Element] = []
    for _ in 0..<count { all.append(try element(&self)) }
    return all
  }

  private mutating func byte() throws -> UInt8 {
    let index = position - bufferStart
    if buffer.indices.contains(index), position < end {
      position += 1
      return buffer[index]
    }
    return try bytes(1)[0]
  }

  private mutating func whole() throws -> Int {
    Int(Int64(bitPattern: try eightBytes()))
  }

  private mutating func number() throws -> Double { Double(bitPattern: try eightBytes()) }

  private mutating func eightBytes() throws -> UInt64 {
    try bytes(8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
  }

  private mutating func text() throws -> String {
    let count = try whole()
    guard let text = String(validating: try bytes(count), as: UTF8.self) else {
      throw Damage(reason: "a text that is not UTF-8")
    }
    return text
  }

  private mutating func bytes(_ count: Int) throws -> [UInt8] {
    guard count >= 0, count <= end - position else { throw Damage(reason: "it ends too early") }
    defer { position += count }
    if count > 4096 { return try source.bytes(at: position, count: count) }
    if position < bufferStart || position + count > bufferStart + buffer.count {
      buffer = try source.bytes(at: position, count: min(1 << 14, end - position))
      bufferStart = position
    }
    return Array(buffer[position - bufferStart..<position - bufferStart + count])
  }
}

extension Image {
  fileprivate static func checked(
    _ width: Int, _ height: Int, _ channelCount: Int, _ pixels: [UInt8]
  ) throws -> Image {
    guard
      let image = Image(width: width, height: height, channelCount: channelCount, pixels: pixels)
    else { throw Damage(reason: "a picture of no size") }
    return image
  }
}
