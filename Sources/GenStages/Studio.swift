import GenMedia
import GenPipeline
import GenWeights

/// What the verbs work with besides their arguments: folders, models, and whoever listens.
public struct Studio: Sendable {
  /// What a verb tells the person.
  public enum Announcement: Sendable {
    case printed(String)
    /// A value to be shown as people look at it.
    case shown(Value)
    case saved(MediaWriteReport)
    /// The same file was there already.
    case kept(MediaWriteReport)
    case savedText(path: String, byteCount: Int)
    /// Before something is fetched: name, size, licence.
    case fetching(String)
    /// One more fact about what is being made.
    case noted(String)
    /// Something that a lesson says and that was found to be so.
    case claimed(String)
    case asked(Question)

    /// Whether it tells of the work rather than being what the script shows.
    public var isAside: Bool {
      switch self {
      case .printed, .shown, .claimed, .asked: false
      default: true
      }
    }
  }

  public let store: ModelStore
  /// Relative paths are written below it.
  public let outputFolder: String
  /// Folders outside of ``outputFolder`` that may be written to.
  public let allowedFolders: [String]
  public let tool: MediaTool
  public let announce: @Sendable (Announcement) -> Void
  let films: FilmMaker
  let enlarger: Enlarger
  let tables = TableShelf()

  public init(
    store: ModelStore, outputFolder: String = ".", allowedFolders: [String] = [],
    tool: MediaTool = .standard, announce: @escaping @Sendable (Announcement) -> Void
  ) {
    self.store = store
    self.outputFolder = outputFolder
    self.allowedFolders = allowedFolders
    self.tool = tool
    self.announce = announce
    films = FilmMaker(store: store)
    enlarger = Enlarger(store: store, announce: announce)
  }
}
