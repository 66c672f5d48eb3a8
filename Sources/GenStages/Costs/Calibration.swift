import Foundation
import GenMedia
import GenModels
import GenPipeline
import GenTensor

/// What kinds of work cost on this machine, found by doing a little of each: a tenth to a quarter of a
/// second, once. The fastest of a few runs counts, so that what else the machine does matters little.
enum Calibration {
  /// - Parameter count: Runs of which the fastest counts.
  private static func seconds(
    _ count: Int = 2, _ work: () async throws -> Void
  ) async rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<count {
      let start = ContinuousClock.now
      try await work()
      best = min(best, start.duration(to: .now) / .seconds(1))
    }
    return best
  }

  /// Passes of a film network for pictures, by branches of guidance; the start is loading it.
  static func pictures(_ load: @Sendable () throws -> Matinee) async throws -> Price {
    var loaded: Matinee?
    let first = try await seconds(1) {
      loaded = try load()
      try await loaded?.drawPicture()
    }
    guard let matinee = loaded else { return Price(perUnit: 0) }
    let each = try await seconds { try await matinee.drawPicture() }
    let memory = try await matinee.memory(of: .picture)
    return Price(
      start: first - each, perUnit: each / 2, bytesPerUnit: Double(memory) / 2)
  }

  /// Passes of a film network for films, by frames and branches; the start is preparing it.
  ///
  /// - Parameter picture: The price of its passes for pictures: those of the shortest films.
  static func films(
    beside picture: Price, _ load: @Sendable () throws -> Matinee
  ) async throws -> Price {
    let matinee = try load()
    let frameCount = 8
    let film = try await matinee.secondsOfFilm(frameCount)
    let memory = try await matinee.memory(of: .film(frameCount))
    let units = Double(2 * frameCount)
    return Price(
      start: film.first - film.each, less: (2, picture.seconds(units: 2)),
      more: (units, film.each), bytesPerUnit: Double(memory) / units)
  }

  /// Pixels that a super-resolution network enlarges, in batches.
  static func enlarging(_ load: @Sendable () throws -> Upscaler) async throws -> Price {
    let picture = Image(width: 64, height: 64, filledWith: [90, 120, 150])
    let count = Upscaler.picturesPerRun(height: picture.height, width: picture.width)
    let batch = Array(repeating: picture, count: count)
    var loaded: Upscaler?
    let first = try await seconds(1) {
      loaded = try load()
      _ = try loaded?.enlarged(batch)
    }
    guard let upscaler = loaded else { return Price(perUnit: 0) }
    let each = try await seconds { _ = try upscaler.enlarged(batch) }
    let pixels = Double(count * picture.width * picture.height)
    let memory = try upscaler.memory(
      pictureCount: count, height: picture.height, width: picture.width)
    return Price(
      start: first - each, perUnit: each / pixels, bytesPerUnit: Double(memory) / pixels)
  }

  /// Pixels that are resampled: what other work on pixels is told in.
  @Sendable static func pixels() async throws -> Price {
    let small = pattern(side: 64, number: 0)
    let side = 256
    let each = try await seconds(4) {
      _ = try small.resized(width: side, height: side, filter: .lanczos)
    }
    return Price(perUnit: each / Double(side * side))
  }

  /// Entries of a file of a table.
  @Sendable static func reading() async throws -> Price {
    let table = try rows(20_000)
    let path = NSTemporaryDirectory() + "gen-price-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    _ = try MediaFile.write(table, to: path)
    let each = try await seconds { _ = try MediaFile.readTable(path) }
    return Price(perUnit: each / Double(table.rowCount * table.columns.count))
  }

  /// Work of a method on small tables, told in entries, or in rows that are trained on where it is
  /// trained for so long as it is told.
  static func fitting(
    columnCount: Int, isTrained: Bool, fit: (Table, Int) async throws -> Void
  ) async throws -> Price {
    func measured(_ rowCount: Int, _ length: Int) async throws -> (units: Double, seconds: Double) {
      let table = try rows(rowCount, columnCount)
      let each = try await seconds { try await fit(table, length) }
      return (Double(rowCount * (isTrained ? length : columnCount)), each)
    }
    // Bytes as measured: 17 an entry of a copula of 400,000 rows, 20 to 38 of the networks with
    // 100,000, both of ten columns.
    guard isTrained else {
      return Price(
        less: try await measured(500, 1), more: try await measured(4000, 1), bytesPerUnit: 17)
    }
    // As many rows, so that what comes before the training is told apart.
    return Price(
      less: try await measured(1024, 1), more: try await measured(1024, 6), bytesPerUnit: 40)
  }

  /// Rows of small entities, told in rows that are trained on.
  static func sequences(
    columnCount: Int, fit: (FittedSequences.Subject, Int) async throws -> Void
  ) async throws -> Price {
    let count = 1024
    var table = try rows(count, columnCount)
    // Four rows of each.
    let owners = (0..<count).map { Double($0 / 4) }
    table = try table.setting(Column("entity", .whole, .numbers(owners)))
    func measured(_ length: Int) async throws -> (units: Double, seconds: Double) {
      let each = try await seconds {
        try await fit(FittedSequences.Subject(table, of: "entity"), length)
      }
      return (Double(count * length), each)
    }
    return Price(less: try await measured(1), more: try await measured(6), bytesPerUnit: 60)
  }

  /// A promise whose domains are those of a table that is no secret.
  static func protection(of table: Table) throws -> RowProtection {
    RowProtection(
      budget: try PrivacyBudget(epsilon: 1, delta: 1e-6),
      domains: Dictionary(
        uniqueKeysWithValues: table.columns.map { column in
          (column.name, column.codes.map { .levels($0.levels) } ?? .range(0...1))
        }))
  }

  /// A table of numbers and categories.
  private static func rows(_ count: Int, _ columnCount: Int = 8) throws -> Table {
    var random = SplitMix(seed: 1)
    let levels = (0..<6).map { "level \($0)" }
    return try Table(
      (0..<columnCount).map { place in
        place % 2 == 0
          ? Column(
            "number \(place)", .number,
            .numbers((0..<count).map { _ in Double.random(in: 0..<1, using: &random) }))
          : Column(
            "word \(place)", .category,
            .codes((0..<count).map { _ in Int32.random(in: 0..<6, using: &random) }, levels: levels)
          )
      })
  }

  /// Pixels that are written to a file of a format.
  static func saving(_ format: MediaFormat, with tool: MediaTool) async throws -> Price {
    let stem = NSTemporaryDirectory() + "gen-price-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: stem) }
    func write(_ side: Int, _ count: Int) async throws -> (seconds: Double, bytes: Int) {
      let count = format.holdsFilm ? count : 1
      let film = try Video(
        frames: (0..<count).map { pattern(side: side, number: $0) }, rate: .film)
      var bytes = 0
      let path = format == .pngFrames ? stem + "/%03d.png" : stem
      if format == .pngFrames {
        try FileManager.default.createDirectory(atPath: stem, withIntermediateDirectories: true)
      }
      let each = try await seconds(1) {
        bytes = try MediaFile.write(film, to: path, format: format, tool: tool).byteCount
      }
      return (each, bytes)
    }
    let (small, large, count) = (32, 256, 8)
    // The larger first: it also pays for the program that writes being read from the disk.
    let more = try await write(large, count)
    let less = try await write(small, 2)
    let frames = format.holdsFilm ? (2.0, Double(count)) : (1, 1)
    let pixels = frames.1 * Double(large * large)
    return Price(
      less: (frames.0 * Double(small * small), less.seconds), more: (pixels, more.seconds),
      bytesPerUnit: Double(more.bytes) / pixels)
  }

  /// A picture of slopes with some detail that moves with its number: neither flat nor noise.
  private static func pattern(side: Int, number: Int) -> Image {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(side * side * 3)
    for y in 0..<side {
      for x in 0..<side {
        let detail = (x + 2 * number) / 8 ^ y / 8
        pixels.append(UInt8(truncatingIfNeeded: (x + number * 2) * 128 / side))
        pixels.append(UInt8(truncatingIfNeeded: y * 160 / side + detail & 31))
        pixels.append(UInt8(truncatingIfNeeded: (x + y) * 64 / side + detail & 15))
      }
    }
    return Image(width: side, height: side, pixels: pixels)
      ?? Image(
        width: side, height: side, filledWith: [0, 0, 0])
  }
}

