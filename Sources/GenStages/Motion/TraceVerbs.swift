import GenMedia
import GenModels
import GenPipeline

extension Studio {
  @CatalogBuilder var tracingVerbs: [Stage] {
    Stage(
      "trace", "Draws once more and keeps every step of the sampler; of a film its middle frame.",
      topic: "sampling",
      parameters: [
        ParameterInfo(
          name: "result", documentation: "Something drawn, or made of what was drawn.",
          type: .variable("A"))
      ],
      result: .fixed(.trace),
      examples: [
        .init("trace(diffuse(\"a cat\", as: image, steps: 2))", "Trace of diffuse, 2 steps"),
        .init("trace(diffuse(\"a cat\", as: image, steps: 2)).steps[0].sigma", "1"),
      ],
      version: FilmMaker.version, effort: .heavy,
      check: { call in
        switch call.types["result"] {
        case .image, .video, .list, .unknown, nil: []
        default: [Diagnostic.nothingToTrace.placed(at: call.places["result"])]
        }
      }
    ) { arguments in
      guard let drawing = arguments["result"]?.drawing else { throw Diagnostic.nothingToTrace }
      return .trace(try await traced(drawing))
    }
    Stage(
      "sheet", "Puts steps of a trace side by side: what was given, predicted and made of it.",
      topic: "sampling",
      Parameter("trace", "The trace."),
      Parameter("count", "How many steps, evenly over the run.", in: 1...100, default: 8),
      examples: [
        .init(
          "trace(diffuse(\"a cat\", as: image, steps: 2)) |> sheet |> resize(width: 8, height: 8)",
          "Image 8x8")
      ]
    ) { (trace: Trace, count: Int) in try trace.sheet(count: count) }
    Stage(
      "save", "Writes a trace: its steps as a film that plays, or as one picture.", topic: "files",
      Parameter("trace", "The trace to save."),
      Parameter(
        "path", "Where to write; .png and .jpg hold a sheet, .gif and .mp4 play the steps.",
        below: "output"),
      examples: [
        .init("trace(diffuse(\"a cat\", as: image, steps: 2)) |> save(\"cat.gif\")", "None")
      ],
      effect: .tells, check: checkSaving(.image)
    ) { (trace: Trace, path: String) in
      let manifest = StageContext.current.manifest()
      let holdsFilm = MediaFormat(path: path)?.holdsFilm ?? false
      try save(to: path) {
        holdsFilm
          ? try MediaFile.write(try trace.film(), to: $0, manifest: manifest, tool: tool)
          : try MediaFile.write(trace.sheet(), to: $0, manifest: manifest, tool: tool)
      }
      return Nothing()
    }
  }

  /// Does a call again and watches. Drawings are the same to the byte with and without a watcher.
  private func traced(_ node: Node) async throws -> Trace {
    let recorder = TraceRecorder()
    let result = try await TraceRecorder.$current.withValue(recorder) {
      try await node.doneAgain()
    }
    let picture: Image? =
      switch result {
      case .image(let image): image
      case .video(let video): try video.frame(at: video.countedFrames() / 2)
      default: nil
      }
    guard let picture, let trace = recorder.trace(of: node.stage.name, picture: picture) else {
      throw Diagnostic.nothingToTrace
    }
    return trace
  }
}

extension Value {
  /// The call that drew: this one, or the nearest before it.
  fileprivate var drawing: Node? {
    deferredNodes.lazy.compactMap { node in
      node.stage.parameters.contains { $0.name == "sampler" }
        ? node : Value.list(node.arguments.values).drawing
    }.first
  }
}

extension Diagnostic {
  static var nothingToTrace: Diagnostic {
    Diagnostic(
      "E0736", message: "nothing was drawn in steps here", label: "has no steps",
      hint: "trace what diffuse, animate, edit, inbetween or extend has made")
  }
}
