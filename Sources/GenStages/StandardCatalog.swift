import GenMedia
import GenModels
import GenPipeline
import GenTensor
import GenWeights
import GenWorlds

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
      MeasureVerbs.stages
      TimeVerbs.stages
      SoundVerbs.stages
      SolidVerbs.stages
      TableVerbs.stages
      TableVerbs.privacyVerbs
      studio.fittingVerbs
      studio.reportVerbs
      studio.disguiseVerbs
      studio.datasetVerbs
      FrameVerbs.stages
      VaryVerbs.stages
      GridVerbs.stages
      studio.modelVerbs
      studio.drawingVerbs
      studio.redrawingVerbs
      studio.tracingVerbs
      studio.lessonVerbs
      studio.editingVerbs
      studio.enlargingVerbs
      studio.trainingVerbs
      studio.judgingVerbs
      studio.evaluatorVerbs
      studio.motionVerbs
    }
  }
}

extension Studio {
  /// What an error of a lower floor tells the person.
  @Sendable public static func describe(_ error: any Error) -> Diagnostic {
    switch error {
    case let error as Diagnostic: error
    case let error as MediaError: .media(error)
    case let error as TableError: .table(error)
    case let error as PrivacyError: .privacy(error)
    case let error as SynthesisError: .synthesis(error)
    case let error as FamilyTree.Fault: .noTree(error)
    case let error as ModelStoreError: .model(error)
    case let error as WeightsError: .weights(error)
    case let error as MatineeError: .drawing("\(error)")
    case let error as TrainingError: .training("\(error)")
    case let error as WorldError: .training("\(error)")
    case let error as TensorError: .drawing("\(error)")
    default: .failure(error)
    }
  }
}
