import Foundation
import GenSession
import Testing

@testable import GenKernel

@Suite struct KernelTests {
  // MARK: Cells

  @Test func `a result is shown with its number, between busy and idle`() async throws {
    let front = try FrontEnd()
    let messages = try await front.run("1 + 2")
    #expect(
      messages.types == ["status", "execute_input", "execute_result", "execute_reply", "status"])
    let result = try #require(messages.first("execute_result"))
    #expect(result.data["text/plain"] == "3")
    #expect(result.content["execution_count"] as? Int == 1)
    #expect(messages.reply?.text("status") == "ok")
    #expect(messages.reply?.envelope.route == [Array("me".utf8)])
    #expect(
      try await front.run("2").first("execute_result")?.content["execution_count"] as? Int == 2)
  }

  @Test func `names last from cell to cell`() async throws {
    let front = try FrontEnd()
    _ = try await front.run("a = 20")
    #expect(try await front.run("a * 2").first("execute_result")?.data["text/plain"] == "40")
  }

  @Test func `what is printed, shown and come to keeps its order`() async throws {
    let front = try FrontEnd()
    let messages = try await front.run("print(\"one\")\nshow(plain(8, 8))\nprint(\"two\")\n3")
    let types = messages.types.filter {
      !["status", "execute_input", "execute_reply"].contains($0)
    }
    #expect(types == ["stream", "display_data", "stream", "stream", "execute_result"])
    #expect(messages.printed == "one\nImage 8x8\ntwo\n")
  }

  @Test func `a picture is a PNG with its size, and words for who cannot see it`() async throws {
    let front = try FrontEnd()
    let shown = try #require(try await front.run("plain(32, 16)").first("execute_result"))
    let bytes = try #require(Data(base64Encoded: shown.data["image/png"] ?? ""))
    #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(shown.data["text/plain"]?.contains("Image 32x16") == true)
    let size = (shown.content["metadata"] as? [String: [String: Int]])?["image/png"]
    #expect(size == ["width": 384, "height": 192])
  }

  @Test func `a film is a video that a page can play, a table is a table`() async throws {
    let front = try FrontEnd()
    let film = try await front.run("film([plain(16, 16), plain(16, 16, color: \"red\")])")
    let html = try #require(film.first("execute_result")?.data["text/html"])
    #expect(html.hasPrefix("<video ") && html.contains("src=\"data:video/mp4;base64,"))
    let table = try await front.run("[[1, 2], [3, 4]]").first("execute_result")
    #expect(table?.data["text/html"]?.contains("<td>4</td>") == true)
    #expect(table?.data["text/plain"] == "1\t2\n3\t4")
  }

  @Test func `a fault is an error with its code, its place and colours`() async throws {
    let front = try FrontEnd()
    let messages = try await front.run("a = 1\nnonsense(1)")
    let error = try #require(messages.first("error"))
    #expect(error.text("ename").hasPrefix("E0"))
    #expect(error.text("evalue").contains("nonsense"))
    let traceback = (error.content["traceback"] as? [String] ?? []).joined(separator: "\n")
    #expect(traceback.contains("[1]:2:1") && traceback.contains("\u{1B}[1;31m"))
    #expect(messages.reply?.text("status") == "error")
    #expect(messages.reply?.text("ename") == error.text("ename"))
  }

  @Test func `a silent cell shows nothing and is no cell, but binds`() async throws {
    let front = try FrontEnd()
    let messages = try await front.run("a = 5\nprint(a)\na", ["silent": true])
    #expect(messages.types == ["status", "execute_reply", "status"])
    let failed = try await front.run("nonsense(", ["silent": true])
    #expect(failed.types == ["status", "execute_reply", "status"])
    #expect(failed.reply?.text("status") == "error")
    let next = try await front.run("a").first("execute_result")
    #expect(next?.data["text/plain"] == "5" && next?.content["execution_count"] as? Int == 1)
  }

  @Test func `a cell that is not stored does not count`() async throws {
    let front = try FrontEnd()
    _ = try await front.run("7", ["store_history": false])
    #expect(
      try await front.run("8").first("execute_result")?.content["execution_count"] as? Int == 1)
  }

  @Test func `expressions besides the cell are answered one by one`() async throws {
    let front = try FrontEnd()
    let fields = ["user_expressions": ["double": "a * 2", "wrong": "nonsense"]]
    let reply = try #require(try await front.run("a = 4", fields).reply)
    let answers = try #require(reply.content["user_expressions"] as? [String: [String: Any]])
    #expect((answers["double"]?["data"] as? [String: String])?["text/plain"] == "8")
    #expect(answers["double"]?["status"] as? String == "ok")
    #expect(answers["wrong"]?["status"] as? String == "error")
  }

  @Test func `cells that wait behind a fault are dropped, unless they are to be run`() async throws
  {
    for isStopped in [true, false] {
      let front = try FrontEnd()
      // It holds the kernel until the other has come.
      let first = try front.execute(
        "average(blur(plain(700, 700), 8))\nxs = [1]\nxs[9]", ["stop_on_error": isStopped])
      let second = try front.execute("1")
      _ = try await front.finished(first)
      let waiting = try await front.finished(second)
      #expect(waiting.reply?.text("status") == (isStopped ? "aborted" : "ok"))
      #expect(try await front.run("2").reply?.text("status") == "ok")
    }
  }

  @Test func `commands of the session work in cells`() async throws {
    let front = try FrontEnd()
    _ = try await front.run("a = 3")
    #expect(try await front.run(":names").printed.contains("a"))
    #expect(try await front.run(":type a\n:doc resize").printed.hasPrefix("Int\nresize("))
    #expect(try await front.run(":hlep").printed.contains("did you mean :help?"))
    let reply = try #require(try await front.run(":quit").reply)
    #expect(
      (reply.content["payload"] as? [[String: Any]])?.first?["source"] as? String == "ask_exit")
    let failed = try await front.run(":export /no/such/folder/a.html")
    #expect(failed.reply?.text("status") == "error" && failed.first("error") != nil)
  }

  @Test func `an interruption ends the cell and no more`() async throws {
    let front = try FrontEnd()
    let id = try front.execute("for i in 1..500 { blur(plain(1024, 1024), 5 + i / 500) }")
    _ = try await front.waited {
      front.messages(for: id)
    } until: {
      $0.first("execute_input") != nil
    }
    try await Task.sleep(for: .milliseconds(300))
    let stop = front.send("interrupt_request", on: .control)
    #expect(front.messages(for: stop).first("interrupt_reply")?.text("status") == "ok")
    let messages = try await front.finished(id)
    #expect(messages.first("error")?.text("ename") == "Interrupted")
    #expect(try await front.run("1").reply?.text("status") == "ok")
  }

  // MARK: Questions of lessons

  private static let question = #"ask("How many?", answer: 4, because: "Two and two.")"#

  @Test func `a question is put to who is there, up to three times`() async throws {
    let front = try FrontEnd()
    let id = try front.execute(Self.question, ["allow_stdin": true])
    for (index, typed) in ["five", "4"].enumerated() {
      _ = try await front.waited {
        front.messages(for: id)
      } until: {
        $0.count { $0.type == "input_request" } == index + 1
      }
      front.send("input_reply", #"{"value": "\#(typed)"}"#, on: .stdin)
    }
    let messages = try await front.finished(id)
    #expect(messages.printed == "? How many?\nNot quite. Right. Two and two.\n")
    #expect(messages.first("input_request")?.channel == .stdin)
  }

  @Test func `a question answers itself where nobody is there`() async throws {
    let front = try FrontEnd()
    let messages = try await front.run(Self.question)
    #expect(messages.first("input_request") == nil)
    #expect(messages.printed.contains("4. Two and two."))
  }

  @Test func `an interruption ends the wait for an answer`() async throws {
    let front = try FrontEnd()
    let id = try front.execute(Self.question, ["allow_stdin": true])
    _ = try await front.waited {
      front.messages(for: id)
    } until: {
      $0.first("input_request") != nil
    }
    front.send("interrupt_request", on: .control)
    #expect(try await front.finished(id).reply?.text("status") == "ok")
  }

  // MARK: Everything else that can be asked

  @Test(arguments: [Channel.shell, .control])
  func `the kernel says what it is`(channel: Channel) async throws {
    let front = try FrontEnd()
    let reply = try #require(
      try await front.finished(front.send("kernel_info_request", on: channel)).reply)
    #expect(reply.channel == channel && reply.type == "kernel_info_reply")
    #expect(reply.text("protocol_version") == "5.4" && reply.text("status") == "ok")
    let language = try #require(reply.content["language_info"] as? [String: Any])
    #expect(language["file_extension"] as? String == ".gen")
    #expect(language["mimetype"] as? String == "text/x-gen")
  }

  @Test(arguments: [
    ("upsc", 4, "upscale", 0, 4), ("x = \"🎈é\" |> upp", 15, "upper", 12, 15),
    ("a = 1\nresi", 10, "resize", 6, 10), (":nam", 4, ":names", 0, 4),
    ("upsc", 99, "upscale", 0, 4),
  ])
  func `completions stand in the place of what is begun`(
    code: String, cursor: Int, match: String, start: Int, end: Int
  ) async throws {
    let front = try FrontEnd()
    let content = try JSONSerialization.data(
      withJSONObject: ["code": code, "cursor_pos": cursor])
    let id = front.send("complete_request", String(decoding: content, as: UTF8.self))
    let reply = try #require(try await front.finished(id).reply)
    #expect((reply.content["matches"] as? [String])?.contains(match) == true, "\(reply.content)")
    #expect(reply.content["cursor_start"] as? Int == start)
    #expect(reply.content["cursor_end"] as? Int == end)
  }

  @Test(arguments: [
    ("resize", 3, "resize("), ("resize(plain(8, 8), ", 20, "resize("), ("a", 1, "a: Int"),
    ("resize", 6, "resize("), ("nonsense", 3, nil), ("", 0, nil), (")(", -5, nil),
  ])
  func `a word at the cursor, or the call around it, is explained`(
    code: String, cursor: Int, page: String?
  ) async throws {
    let front = try FrontEnd()
    _ = try await front.run("a = 1")
    let id = front.send("inspect_request", #"{"code": "\#(code)", "cursor_pos": \#(cursor)}"#)
    let reply = try #require(try await front.finished(id).reply)
    #expect(reply.content["found"] as? Bool == (page != nil))
    if let page { #expect(reply.data["text/plain"]?.hasPrefix(page) == true) }
  }

  @Test(arguments: [
    ("1 + 1", "complete"), ("diffuse(", "incomplete"), ("a = [1,", "incomplete"),
    ("1 +* 2", "invalid"), (":help", "complete"), ("", "complete"),
  ])
  func `what is typed is complete, goes on, or is wrong`(code: String, status: String) async throws
  {
    let front = try FrontEnd()
    let reply = try await front.finished(
      front.send("is_complete_request", #"{"code": "\#(code)"}"#)
    ).reply
    #expect(reply?.text("status") == status)
  }

  @Test func `history is found by its end, its numbers and its words`() async throws {
    let front = try FrontEnd()
    for code in ["1 + 1", "2 + 2", "3"] { _ = try await front.run(code) }
    let inputs = { (content: String) in
      let reply = try await front.finished(front.send("history_request", content)).reply
      return (reply?.content["history"] as? [[Any]] ?? []).map { $0[2] as? String ?? "\($0[2])" }
    }
    #expect(try await inputs(#"{"hist_access_type": "tail", "n": 2}"#) == ["2 + 2", "3"])
    #expect(
      try await inputs(#"{"hist_access_type": "range", "session": 0, "start": 1, "stop": 3}"#)
        == ["1 + 1", "2 + 2"])
    #expect(
      try await inputs(#"{"hist_access_type": "search", "pattern": "*+*", "n": 1}"#) == ["2 + 2"])
    #expect(
      try await inputs(#"{"hist_access_type": "range", "session": -9223372036854775808}"#).isEmpty)
    let both = try await front.finished(
      front.send("history_request", #"{"hist_access_type": "tail", "n": 1, "output": true}"#)
    ).reply
    let last = (both?.content["history"] as? [[Any]])?.first
    #expect(last?[2] as? [String] == ["3", "3"])
  }

  @Test func `a widget that somebody opens is closed`() async throws {
    let front = try FrontEnd()
    let id = front.send("comm_open", #"{"comm_id": "c", "target_name": "t", "data": {}}"#)
    let messages = try await front.finished(id)
    #expect(messages.first("comm_close")?.text("comm_id") == "c")
    #expect(try await front.finished(front.send("comm_info_request")).reply?.text("status") == "ok")
  }

  @Test func `who subscribes is welcomed`() async throws {
    let front = try FrontEnd()
    front.kernel.receive([[1]], on: .iopub)
    front.kernel.receive([[0]], on: .iopub)
    front.kernel.receive([], on: .iopub)
    #expect(front.messages().filter { $0.type == "iopub_welcome" }.count == 1)
  }

  @Test(arguments: [true, false])
  func `a shutdown is answered before the end`(isRestart: Bool) async throws {
    let front = try FrontEnd()
    #expect(!front.hasEnded)
    let id = front.send("shutdown_request", #"{"restart": \#(isRestart)}"#, on: .control)
    let reply = front.messages(for: id).reply
    #expect(reply?.type == "shutdown_reply" && reply?.content["restart"] as? Bool == isRestart)
    #expect(front.hasEnded)
  }

  // MARK: What nobody should send

  @Test func `nothing that comes in ends the kernel`() async throws {
    let front = try FrontEnd()
    let delimiter = Envelope.delimiter
    for channel in Channel.allCases {
      for frames in [[], [[]], [delimiter], [delimiter, [], [], [], [], []], [[0xFF], [0xFE]]] {
        front.kernel.receive(frames, on: channel)
      }
      let foreign = Seal(key: "another key")
      front.kernel.receive(
        foreign.frames(of: Envelope(header: Array("{}".utf8), content: [])), on: channel)
    }
    for header in ["", "{}", "[]", "null", "{\"msg_type\": 1}", "\u{0}", "{\"msg_type\": \"x\""] {
      let envelope = Envelope(header: Array(header.utf8), content: Array("{}".utf8))
      front.kernel.receive(Seal(key: FrontEnd.key).frames(of: envelope), on: .shell)
    }
    let deep = String(repeating: "[", count: 100_000)
    for type in [
      "execute_request", "complete_request", "inspect_request", "is_complete_request",
      "history_request", "comm_open", "input_reply", "nonsense", "nonsense_request",
      "debug_request",
    ] {
      for content in ["", "null", "[]", "{", deep, "{\"code\": 1}", "{\"cursor_pos\": 1e400}"] {
        for channel in [Channel.shell, .control, .stdin] { front.send(type, content, on: channel) }
      }
    }
    #expect(try await front.run("1").reply?.text("status") == "ok")
  }

  @Test func `a request that cannot be read or is not known is answered`() async throws {
    let front = try FrontEnd()
    let unread = try await front.finished(front.send("execute_request", "{}")).reply
    #expect(unread?.text("status") == "error" && unread?.text("evalue") == "\"code\" is missing")
    let unknown = try await front.finished(front.send("debug_request", on: .control)).reply
    #expect(unknown?.text("ename") == "UnknownRequest")
  }

  @Test func `a huge cell is taken`() async throws {
    let front = try FrontEnd()
    let text = String(repeating: "x", count: 8_000_000)
    let messages = try await front.run("length(\"\(text)\")")
    #expect(messages.reply?.text("status") != "", "\(messages.types)")
  }
}
