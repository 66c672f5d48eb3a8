import GenSession

// What messages hold. Requests have the names of the protocol; replies are written in ours and turned
// into the protocol's when they are sent.
//
// - Source: "Messaging in Jupyter", version 5.4.

struct ExecuteRequest: Decodable, Sendable {
  let code: String
  let silent: Bool?
  let store_history: Bool?
  let user_expressions: [String: String]?
  let allow_stdin: Bool?
  let stop_on_error: Bool?

  var isSilent: Bool { silent ?? false }
  var isKept: Bool { !isSilent && store_history ?? true }
}

struct CodeRequest: Decodable {
  let code: String
  /// In Unicode scalars from the start.
  let cursor_pos: Int?
}

struct HistoryRequest: Decodable {
  let output: Bool?
  let hist_access_type: String
  let session: Int?
  let start: Int?
  let stop: Int?
  let n: Int?
  let pattern: String?
  let unique: Bool?
}

struct ShutdownRequest: Decodable { let restart: Bool? }

struct InputReply: Decodable { let value: String }

struct CommOpen: Decodable { let comm_id: String }

/// A reply with nothing in it but how it went.
struct PlainReply: Encodable {
  var status = "ok"
}

struct ErrorReply: Encodable, Sendable {
  let status = "error"
  let ename: String
  let evalue: String
  var traceback: [String] = []
}

struct KernelInfoReply: Encodable {
  struct Link: Encodable {
    let text: String
    let url: String
  }
  let status = "ok"
  let protocolVersion = Post.protocolVersion
  let implementation = "gen"
  let implementationVersion = Workshop.version
  let languageInfo = JupyterLanguage()
  let banner = "gen \(Workshop.version): type a line, :help for help"
  let debugger = false
  let helpLinks: [Link] = []
}

struct ExecuteInput: Encodable {
  let code: String
  let executionCount: Int
}

struct ExecuteReply: Encodable {
  /// What an expression came to, or why it came to nothing.
  enum Answer: Encodable, Sendable {
    case value(JupyterOutput.Bundle)
    case error(ErrorReply)

    private enum Key: CodingKey { case status, data, metadata }

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .value(let bundle):
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode("ok", forKey: .status)
        try fields.encode(bundle.data, forKey: .data)
        try fields.encode(bundle.metadata, forKey: .metadata)
      case .error(let reply): try reply.encode(to: encoder)
      }
    }
  }

  struct Payload: Encodable {
    let source: String
    let keepkernel = false
  }

  let status: String
  let executionCount: Int
  var payload: [Payload] = []
  var userExpressions: [String: Answer] = [:]
  /// Of a cell that failed.
  var ename: String?
  var evalue: String?
  var traceback: [String]?
}

struct CompleteReply: Encodable {
  let status = "ok"
  let matches: [String]
  /// In Unicode scalars from the start.
  let cursorStart: Int
  let cursorEnd: Int
  let metadata: [String: String] = [:]
}

struct InspectReply: Encodable {
  let status = "ok"
  let found: Bool
  let data: [String: String]
  let metadata: [String: String] = [:]
}

struct IsCompleteReply: Encodable {
  let status: String
  /// Where the next line begins; only of what goes on.
  let indent: String?
}

struct HistoryReply: Encodable {
  let status = "ok"
  let history: [HistoryBook.Entry]
}

struct CommInfoReply: Encodable {
  let status = "ok"
  let comms: [String: String] = [:]
}

struct CommClose: Encodable {
  let commId: String
  let data: [String: String] = [:]
}

struct ShutdownReply: Encodable {
  let status = "ok"
  let restart: Bool
}

struct InputRequest: Encodable {
  let prompt: String
  let password = false
}

struct Status: Encodable { let executionState: String }

struct Welcome: Encodable { let subscription: String }

/// An output on its way to those who look on.
struct Display: Encodable {
  struct Transient: Encodable { let displayId: String? }

  let output: JupyterOutput
  /// Of a result.
  var executionCount: Int?
  /// By which a later message can put something else in its place.
  var displayId: String?

  private enum Key: CodingKey { case transient, executionCount }

  func encode(to encoder: any Encoder) throws {
    try output.encode(to: encoder)
    var fields = encoder.container(keyedBy: Key.self)
    switch output {
    case .result:
      try fields.encode(executionCount, forKey: .executionCount)
    case .display:
      try fields.encode(Transient(displayId: displayId), forKey: .transient)
    case .stream, .error: break
    }
  }
}
