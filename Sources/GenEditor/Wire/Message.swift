import Foundation

/// A request or notification as it came: its method, and the bytes that its parameters are in.
struct Message: Sendable {
  /// nil for a notification.
  let id: JSON?
  let method: String
  private let data: Data

  private struct Head: Decodable {
    let id: JSON?
    let method: String?
    let result: JSON?
    let error: JSON?
  }

  private struct Body<Parameters: Decodable>: Decodable {
    let params: Parameters
  }

  /// - Returns: nil for the answer to a request of ours, which nothing waits for.
  /// - Throws: ``ResponseError`` for what is no message.
  init?(_ bytes: [UInt8]) throws {
    data = Data(bytes)
    let head: Head
    do {
      head = try JSONDecoder().decode(Head.self, from: data)
    } catch DecodingError.dataCorrupted {
      throw ResponseError(.parse, "this is no JSON")
    } catch {
      throw ResponseError(.invalidRequest, "a message is one object with a method")
    }
    id = head.id
    guard let method = head.method else {
      if head.result != nil || head.error != nil || head.id != nil { return nil }
      throw ResponseError(.invalidRequest, "a message has a method")
    }
    self.method = method
  }

  /// - Throws: ``ResponseError`` when they are not what the method takes.
  func parameters<Parameters: Decodable>(as type: Parameters.Type) throws -> Parameters {
    do {
      return try JSONDecoder().decode(Body<Parameters>.self, from: data).params
    } catch {
      throw ResponseError(.invalidParameters, "these are no parameters of \(method)")
    }
  }
}

/// Why a request has no result.
struct ResponseError: Error {
  enum Code: Int {
    case parse = -32700
    case invalidRequest = -32600
    case unknownMethod = -32601
    case invalidParameters = -32602
    case notInitialized = -32002
    case cancelled = -32800
    /// The request is sound, but what it asks for cannot be had.
    case failed = -32803
  }

  let code: Code
  let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  var json: JSON { ["code": .int(code.rawValue), "message": .text(message)] }
}
