import GenLanguage
import GenSession

extension Kernel {
  /// What could stand where somebody is typing.
  func complete(_ request: Request) async throws {
    let content = try request.content(CodeRequest.self)
    let place = content.place
    let found = await session.completions(for: content.code, at: place.bytes)
    let start = Array(content.code.utf8.prefix(found.start))
    post.reply(
      to: request,
      CompleteReply(
        matches: found.candidates,
        cursorStart: String(decoding: start, as: UTF8.self).unicodeScalars.count,
        cursorEnd: place.scalars))
  }

  /// What is known of the word at the cursor.
  func inspect(_ request: Request) async throws {
    let content = try request.content(CodeRequest.self)
    let page = await session.explanation(for: content.code, at: content.place.bytes)
    let data = page.map { ["text/plain": $0] } ?? [:]
    post.reply(to: request, InspectReply(found: page != nil, data: data))
  }

  /// Whether what somebody is typing could be run.
  func judge(_ request: Request) throws {
    let reply =
      switch CellState(of: try request.content(CodeRequest.self).code) {
      case .complete: IsCompleteReply(status: "complete", indent: nil)
      case .incomplete: IsCompleteReply(status: "incomplete", indent: "  ")
      case .invalid: IsCompleteReply(status: "invalid", indent: nil)
      }
    post.reply(to: request, reply)
  }
}

extension CodeRequest {
  /// The cursor, in Unicode scalars and in bytes from the start; the end where it is none of the text.
  fileprivate var place: (scalars: Int, bytes: Int) {
    let all = code.unicodeScalars
    let before = all.prefix(max(0, cursor_pos ?? all.count))
    return (before.count, String(before).utf8.count)
  }
}
