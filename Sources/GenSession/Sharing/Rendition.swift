import GenMedia
import GenModels
import GenPipeline

/// What was shown, made ready for a page: bytes, texts and tables that no program has to work out.
public struct Rendition: Sendable {
  public enum Content: Sendable {
    case text(String)
    case medium(Medium)
    case table(Table)
    case gallery([Rendition])
    case note(String)
    case problem(code: String, message: String, text: String, isWarning: Bool)
  }

  /// A picture, film, sound or mesh as the bytes of a file.
  public struct Medium: Sendable {
    public let bytes: [UInt8]
    public let format: MediaFormat
    public let width: Int
    public let height: Int
    /// Of what moves or sounds a picture, as PNG: frames in a row, a waveform, a mesh from its sides.
    public var strip: [UInt8] = []
    /// Of a mesh the HTML in which it turns; nil where it is too large for that.
    public var viewer: String?

    public init(bytes: [UInt8], format: MediaFormat, width: Int, height: Int) {
      (self.bytes, self.format, self.width, self.height) = (bytes, format, width, height)
    }
  }

  /// Rows of a table as a person reads them.
  public struct Table: Sendable {
    public let head: [String]
    /// What stands below each name.
    public var subhead: [String] = []
    public let rows: [[String]]
    /// Lines below the rows.
    public var foot: [[String]] = []
    /// Rows that there are besides.
    public let moreCount: Int
  }

  public let content: Content
  public let facts: String
  /// Whether it is what an expression came to.
  public internal(set) var isResult = false

  public init(_ content: Content, facts: String = "") {
    self.content = content
    self.facts = facts
  }
}

/// A cell as a page shows it.
public struct RenderedCell: Sendable {
  public let cell: Notebook.Cell
  public let renditions: [Rendition]

  public init(_ cell: Notebook.Cell, _ renditions: [Rendition]) {
    self.cell = cell
    self.renditions = renditions
  }
}

extension Rendition.Medium {
  /// Whether it is shown as a film rather than as a picture, which may move.
  public var isFilm: Bool { format == .mp4 || format == .webm }

  public var mediaType: String {
    switch format {
    case .mp4: "video/mp4"
    case .webm: "video/webm"
    case .gif: "image/gif"
    case .jpeg: "image/jpeg"
    case .webp: "image/webp"
    case .apng, .png, .pngFrames: "image/png"
    case .wav: "audio/wav"
    case .flac: "audio/flac"
    case .opus: "audio/ogg; codecs=opus"
    case .obj: "model/obj"
    case .glb: "model/gltf-binary"
    case .stl: "model/stl"
    case .csv: "text/csv"
    case .tsv: "text/tab-separated-values"
    case .jsonLines: "application/jsonl"
    case .sqlite: "application/vnd.sqlite3"
    }
  }

  /// How many times as large it is shown: small pictures by whole numbers, so that their pixels stay
  /// squares.
  var enlargement: Int { max(1, 384 / max(width, height, 1)) }

  /// The ending of a file that holds it.
  public var ending: String {
    format == .jpeg ? "jpg" : format == .jsonLines ? "jsonl" : format.rawValue
  }
}

extension Rendition.Table {
  static let longest = 200
  /// Of a table that has more.
  private static let firstRowCount = 20
  private static let widest = 60

  /// The table that a list of numbers, of rows of them or of records is; nil for other values.
  init?(_ value: Value) {
    switch value {
    case .record(let fields) where !fields.isEmpty:
      self.init(head: [], all: fields.map { [$0.name, $0.value.cellText] })
    case .table(let table) where !table.columns.isEmpty: self.init(table)
    case .list(let elements) where !elements.isEmpty:
      self.init(elements)
    default: return nil
    }
  }

  private init?(_ elements: [Value]) {
    let records = elements.compactMap { if case .record(let fields) = $0 { fields } else { nil } }
    let lists = elements.compactMap { if case .list(let row) = $0 { row } else { nil } }
    if let names = records.first?.map(\.name), records.count == elements.count,
      records.allSatisfy({ $0.map(\.name) == names })
    {
      self.init(head: names, all: records.map { $0.map(\.value.cellText) })
    } else if let width = lists.first?.count, width > 0, lists.count == elements.count,
      lists.allSatisfy({ $0.count == width && $0.allSatisfy(\.isNumeric) })
    {
      self.init(head: [], all: lists.map { $0.map(\.cellText) })
    } else if elements.count > 8, elements.allSatisfy(\.isNumeric) {
      let rows = stride(from: 0, to: elements.count, by: 10).map { start in
        elements[start..<min(start + 10, elements.count)].map(\.cellText)
      }
      self.init(head: [], all: rows)
    } else {
      return nil
    }
  }

  /// Of a table names, types, first rows and statistics, of so many columns as a page is wide.
  private init(_ table: GenMedia.Table) {
    let columns = table.columns.prefix(Self.widest)
    let more = table.columns.count - columns.count
    let rest = more > 0 ? ["and \(more) columns more"] : []
    let blank = more > 0 ? [""] : []
    head = columns.map(\.name) + rest
    subhead = columns.map(\.type.name) + blank
    rows = (0..<min(table.rowCount, Self.firstRowCount)).map { row in
      columns.map { $0.cell(row) } + blank
    }
    moreCount = table.rowCount - rows.count
    let feet = GenMedia.Table.feet(columns.map(\.statistics))
    foot = (feet.first ?? []).indices.map { line in feet.map { $0[line] } + blank }
  }

  /// Of a fitted model how its columns are made, and how the losses went.
  init(_ model: FittedTables) {
    head = ["column", "type", "made of", ""]
    let all = model.portraits
    rows = all.prefix(Self.widest).map { [$0.name, $0.type, $0.words, $0.note] }
    moreCount = all.count - rows.count
    foot = model.losses.map {
      [$0.title, "", Chart.line($0.means.map(Double.init), width: 40), ""]
    }
  }

  private init(head: [String], all: [[String]]) {
    self.head = head
    rows = Array(all.prefix(Self.longest))
    moreCount = all.count - rows.count
  }
}

extension Value {
  fileprivate var isNumeric: Bool {
    switch self {
    case .int, .number, .quantity: true
    default: false
    }
  }

  fileprivate var cellText: String {
    if case .text(let text) = self { text } else { shortText(limit: 80) }
  }

  /// Whether it is a picture, film, sound or mesh, or a list with one in it.
  var isVisible: Bool {
    switch self {
    case .image, .video, .audio, .mesh: true
    case .list(let elements): elements.contains(where: \.isVisible)
    default: false
    }
  }
}
