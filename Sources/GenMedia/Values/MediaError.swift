/// Why a picture, film, sound, mesh or table could not be made, read or written: facts, from which the prose comes.
public enum MediaError: Error, Sendable, Hashable, Codable {
  /// An argument out of its range, told in a sentence.
  case badArgument(String)
  /// Two things that have to agree and do not.
  case mismatch(String)
  case fileMissing(path: String)
  /// The system refused: permissions, a folder in place of a file, a device that failed.
  case fileUnreadable(path: String, reason: String)
  /// Not a picture, film, sound, mesh or table of a kind that is read here.
  case formatUnknown(path: String)
  /// A file of something else than what was asked for.
  case otherMedium(path: String, wanted: Medium)
  /// The right kind of file, but broken inside. `reason` is what the decoder said.
  case damaged(path: String, reason: String)
  /// A file of a table in which one entry or record is not as it should be.
  case entry(path: String, line: Int, column: String?, reason: String, hint: String)
  /// The right kind of file, with something in it that is not read here.
  case unsupported(path: String, reason: String)
  case tooLarge(path: String?, width: Int, height: Int)
  /// A name whose ending says no format that is written here.
  case endingUnknown(path: String)
  /// A database in which the table that is meant is not there, or cannot be told: those that are.
  case tableUnknown(path: String, table: String?, known: [String])
  /// The format cannot hold what it was given.
  case formatUnfit(format: MediaFormat, reason: String)
  case cannotWrite(path: String, reason: String)
  /// The reader or writer of films died over this file.
  case toolCrashed(path: String, signal: Int)
  /// The reader or writer of films did nothing for so long that it was stopped.
  case toolStalled(path: String, seconds: Int)
  case toolMissing(executable: String)
  /// The reader or writer of films and this program do not understand each other.
  case toolConfused(path: String, reason: String)
}

extension MediaError: CustomStringConvertible {
  public var description: String {
    let text = hint.map { "\(message); \($0)" }
    return text ?? message
  }

  /// What is so: one sentence, lower case, no full stop.
  public var message: String {
    switch self {
    case .badArgument(let sentence), .mismatch(let sentence): sentence
    case .fileMissing(let path): "there is no file \"\(path)\""
    case .fileUnreadable(let path, let reason): "\"\(path)\" cannot be read: \(reason)"
    case .formatUnknown(let path):
      "\"\(path)\" is no picture, film, sound, mesh or table that can be read"
    case .otherMedium(let path, let wanted): "\"\(path)\" holds no \(wanted.noun)"
    case .damaged(let path, let reason): "\"\(path)\" is damaged: \(reason)"
    case .entry(let path, let line, let column, let reason, _):
      "\"\(path)\", line \(line)\(column.map { ", column \($0)" } ?? ""): \(reason)"
    case .unsupported(let path, let reason): "\"\(path)\" cannot be read here: \(reason)"
    case .tooLarge(let path, let width, let height):
      "\(path.map { "\"\($0)\" has" } ?? "this would make") pictures of \(width)x\(height), "
        + "above the limit of \(Image.maximumPixelCount >> 20) Mi pixels"
    case .endingUnknown(let path): "the name \"\(path)\" does not end in a format that is written"
    case .tableUnknown(let path, let table, let known):
      known.isEmpty
        ? "\"\(path)\" holds no table"
        : table.map { "\"\(path)\" has no table \"\($0)\"" }
          ?? "\"\(path)\" holds \(known.count) tables"
    case .formatUnfit(let format, let reason): "\(format.name) cannot hold this: \(reason)"
    case .cannotWrite(let path, let reason): "\"\(path)\" cannot be written: \(reason)"
    case .toolCrashed(let path, let signal):
      "the reader and writer of films and sounds was ended by signal \(signal) while working on \"\(path)\""
    case .toolStalled(let path, let seconds):
      "the reader and writer of films and sounds did nothing for \(seconds) s on \"\(path)\" and was stopped"
    case .toolMissing(let executable): "the program \"\(executable)\" cannot be started"
    case .toolConfused(let path, let reason):
      "the reader and writer of films and sounds gave no sense on \"\(path)\": \(reason)"
    }
  }

  /// What to do about it, an imperative; nil where the message says it.
  public var hint: String? {
    switch self {
    case .badArgument, .mismatch, .formatUnfit: nil
    case .fileMissing: "check the name and the folder"
    case .fileUnreadable: "check that it is a file that you may read"
    case .formatUnknown:
      "convert it to MP4, WebM, GIF, PNG, JPEG, WebP, WAV, FLAC, GLB or CSV first"
    case .otherMedium: "load it without as:, or choose another file"
    case .damaged: "get a whole copy of the file"
    case .entry(_, _, _, _, let hint): hint
    case .unsupported: "write it plainly with another program first"
    case .tooLarge: "make it smaller first"
    case .endingUnknown: "use one of \(MediaFormat.endings.joined(separator: " "))"
    case .tableUnknown(_, _, let known):
      known.isEmpty
        ? "use a database with a table in it"
        : "name one: " + known.prefix(12).map { "table: \"\($0)\"" }.joined(separator: ", ")
          + (known.count > 12 ? ", …" : "")
    case .cannotWrite: "check the folder, its permissions and the free space"
    case .toolCrashed, .toolStalled: "the file may be hostile or damaged: get another copy"
    case .toolMissing: "build the product gen-media, which belongs beside this program"
    case .toolConfused: "build this program and gen-media from the same source"
    }
  }
}

extension Medium {
  /// What people call it.
  public var noun: String {
    switch self {
    case .image: "picture"
    case .video: "film"
    case .audio: "sound"
    case .mesh: "mesh"
    case .table: "table"
    }
  }
}
