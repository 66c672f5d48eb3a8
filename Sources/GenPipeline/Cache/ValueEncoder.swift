import Foundation
import GenMedia

/// Why a value cannot be kept: it is no fault, the value is just made again when needed.
struct Unkeepable: Error {
  let reason: String
}

/// Writes a value as bytes that ``ValueDecoder`` reads back.
///
/// - Output: one byte for the case, then its content: numbers in eight bytes, lowest first; texts,
///   lists and samples after their counts; a film frame by frame, each after a 1, and a 0.
struct ValueEncoder {
  /// Raw bytes of a film above which it is not kept.
  var filmLimit = Int.max
  /// Told after each frame of a film: frames written, and all of them where that is known.
  var frameWritten: (Int, Int?) -> Void = { _, _ in }
  let write: (UnsafeRawBufferPointer) throws -> Void

  /// Before the type of a column that was found by looking.
  static let foundMark = "?"
  /// Before that, where its entries are made up.
  static let madeUpMark = "~"

  /// - Throws: ``Unkeepable``; what making a film's frames or `write` throws; `CancellationError`.
  func encode(_ value: Value) throws {
    try put(UInt8(truncatingIfNeeded: value.tag))
    switch value {
    case .none: break
    case .bool(let flag): try put(flag ? 1 : 0 as UInt8)
    case .int(let whole): try put(whole)
    case .number(let number): try put(number)
    case .text(let text), .symbol(let text): try put(text)
    case .color(let color):
      try put([color.red, color.green, color.blue, color.alpha])
    case .quantity(let quantity):
      try put(quantity.dimension.rawValue)
      try put(quantity.amount)
    case .list(let elements):
      try put(elements.count)
      for element in elements { try encode(element) }
    case .record(let fields): try put(fields)
    case .grid(let grid):
      try put(grid.axes.count)
      for axis in grid.axes {
        try put(axis.name)
        try encode(.list(axis.values))
      }
      try encode(.list(grid.elements))
    case .trace(let trace): try put(trace.fields)
    case .prompt(let prompt):
      for parts in [prompt.wanted, prompt.avoided, prompt.ending] { try put(parts) }
    case .sampler(let plan):
      try put(plan.legs.count)
      for leg in plan.legs {
        try put(leg.name)
        try put(leg.stepCount)
      }
    case .model(let choice): try put(choice)
    case .image(let image): try put(image)
    case .video(let film): try put(film)
    case .audio(let sound):
      for size in [sound.sampleRate, sound.channelCount, sound.frameCount] { try put(size) }
      for channel in sound.channels { try channel.withUnsafeBytes(write) }
    case .mesh(let mesh): try put(mesh)
    case .table(let table): try put(table)
    case .method(let method):
      try put(method.name)
      try put(method.settings)
    case .fitted(let model):
      if model.isFamily { try put(model.members.count) }
      for member in model.members {
        if model.isFamily { try put(member.name) }
        try put(member.schema)
        if !model.isFamily { try put(model.method) }
        try put(member.rowCount)
      }
      if model.isFamily { try put(model.method) }
      try put(model.content.count)
      try put(model.content)
    case .function: throw Unkeepable(reason: "a function lives in its program only")
    case .deferred: throw Unkeepable(reason: "a call has no content before it is run")
    }
  }

  private func put(_ fields: [RecordField]) throws {
    try put(fields.count)
    for field in fields {
      try put(field.name)
      try encode(field.value)
    }
  }

  private func put(_ image: Image) throws {
    for size in [image.width, image.height, image.channelCount] { try put(size) }
    try put(image.pixels)
  }

  private func put(_ mesh: Mesh) throws {
    let parts = [
      mesh.positions.flatMap { [$0.x, $0.y, $0.z] }, mesh.normals.flatMap { [$0.x, $0.y, $0.z] },
      mesh.coordinates.flatMap { [$0.x, $0.y] },
      mesh.colors.flatMap { [$0.x, $0.y, $0.z, $0.w] },
    ]
    for part in parts {
      try put(part.count)
      try part.withUnsafeBytes(write)
    }
    try put(mesh.triangleCount * 3)
    try mesh.triangles.flatMap { [$0.x, $0.y, $0.z] }.withUnsafeBytes(write)
    try put(mesh.texture == nil ? 0 : 1 as UInt8)
    if let texture = mesh.texture { try put(texture) }
  }

  private func put(_ table: Table) throws {
    try put(table.rowCount)
    try put(table.columns.count)
    for column in table.columns {
      try put(column.name)
      try put(
        (column.isMadeUp ? Self.madeUpMark : "") + (column.isTypeFound ? Self.foundMark : "")
          + column.type.written)
      switch column.values {
      case .numbers(let numbers): try numbers.withUnsafeBytes(write)
      case .codes(let codes, let levels):
        try put(levels.count)
        for level in levels { try put(level) }
        try codes.withUnsafeBytes(write)
      case .texts(let texts):
        let (ends, bytes) = texts.storage
        try ends.withUnsafeBytes(write)
        try put(bytes.count)
        try put(bytes)
      }
    }
  }

  private func put(_ film: Video) throws {
    if let size = film.byteCount, size > filmLimit { throw Unkeepable(reason: "the film is large") }
    for size in [film.width, film.height, film.channelCount] { try put(size) }
    try put(film.rate.numerator)
    try put(film.rate.denominator)
    var frames = try film.makeFrames()
    var count = 0
    var size = 0
    while let frame = try frames.next() {
      try Task.checkCancellation()
      size += frame.byteCount
      guard size <= filmLimit else { throw Unkeepable(reason: "the film is large") }
      try put(1 as UInt8)
      try put(frame.pixels)
      count += 1
      frameWritten(count, film.frameCount)
    }
    guard count > 0 else { throw Unkeepable(reason: "the film has no frame") }
    try put(0 as UInt8)
  }

  private func put(_ choice: ModelChoice) throws {
    for parts in [choice.parts, choice.additions] {
      try put(parts.count)
      for part in parts {
        try put(part.name)
        try put(part.share)
      }
    }
    let medium = choice.medium?.description ?? ""
    guard choice.medium == nil || ValueType.media[medium] != nil else {
      throw Unkeepable(reason: "a model of \(medium)")
    }
    try put(medium)
  }

  private func put(_ parts: [Prompt.Part]) throws {
    try put(parts.count)
    for part in parts {
      try put(part.text)
      try put(part.weight)
    }
  }

  private func put(_ byte: UInt8) throws { try withUnsafeBytes(of: byte, write) }

  private func put(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes(write) }

  private func put(_ whole: Int) throws {
    try withUnsafeBytes(of: Int64(whole).littleEndian, write)
  }

  private func put(_ number: Double) throws {
    try withUnsafeBytes(of: number.bitPattern.littleEndian, write)
  }

  private func put(_ text: String) throws {
    try put(text.utf8.count)
    try put(Array(text.utf8))
  }
}

extension ValueType {
  /// The types that a model can make, by their name.
  static let media: [String: ValueType] = {
    let types: [ValueType] = [
      .image, .video, .audio, .score, .voice, .mesh, .table(.unknown), .latent, .text,
    ]
    return Dictionary(types.map { ($0.description, $0) }) { first, _ in first }
  }()
}

extension Value {
  /// The value as bytes: see ``ValueEncoder``.
  ///
  /// - Throws: ``Unkeepable``; what making a film's frames throws.
  func encoded() throws -> [UInt8] {
    var bytes: [UInt8] = []
    try ValueEncoder { bytes.append(contentsOf: $0) }.encode(self)
    return bytes
  }
}
