import GenMedia
import GenPipeline
import GenStages
import Synchronization

/// What the cell at work shows and does, kept while somebody keeps a record.
public final class Journal: Sendable {
  private struct Page {
    var exhibits: [Exhibit] = []
    var calls: [CellRecord.Call] = []
    let start = ContinuousClock.now
  }

  public typealias Reader = @Sendable (Exhibit) -> Void

  private let page = Mutex<Page?>(nil)
  private let reader = Mutex<Reader?>(nil)

  public init() {}

  /// From here on everything that cells let people see is also told to a reader, as it comes.
  public func tell(_ reader: @escaping Reader) { self.reader.withLock { $0 = reader } }

  /// Begins the record of a cell.
  public func open() { page.withLock { $0 = Page() } }

  /// Ends the record: nothing is kept until the next ``open()``.
  public func close(title: String = "", text: String) -> CellRecord {
    let page = page.withLock { page in
      defer { page = nil }
      return page ?? Page()
    }
    return CellRecord(
      title: title, text: text, exhibits: page.exhibits, calls: page.calls,
      seconds: (ContinuousClock.now - page.start).seconds)
  }

  public func note(_ exhibit: Exhibit) {
    page.withLock { $0?.exhibits.append(exhibit) }
    reader.withLock(\.self)?(exhibit)
  }

  func note(_ event: RunEvent) {
    guard case .finished(let node, let seconds, let origin) = event, node.stage.effect == .none
    else { return }
    let call = CellRecord.Call(
      stage: node.stage.name, seconds: seconds, isCached: origin == .cached)
    page.withLock { $0?.calls.append(call) }
  }

  /// - Parameter ledger: Knows where what a verb tells of came from.
  func note(_ announcement: Studio.Announcement, _ ledger: Ledger) {
    let told = StageContext.current.node?.arguments.values.first
    let facts = told.map(ledger.facts) ?? ""
    switch announcement {
    case .printed(let text): note(Exhibit(.printed(text)))
    // The call rather than its result, so that a long session stays small.
    case .shown(let value): note(Exhibit(.value(told ?? value), facts: facts))
    case .saved(let report), .kept(let report): note(Exhibit(.file(report), facts: facts))
    case .savedText(let path, let count):
      note(Exhibit(.note("saved \(path) (\(byteText(count)))")))
    case .claimed(let sentence): note(Exhibit(.printed("✓ \(sentence)")))
    case .asked(let question): note(Exhibit(.question(question)))
    case .fetching(let text), .noted(let text): note(Exhibit(.note(text)))
    }
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
