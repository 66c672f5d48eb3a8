import GenMedia
import GenModels
import GenPipeline

/// Files of fitted models.
public enum FittedFile {
  static let ending = ".model"

  public static func isNamed(_ path: String) -> Bool { path.lowercased().hasSuffix(ending) }

  /// - Throws: ``WeightsError``; ``SynthesisError``; ``MediaError`` for what cannot be read.
  static func read(_ path: String) throws -> FittedModel {
    let bytes = try FittedTable.file(path)
    return try FittedModel(
      FittedTables(bytes, named: path, methods: TableMethod.all.map(\.type)))
  }
}

extension FittedTables.Look {
  /// What `sample` makes of it.
  var made: ValueType {
    if schemas.count == 1, schemas[0].name.isEmpty { return .table(schemas[0].schema.rowType) }
    return .record(schemas.map { .init($0.name, .table($0.schema.rowType)) })
  }
}

extension Studio {
  /// `save` of a fitted model.
  var fittedSaving: Stage {
    Stage(
      "save", "Writes a fitted model to a file.", topic: "files",
      Parameter<FittedModel>("model", "The model to save."),
      Parameter<String>(
        "path", "Where to write, below the output folder: \(FittedFile.ending).", below: "output",
        naming: .savedFile(endings: [FittedFile.ending])),
      examples: [
        .init("\(Self.example) |> fit(copula()) |> save(\"people.model\")", "None")
      ], effect: .tells, check: checkFitted
    ) { (model: FittedModel, path: String) in
      let file = try AtomicFile(prepared(path))
      let bytes = try FittedTables(model).bytes(manifest: StageContext.current.manifest())
      try file.write(bytes)
      try file.commit()
      announce(.savedText(path: path, byteCount: bytes.count))
      return Nothing()
    }
  }

  private var checkFitted: @Sendable (CallShape) -> [Diagnostic] {
    let checkPath = checkWriting("path") {
      FittedFile.isNamed($0) ? nil : Diagnostic.fittedEnding($0)
    }
    return { checkTables($0) + checkPath($0) }
  }
}

extension Diagnostic {
  static func fittedEnding(_ path: String) -> Diagnostic {
    Diagnostic(
      "E0784", message: "a fitted model does not fit into \"\(path)\"", label: "which form?",
      hint: "end the name in \(FittedFile.ending), or save rows of it: sample(model, 1000)")
  }
}
