/// What can be wrong with the materials of a world; each message names the remedy.
public enum WorldError: Error, Equatable, CustomStringConvertible {
  case fontMissing(path: String)
  case fontUnreadable(path: String, reason: String)
  case glyphMissing(subject: String, codePoint: String)
  case tableMissing(path: String)
  case tableLine(path: String, line: Int, reason: String)

  public var description: String {
    switch self {
    case .fontMissing(let path):
      "no emoji font at '\(path)': install the package fonts-noto-color-emoji "
        + "(apt-get install fonts-noto-color-emoji)"
    case .fontUnreadable(let path, let reason):
      "cannot read the emoji font '\(path)': \(reason); reinstall the package "
        + "fonts-noto-color-emoji"
    case .glyphMissing(let subject, let codePoint):
      "the emoji font has no picture for '\(subject)' (\(codePoint)): install version 2.042 or "
        + "later of fonts-noto-color-emoji"
    case .tableMissing(let path):
      "no table of subjects at '\(path)'"
    case .tableLine(let path, let line, let reason):
      "\(path):\(line): \(reason)"
    }
  }
}
