/// Why a film cannot be made.
public enum MatineeError: Error, Equatable, Sendable {
  case unreadableVocabulary(path: String)
  case unusableWeights(path: String, reason: String)
  /// Height and width are multiples of 8 between 8 and 256 pixels, frames between 1 and 96.
  case unusableSize(frameCount: Int, height: Int, width: Int)
  case wrongConditioning(expected: Int, found: Int)
  case noSteps
  case noModel
}

extension MatineeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadableVocabulary(let path): "the vocabulary \"\(path)\" cannot be read"
    case .unusableWeights(let path, let reason): "\"\(path)\" is no film model: \(reason)"
    case .unusableSize(let frames, let height, let width):
      "a film of \(frames) frames of \(width)x\(height) cannot be drawn; frames go from 1 to 96, "
        + "width and height are multiples of 8 up to 256"
    case .wrongConditioning(let expected, let found):
      "\(found) numbers are given where the film has \(expected)"
    case .noModel: "there is no model to draw with"
    case .noSteps: "a film needs at least one step"
    }
  }
}
