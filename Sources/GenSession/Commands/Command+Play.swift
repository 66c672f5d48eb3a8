import GenLanguage
import GenMedia
import GenPipeline
import GenStages

extension Command {
  static let play: Command = Command(
    name: "play", summary: "Plays a film in the terminal, or turns a mesh.",
    usage: ":play\n:play boat\n:play 3\n:play load(\"boat.mp4\")",
    details: """
      Without a name it is what the last cell showed, with a number what that cell showed. The film
      begins again until q, Enter or Ctrl-C. GEN_PICTURES=kitty, sixel, blocks or none chooses how
      pictures are drawn when the terminal is not known.
      """
  ) { context, argument in
    await context.session.play(argument)
    return true
  }
}

extension Session {
  fileprivate func play(_ argument: String) async {
    let terminal = Terminal.current()
    do {
      guard let value = try await moving(argument) else { return }
      guard terminal.pictures != .none else {
        return putLine("this terminal shows no pictures; GEN_PICTURES chooses how they are drawn")
      }
      if let sound = Audio(value) { return try await SoundPlayer.play(sound, say: say) }
      let work = Task {
        guard let film = try value.film else { return false }
        try MovingPicture(film: film, terminal: terminal).play()
        return true
      }
      guard try await work.value else {
        return putLine("only films, meshes, sounds and lists of pictures play")
      }
    } catch is CancellationError {
      say("stopped; what was finished is kept")
    } catch {
      tell(Studio.describe(error), Sources(cells.map(\.source)))
    }
  }

  /// What is meant; nil where it was told what is wrong.
  private func moving(_ argument: String) async throws -> Value? {
    guard let number = argument.isEmpty ? cells.count : Int(argument) else {
      return try await value(of: argument)
    }
    guard cells.indices.contains(number - 1) else {
      putLine(
        cells.isEmpty
          ? "there is no cell yet"
          : "there is no cell \(number); there are 1 to \(cells.count), and :cells lists them")
      return nil
    }
    let values = cells[number - 1].record.exhibits.compactMap { exhibit in
      if case .value(let value) = exhibit.content { value } else { nil }
    }
    guard let last = values.last else {
      putLine("cell \(number) showed nothing; name what to play, such as :play boat")
      return nil
    }
    let work = Task { [workshop] in try await workshop.runner.resolved(last) }
    return try await Interrupts.cancelling(work)
  }

  private func value(of expression: String) async throws -> Value? {
    let program = workshop.language.check(Source(name: ":play", text: expression), in: scope)
    for diagnostic in program.diagnostics { tell(diagnostic, program.sources) }
    guard !program.hasErrors else { return nil }
    let work = Task { [workshop, scope] in
      var scope = scope
      let results = try await Evaluator(
        workshop.language, graph: workshop.graph, demanding: workshop.runner
      ).run(program, in: &scope)
      return try await workshop.runner.resolved(results.last?.value ?? .none)
    }
    return try await Interrupts.cancelling(work)
  }
}

extension Value {
  /// The value as something that moves; nil where it is nothing of the kind.
  fileprivate var film: Video? {
    get throws {
      switch self {
      case .video(let film): return film
      case .mesh(let mesh): return try mesh.turntable(frameCount: 72, size: 240)
      case .list(let elements):
        let pictures = elements.compactMap { Image($0) }
        guard pictures.count == elements.count, let rate = FrameRate(framesPerSecond: 4) else {
          return nil
        }
        return try? Video(frames: pictures, rate: rate)
      default: return nil
      }
    }
  }
}
