import GenMedia
import GenModels
import GenPipeline
import GenTensor

/// Passes of a film network that a call asks for.
struct DrawingWork {
  private let manner: FilmMaker.Manner
  /// Passes side by side: one for each part of the prompt, and one without words.
  private let branchCount: Int
  /// The same around a middle that was drawn before, where nothing is guided.
  private let calmBranchCount: Int
  private let passCount: Int
  private var pictureCount = 0
  /// Frames of each film that is drawn, and whether it is guided.
  private var films: [(frameCount: Int, isGuided: Bool)] = []

  /// - Parameter share: The share of the schedule that is run.
  init(_ prompt: Prompt, _ manner: FilmMaker.Manner, share: Double = 1) {
    self.manner = manner
    let terms = prompt.terms { _ in [] }
    let isSentence = terms.count == 1 && terms[0].weights == (1, 1)
    branchCount = terms.count + (isSentence && manner.guidance == 1 ? 0 : 1)
    calmBranchCount = terms.count + (isSentence ? 0 : 1)
    let legs = manner.sampler?.legs ?? [.init(name: Euler.name, stepCount: manner.steps)]
    let all = legs.reduce(0) { $0 + $1.stepCount * (Samplers.named($1.name)?.evaluationCount ?? 1) }
    passCount = max(1, Int((Double(all) * share).rounded(.up)))
  }

  /// A film of some frames; where nothing of it is given, its middle is drawn first, and with it the
  /// things that are drawn alone.
  mutating func add(frameCount: Int, isGiven: Bool, thingCount: Int = 0) {
    if frameCount == 1 || !isGiven { pictureCount += 1 + thingCount }
    if frameCount > 1 { films.append((frameCount, isGuided: isGiven)) }
  }

  func cost(_ call: CostCall, _ maker: FilmMaker, extent: Cost.Extent) async throws -> Cost {
    let (choice, mode) = (manner.choice, manner.precision)
    let name = try maker.priceName(of: choice, mode)
    let load: @Sendable () throws -> Matinee = { try maker.loaded(choice, mode) }
    let picture = await call.price(of: "pictures \(name)") { try await Calibration.pictures(load) }
    guard let picture else { return Cost(seconds: nil, extent: extent) }
    let branches = Double(branchCount)
    var seconds = picture.start
    var memory = picture.bytesPerUnit * branches
    seconds += Double(pictureCount * passCount) * picture.seconds(units: branches)
    func units(_ film: (frameCount: Int, isGuided: Bool)) -> Double {
      Double((film.isGuided ? branchCount : calmBranchCount) * Self.whole(film.frameCount))
    }
    if let largest = films.map(units).max() {
      let film = await call.price(of: "films \(name)") {
        try await Calibration.films(beside: picture, load)
      }
      guard let film else { return Cost(seconds: nil, extent: extent) }
      seconds += film.start * Double(Set(films.map { Self.whole($0.frameCount) }).count)
      for one in films {
        seconds += film.seconds(pieces: Double(passCount), units: units(one))
      }
      memory += film.bytesPerUnit * largest
    }
    // Numbers kept beside the network, measured: 16 MB and 25 times each branch of the film.
    memory += 0x1p24 + 25 * 12 * branches * extent.pixelCount
    return Cost(seconds: seconds, memory: Int(memory), extent: extent)
  }

  /// Frames fill patches of four.
  private static func whole(_ frameCount: Int) -> Int { (frameCount + 3) / 4 * 4 }
}

extension FilmMaker {
  /// Stands for the weights and how they are kept: other ones have another price.
  fileprivate func priceName(of choice: ModelChoice, _ mode: NumericMode) throws -> String {
    let names = try choice.names.map { name in
      Self.isFile(name) ? name : "\(name) \(try store.manifest(of: name).digest.hex.prefix(12))"
    }
    return "\(mode.rawValue) \(names.joined(separator: " + "))"
  }

  fileprivate func extent(_ frameCount: Int) -> Cost.Extent {
    .init(width: Self.side, height: Self.side, frameCount: frameCount)
  }

  /// Of `animate` and `inbetween`: some frames are given, `frames` are there in the end.
  var completingCost: CostRule {
    CostRule { call in
      let frameCount: Int = try call.read("frames")
      var work = DrawingWork(try call.read("prompt"), try Manner(call.arguments))
      work.add(frameCount: frameCount, isGiven: true)
      return try await work.cost(call, self, extent: self.extent(frameCount))
    }
  }

  var editingCost: CostRule {
    CostRule { call in
      let film = try call.extent("video")
      let region: Region? = try call.read("region")
      var work = DrawingWork(
        try call.read("prompt"), try Manner(call.arguments), share: try call.read("strength"))
      work.add(frameCount: film.frameCount, isGiven: region != nil)
      return try await work.cost(
        call, self, extent: film.with(width: Self.side, height: Self.side))
    }
  }

  /// Of `extend`: windows, each with some frames of what is there.
  var extendingCost: CostRule {
    CostRule { call in
      let film = try call.extent("video")
      let seconds: Seconds = try call.read("seconds")
      var work = DrawingWork(try call.read("prompt"), try Manner(call.arguments))
      let target = film.frameCount + max(1, Int((seconds.amount * film.rate).rounded()))
      var count = film.frameCount
      while count > 0, count < target {
        let known = min(count, Self.frameLimit / 3)
        let length = min(Self.frameLimit, known + target - count)
        work.add(frameCount: length, isGiven: true)
        count += length - known
      }
      let extent = film.with(width: Self.side, height: Self.side, frameCount: target)
      return try await work.cost(call, self, extent: extent)
    }
  }

  /// Of `diffuse`.
  func drawingCost(
    _ call: CostCall, _ prompt: Prompt, frameCount: Int, _ manner: Manner
  ) async throws -> Cost {
    var work = DrawingWork(prompt, manner)
    let things = prompt.things(lexicon(of: manner.choice)) { _ in [] }
    work.add(frameCount: frameCount, isGiven: false, thingCount: things.count)
    return try await work.cost(call, self, extent: extent(frameCount))
  }
}

extension Enlarger {
  /// Of a picture or a film, in batches of frames.
  func cost(_ parameter: String) -> CostRule {
    CostRule { [self] call in
      let source = try call.extent(parameter)
      let by: Int = try call.read("by")
      let precision: String = try call.read("precision")
      let mode = NumericMode(setting: precision)
      let extent = source.with(width: source.width * by, height: source.height * by)
      let price = await call.price(of: "enlarging by \(by) \(mode.rawValue)") {
        try await Calibration.enlarging { try self.loaded(by: by, mode) }
      }
      guard let price else { return Cost(seconds: nil, extent: extent) }
      let batch = min(
        Upscaler.picturesPerRun(height: source.height, width: source.width),
        max(1, source.frameCount))
      let pieces = (Double(source.frameCount) / Double(batch)).rounded(.up)
      let seconds =
        price.start + pieces * price.fixed + price.perUnit * source.pixelCount
      let atOnce = min(
        Double(batch) * source.frame.pixelCount, Double(2 * Upscaler.pixelBudget))
      // Beside the network its results as numbers, and the pictures made of them.
      let results = Double(batch) * extent.frame.pixelCount * 3 * 10
      return Cost(
        seconds: seconds, memory: Int(atOnce * price.bytesPerUnit + results), extent: extent)
    }
  }
}
