/// Something that an editor may ask for: its method, what the server says it can do, and the answer.
struct Feature: Sendable {
  enum Answer: Sendable {
    case now(JSON)
    /// Sent once the work has ended.
    case later
  }

  let method: String
  let capabilities: [String: JSON]
  private let body: @Sendable (LanguageServer, Message, JSON) throws -> Answer

  static let all: [Feature] = [
    completion, completionDetails, hover, signatureHelp, definition, references, prepareRename,
    rename,
    formatting, documentSymbols, codeLenses, runCell,
  ]

  static let byMethod = Dictionary(all.map { ($0.method, $0) }) { $1 }

  init<Parameters: Decodable>(
    _ method: String, _ capabilities: [String: JSON] = [:],
    _ body: @escaping @Sendable (LanguageServer, Parameters) throws -> JSON
  ) {
    self.init(
      method, capabilities,
      answering: { (server, parameters: Parameters, _) in .now(try body(server, parameters)) })
  }

  init<Parameters: Decodable>(
    _ method: String, _ capabilities: [String: JSON] = [:],
    answering body: @escaping @Sendable (LanguageServer, Parameters, JSON) throws -> Answer
  ) {
    self.method = method
    self.capabilities = capabilities
    self.body = { try body($0, try $1.parameters(as: Parameters.self), $2) }
  }

  func answer(_ message: Message, id: JSON, of server: LanguageServer) throws -> Answer {
    try body(server, message, id)
  }
}

/// Parameters that speak of a document, or of a place in one.
struct DocumentParameters: Decodable {
  struct Identifier: Decodable { let uri: String }
  let textDocument: Identifier
}

struct PlaceParameters: Decodable {
  let textDocument: DocumentParameters.Identifier
  let position: Position
}
