import Foundation
import GenLanguage
import GenPipeline
import GenSession
import GenStages

/// Answers an editor that speaks the Language Server Protocol over a pipe: what is wrong as it is
/// typed, completion, help, names, layout, and the running of cells.
///
/// Everything that happens goes through one queue, so that its state needs no lock. What is no
/// message, or asks for what there is not, is answered with an error or logged; only `exit`, or the
/// end of the input, ends the server.
/// - Source: Language Server Protocol 3.17.
public final class LanguageServer {
  enum Event: Sendable {
    case frame(MessageReader.Frame?)
    case checked(uri: String, Analysis)
    case progressed(String, fraction: Double?)
    case ran(CellRun.Outcome)
  }

  private enum Stage { case new, ready, shutDown }

  let workshop: Workshop
  let connection: Connection
  let events: AsyncStream<Event>.Continuation
  private let files: OpenFiles
  private(set) var editor = EditorFacts()
  private(set) var documents: [String: Document] = [:]
  var cellRun: CellRun?
  private var stage = Stage.new

  private init(
    _ workshop: Workshop, _ connection: Connection, _ files: OpenFiles,
    _ events: AsyncStream<Event>.Continuation
  ) {
    self.workshop = workshop
    self.connection = connection
    self.files = files
    self.events = events
  }

  /// Serves the editor at the other end of two file descriptors until it leaves.
  ///
  /// - Returns: The exit status: 1 where the editor left without saying so before.
  public static func serve(
    _ options: Workshop.Options, input: Int32 = 0, output: Int32 = 1
  ) async -> Int32 {
    let (stream, events) = AsyncStream.makeStream(of: Event.self)
    let files = OpenFiles()
    var options = options
    options.reader = files.reader
    // The editor's folder will be entered.
    options.stdlib = URL(filePath: options.stdlib).standardizedFileURL.path
    let workshop = Workshop(
      options, announce: { events.yield($0) }, events: { events.yield($0) })
    let connection = Connection(input: input, output: output)
    connection.read { events.yield(.frame($0)) }
    let server = LanguageServer(workshop, connection, files, events)
    for await event in stream {
      if let status = server.handle(event) { return status }
    }
    return 1
  }

  /// - Returns: The exit status once the server has to end.
  private func handle(_ event: Event) -> Int32? {
    switch event {
    case .frame(nil): return stage == .shutDown ? 0 : 1
    case .frame(.malformed(let reason)): connection.log(reason)
    case .frame(.message(let bytes)): return receive(bytes)
    case .checked(let uri, let analysis): adopt(analysis, uri)
    case .progressed(let note, let fraction): cellRun?.report(note, fraction, to: connection)
    case .ran(let outcome): finish(outcome)
    }
    return nil
  }

  private func receive(_ bytes: [UInt8]) -> Int32? {
    do {
      guard let message = try Message(bytes) else { return nil }
      if message.method == "exit" { return stage == .shutDown ? 0 : 1 }
      if let id = message.id { request(message, id) } else { notification(message) }
    } catch {
      connection.refuse(.null, error as? ResponseError ?? ResponseError(.failed, "\(error)"))
    }
    return nil
  }

  private func request(_ message: Message, _ id: JSON) {
    do {
      if let result = try lifecycle(message) { return connection.answer(id, result) }
      guard let feature = Feature.byMethod[message.method] else {
        throw ResponseError(.unknownMethod, "there is no method \(message.method)")
      }
      if case .now(let result) = try feature.answer(message, id: id, of: self) {
        connection.answer(id, result)
      }
    } catch {
      connection.refuse(id, error as? ResponseError ?? ResponseError(.failed, "\(error)"))
    }
  }

  /// The answer to what begins and ends a conversation; nil for all else that may be asked now.
  private func lifecycle(_ message: Message) throws -> JSON? {
    switch (message.method, stage) {
    case ("initialize", .new):
      editor = EditorFacts(try message.parameters(as: EditorFacts.Declaration.self))
      editor.enterFolder()
      stage = .ready
      return [
        "capabilities": capabilities,
        "serverInfo": ["name": "gen", "version": .text(Workshop.version)],
      ]
    case (_, .new): throw ResponseError(.notInitialized, "the first request is initialize")
    case ("initialize", _): throw ResponseError(.invalidRequest, "initialize comes once")
    case (_, .shutDown): throw ResponseError(.invalidRequest, "after shutdown only exit follows")
    case ("shutdown", .ready):
      cellRun?.cancel()
      stage = .shutDown
      return .null
    default: return nil
    }
  }

