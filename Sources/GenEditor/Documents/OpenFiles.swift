import GenLanguage
import Synchronization

/// The texts in the editor, which programs that use them see instead of the files.
final class OpenFiles: Sendable {
  private let texts = Mutex<[String: [UInt8]]>([:])

  subscript(path: String) -> [UInt8]? {
    get { texts.withLock { $0[path] } }
    set { texts.withLock { $0[path] = newValue } }
  }

  var reader: FileModules.Reader { { self[$0] ?? FileBytes.read($0) } }
}