extension Matinee {
  fileprivate enum Yardstick {
    case picture
    case film(Int)
  }

  private func request(_ yardstick: Yardstick) throws -> Request {
    switch yardstick {
    case .picture: return ofOneStep(frameCount: 1)
    case .film(let frameCount):
      var request = ofOneStep(frameCount: frameCount)
      let side = FilmMaker.side
      let blank = try FilmSamples(
        frameCount: frameCount, height: side, width: side,
        samples: [Float](repeating: 0, count: frameCount * side * side * 3))
      // With a frame given there is no picture to be drawn before.
      request.conditioning = try FilmConditioning(film: blank, givenFrames: [0])
      return request
    }
  }

  private func ofOneStep(frameCount: Int) -> Request {
    var request = Request(read("a red star").numbers, frameCount: frameCount, seed: 0)
    request.legs = [.init(Euler.self, stepCount: 1)]
    return request
  }

  fileprivate func drawPicture() async throws { _ = try await generate(request(.picture)) }

  fileprivate func secondsOfFilm(_ frameCount: Int) async throws -> (first: Double, each: Double) {
    let request = try request(.film(frameCount))
    var times: [Double] = []
    for _ in 0..<2 {
      let start = ContinuousClock.now
      _ = try await generate(request)
      times.append(start.duration(to: .now) / .seconds(1))
    }
    return (times[0], times[1])
  }

  fileprivate func memory(of yardstick: Yardstick) throws -> Int {
    try memory(of: request(yardstick))
  }
}
