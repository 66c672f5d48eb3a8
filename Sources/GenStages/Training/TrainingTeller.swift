import GenMedia
import GenModels
import GenPipeline
import GenTensor
import Synchronization

/// Tells how a training goes: a line of progress, a loss curve now and then, sheets of samples.
final class TrainingTeller: Sendable {
  private struct State {
    var lossByMoment: [Double] = []
    var lastLine: ContinuousClock.Instant?
  }

  private let studio: Studio
  private let folder: String
  private let context: StageContext
  private let state = Mutex(State())

  init(studio: Studio, folder: String, context: StageContext) {
    self.studio = studio
    self.folder = folder
    self.context = context
  }

  func tell(_ event: TrainingEvent) {
    switch event {
    case .resumed(let step): studio.announce(.noted("going on after step \(step)"))
    case .saved(let path): context.report(.init(fraction: nil, note: "checkpoint in \(path)"))
    case .samples(let step, let films): keep(films, step: step)
    case .step(let step): tell(step)
    }
  }

  private func tell(_ step: TrainingEvent.Step) {
    let loss = (step.meanLoss * 1e4).rounded() / 1e4
    let speed = (step.filmsPerSecond * 10).rounded() / 10
    let note = "step \(step.number) of \(step.count), loss \(loss), \(speed) a second"
    context.report(
      .init(fraction: Double(step.number) / Double(max(1, step.count)), note: note))
    let line = state.withLock { state -> String? in
      let now = ContinuousClock.now
      guard state.lastLine.map({ now - $0 > .seconds(30) }) ?? true || step.number == step.count
      else { return nil }
      state.lastLine = now
      state.lossByMoment.append(step.meanLoss)
      return "\(note)  \(Self.curve(state.lossByMoment, columns: 32))"
    }
    if let line { studio.announce(.noted(line)) }
  }

  /// A row of bars from the highest to the lowest of the last losses.
  static func curve(_ losses: [Double], columns: Int) -> String {
    let bars = Array("▁▂▃▄▅▆▇█")
    let last = losses.suffix(columns).filter(\.isFinite)
    guard let low = last.min(), let high = last.max() else { return "" }
    return String(
      last.map { loss in
        let share = high > low ? (loss - low) / (high - low) : 0
        return bars[Int((share * Double(bars.count - 1)).rounded())]
      })
  }

  private func keep(_ films: [FilmSamples], step: Int) {
    let path = "\(folder)/samples-\(step).png"
    do {
      let rows = films.map { film in
        film.frameCount == 1
          ? film.images : stride(from: 0, to: film.frameCount, by: 4).compactMap(film.image(at:))
      }
      let columns = rows.map(\.count).max() ?? 1
      let sheet = try Image.sheet(
        of: rows.flatMap { $0 }, columns: columns == 1 ? nil : columns, gap: 2)
      try MediaFile.write(sheet, to: path, tool: studio.tool)
      studio.announce(.noted("samples in \(path)"))
    } catch {
      studio.announce(.noted("the samples could not be written: \(error)"))
    }
  }
}

extension Studio {
  /// Runs a training to its end, telling how it goes, and writes the weights.
  func finish<Work: TrainingTask>(
    _ trainer: Trainer<Work>, folder: String, to path: String, as type: ElementType = .bf16
  ) async throws {
    let teller = TrainingTeller(studio: self, folder: folder, context: StageContext.current)
    try await trainer.run { teller.tell($0) }
    try await trainer.export(to: path, as: type, metadata: ["licence": "Apache-2.0"])
    announce(.noted("the weights are in \(path)"))
  }
}