  private var capabilities: JSON {
    let synchronization: JSON = ["openClose": true, "change": 2, "save": true]
    let own: [String: JSON] = [
      "positionEncoding": .text(editor.encoding.rawValue), "textDocumentSync": synchronization,
    ]
    return .object(Feature.all.reduce(own) { $0.merging($1.capabilities) { $1 } })
  }

  private func notification(_ message: Message) {
    guard stage == .ready else { return }
    do {
      switch message.method {
      case "textDocument/didOpen": open(try message.parameters(as: OpenParameters.self))
      case "textDocument/didChange": try change(try message.parameters(as: ChangeParameters.self))
      case "textDocument/didClose": close(try message.parameters(as: DocumentParameters.self))
      case "textDocument/didSave", "workspace/didChangeWatchedFiles":
        documents.values.forEach(check)
      case "$/cancelRequest": cancel(try message.parameters(as: CancelParameters.self).id)
      case "window/workDoneProgress/cancel":
        cancel(try message.parameters(as: CellRun.ProgressToken.self).token)
      default: break
      }
    } catch {
      connection.log((error as? ResponseError)?.message ?? "\(error)")
    }
  }

  private func cancel(_ name: JSON) {
    if let cellRun, cellRun.id == name || cellRun.token == name { cellRun.cancel() }
  }
}

/// The texts that are open.
extension LanguageServer {
  private struct OpenParameters: Decodable {
    struct Item: Decodable {
      let uri: String
      let version: Int
      let text: String
    }
    let textDocument: Item
  }

  private struct ChangeParameters: Decodable {
    struct Identifier: Decodable {
      let uri: String
      let version: Int?
    }
    let textDocument: Identifier
    let contentChanges: [TextChange]
  }

  private struct CancelParameters: Decodable { let id: JSON }

  /// - Throws: ``ResponseError`` where it is not open.
  func document(_ uri: String) throws -> Document {
    guard let document = documents[uri] else {
      throw ResponseError(.invalidParameters, "\(uri) is not open")
    }
    return document
  }

  private func open(_ parameters: OpenParameters) {
    let item = parameters.textDocument
    files[DocumentAddress.path(of: item.uri)] = Array(item.text.utf8)
    let document = Document(
      uri: item.uri, version: item.version, text: item.text, workshop.language)
    documents[item.uri] = document
    publish(document)
    checkUsers(of: document)
  }

  private func change(_ parameters: ChangeParameters) throws {
    let document = try document(parameters.textDocument.uri)
    document.apply(
      parameters.contentChanges, version: parameters.textDocument.version ?? document.version + 1,
      editor.encoding)
    files[document.path] = document.source.bytes
    check(document)
    checkUsers(of: document)
  }

  private func close(_ parameters: DocumentParameters) {
    guard let document = documents.removeValue(forKey: parameters.textDocument.uri) else { return }
    files[document.path] = nil
    connection.notify(
      "textDocument/publishDiagnostics", ["uri": .text(document.uri), "diagnostics": []])
    checkUsers(of: document)
  }

  private func checkUsers(of document: Document) {
    for other in documents.values where other !== document {
      if other.analysis.program.sources[document.path] != nil { check(other) }
    }
  }

  /// Begins a check beside the answers; while one is at work, the next waits for its end.
  private func check(_ document: Document) {
    guard !document.isBeingChecked else { return }
    document.isBeingChecked = true
    let (uri, source) = (document.uri, document.source)
    Task.detached { [events, language = workshop.language] in
      events.yield(.checked(uri: uri, Analysis(source, language)))
    }
  }

  private func adopt(_ analysis: Analysis, _ uri: String) {
    guard let document = documents[uri] else { return }
    document.isBeingChecked = false
    document.adopt(analysis)
    if document.isUpToDate { publish(document) } else { check(document) }
  }
}

extension AsyncStream<LanguageServer.Event>.Continuation {
  fileprivate func yield(_ announcement: Studio.Announcement) {
    switch announcement {
    case .fetching(let text), .noted(let text): yield(.progressed(text, fraction: nil))
    default: break
    }
  }

  fileprivate func yield(_ event: RunEvent) {
    guard case .progressed(let node, let progress, _) = event else { return }
    yield(.progressed("\(node.stage.name): \(progress.note)", fraction: progress.fraction))
  }
}
