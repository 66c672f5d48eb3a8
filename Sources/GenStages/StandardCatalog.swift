import GenMedia
import GenPipeline
import GenWeights

extension Catalog {
  /// All verbs, working in a studio.
  public static func standard(_ studio: Studio) -> Catalog {
    Catalog {
      studio.savingVerbs
      studio.loadingVerbs
      studio.tellingVerbs
      NumberVerbs.stages
      WordVerbs.stages
      ListVerbs.stages
      PlainVerbs.stages
      CaptionVerbs.stages
      SamplerVerbs.stages
      ShapeVerbs.stages
      ToneVerbs.stages
      TimeVerbs.stages
      FrameVerbs.stages
      studio.drawingVerbs
      studio.redrawingVerbs
      studio.editingVerbs
      studio.enlargingVerbs
    }
  }
}

extension Studio {
  /// What an error of a lower floor tells the person.
  @Sendable public static func describe(_ error: any Error) -> Diagnostic {
    switch error {
    case let error as Diagnostic: error
    case let error as MediaError: .media(error)
    case let error as ModelStoreError: .model(error)
    default: .failure(error)
    }
  }
}
