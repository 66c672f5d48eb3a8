import GenMedia
import GenPipeline

extension Studio {
  /// `save` of what a sweep made.
  var gridSaving: Stage {
    Stage(
      "save", "Writes the sheet of a grid, or with %d in the name a file for each element.",
      topic: "files",
      parameters: [
        GridVerbs.grid,
        ParameterInfo(
          "path", Self.pathText, .text, naming: .savedFile(endings: MediaFormat.endings)),
        ParameterInfo(
          "quality", Self.qualityText, .optional(.int), in: 0...100, default: Value.none),
      ],
      result: .fixed(.none), examples: [], effect: .tells, check: checkSavingGrid
    ) { arguments in
      let quality: Int? = try arguments.read("quality")
      let path: String = try arguments.read("path")
      guard case .grid(let grid) = try await Given.known(arguments["grid"] ?? .none) else {
        throw Diagnostic.wrongKind()
      }
      try save(grid, path, MediaWriteOptions(quality: quality))
      return .none
    }
  }

  private func save(_ grid: Grid, _ path: String, _ options: MediaWriteOptions) throws {
    let manifest = StageContext.current.manifest()
    if let pattern = FramePattern(path) {
      for (index, element) in grid.elements.enumerated() {
        try Task.checkCancellation()
        let path = pattern.path(index)
        try write(
          element, to: path, manifest.map { try Manifest(text: $0).saved(as: path).text }, options)
      }
      return
    }
    let isFilm = grid.elementType == .video && MediaFormat(path: path)?.holdsFilm ?? false
    try write(isFilm ? .video(grid.film()) : .image(grid.sheet()), to: path, manifest, options)
  }

  private func write(
    _ value: Value, to path: String, _ manifest: String?, _ options: MediaWriteOptions
  ) throws {
    let target = try prepared(path)
    switch value {
    case .image(let picture):
      announce(
        .saved(
          try MediaFile.write(
            picture, to: target, manifest: manifest, options: options, tool: tool)))
    case .video(let film):
      let count = film.frameCount
      announce(
        .saved(
          try MediaFile.write(film, to: target, manifest: manifest, options: options, tool: tool) {
            try Self.report(frame: $0, of: count)
          }))
    default: throw Diagnostic.notPictorial(value.type)
    }
  }

  private var checkSavingGrid: @Sendable (CallShape) -> [Diagnostic] {
    { call in
      let found = GridVerbs.checkElements(call) + checkSaving(film: false)(call)
      guard case .grid(.video, _)? = call.types["grid"],
        let pattern = call.constants["path"].flatMap(String.init).flatMap(FramePattern.init),
        let format = MediaFormat(path: pattern.path(0)), !format.holdsFilm
      else { return found }
      return found + [Diagnostic.formatHoldsNoFilm(format).placed(at: call.places["path"])]
    }
  }
}

extension Manifest {
  /// The manifest of one of the files that one call saves.
  fileprivate func saved(as path: String) -> Manifest {
    var copy = self
    copy.output = path
    return copy
  }
}
