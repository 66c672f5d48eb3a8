import GenLanguage
import GenPipeline
import GenStages

/// The pages of `gen explain`, from every floor that has messages.
public enum Explanations {
  private static let pages = Diagnostic.pipelinePages.merging(Diagnostic.stagePages) { $1 }

  public static var codes: [String] {
    Set(pages.keys).union(Explanation.all.map(\.code)).sorted()
  }

  public static func page(of code: String) -> String? {
    Explanation.page(code)?.rendered ?? pages[code].map { "\(code)\n\n\($0)" }
  }
}
