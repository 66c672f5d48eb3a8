import GenSession
import Glibc

/// What was entered, in this session and in earlier ones.
struct HistoryBook: Sendable {
  struct Entry: Encodable, Sendable {
    /// 1 for everything before this session, which is 2.
    let session: Int
    let line: Int
    let input: String
    /// Where it was asked for: what came of it, which is known of this session only.
    var output: String??

    func encode(to encoder: any Encoder) throws {
      var fields = encoder.unkeyedContainer()
      try fields.encode(session)
      try fields.encode(line)
      guard let output else { return try fields.encode(input) }
      var both = fields.nestedUnkeyedContainer()
      try both.encode(input)
      try both.encode(output)
    }
  }

  private static let (earlier, current) = (1, 2)
  private let file: History
  private var outputs: [Int: String] = [:]
  private var entries: [Entry] = []

  init(_ file: History) {
    self.file = file
    entries = file.entries().enumerated().map { index, text in
      Entry(session: Self.earlier, line: index + 1, input: text)
    }
  }

  /// - Parameter line: The number of the cell.
  mutating func add(_ input: String, line: Int, output: String?) {
    file.append(input)
    outputs[line] = output
    entries.append(Entry(session: Self.current, line: line, input: input))
  }

  func answer(_ request: HistoryRequest) -> [Entry] {
    var found: [Entry]
    switch request.hist_access_type {
    case "range":
      let number = request.session ?? 0
      let session = number > 0 ? number : Self.current + number
      let lines = (request.start ?? 0)..<max(request.start ?? 0, request.stop ?? .max)
      found = entries.filter { $0.session == session && lines.contains($0.line) }
    case "search":
      let pattern = request.pattern ?? "*"
      found = entries.filter { fnmatch(pattern, $0.input, 0) == 0 }
      if request.unique ?? false { found = found.lastOfEach }
    default: found = entries
    }
    if request.hist_access_type != "range", let count = request.n, count >= 0 {
      found = found.suffix(count)
    }
    guard request.output ?? false else { return found }
    return found.map { entry in
      var entry = entry
      entry.output = .some(entry.session == Self.current ? outputs[entry.line] : nil)
      return entry
    }
  }
}

extension [HistoryBook.Entry] {
  /// Without those that come again later.
  fileprivate var lastOfEach: Self {
    var seen: Set<String> = []
    return reversed().filter { seen.insert($0.input).inserted }.reversed()
  }
}
