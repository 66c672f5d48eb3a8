import Foundation

/// A terminal that only a test looks at, with Gen in it: tmux, where the machine has it.
final class FakeTerminal {
  static let tmux: String? = ["/usr/bin/tmux", "/usr/local/bin/tmux"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  private let name = "gen-" + UUID().uuidString.prefix(8)
  private let tool: Tool

  /// - Parameter command: What runs in it, by the shell.
  init(_ tool: Tool, _ command: String, columns: Int = 80, rows: Int = 24) throws {
    self.tool = tool
    try ask(
      "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-c",
      tool.folder, "exec " + command)
  }

  // Not `kill-server`: that is a signal, and tmux inherited a mask of signals from a thread of tests.
  deinit { try? close() }

  @discardableResult
  private func ask(_ arguments: String...) throws -> Tool.Outcome {
    // The server must not keep what tells Foundation that a program it started has ended.
    let script =
      "for n in /proc/self/fd/*; do n=${n##*/}; if ((n > 2)); then eval \"exec $n>&-\"; fi; done; "
      + "exec \"$0\" \"$@\""
    return try Running(
      executable: "/bin/bash",
      arguments: ["-c", script, Self.tmux ?? "tmux", "-u", "-L", name] + arguments,
      folder: tool.folder, environment: tool.environment.merging(["LANG": "C.UTF-8"]) { $1 },
      input: nil
    ).finish()
  }

  /// Types a text as it is.
  func type(_ text: String) throws { try ask("send-keys", "-l", text) }

  /// Presses keys by tmux's names for them, such as `Enter` and `C-c`.
  func press(_ keys: String...) throws {
    for key in keys { try ask("send-keys", key) }
  }

  /// Types a line and presses Enter.
  func enter(_ line: String) throws {
    try type(line)
    try press("Enter")
  }

  /// Pastes as a terminal does that can say so.
  func paste(_ text: String) throws {
    try ask("set-buffer", text)
    try ask("paste-buffer", "-p")
  }

  func resize(columns: Int, rows: Int) throws {
    try ask("resize-window", "-x", "\(columns)", "-y", "\(rows)")
  }

  /// What stands on the screen, without spaces at the ends of lines.
  func screen() throws -> String {
    let lines = try ask("capture-pane", "-p").output
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.replacing(/\s+$/, with: "") }
    return lines.reversed().drop { $0.isEmpty }.reversed().joined(separator: "\n")
  }

  /// The screen, for what a test that fails tells.
  var picture: String { (try? screen()) ?? "there is no terminal any more" }

  /// Whether the screen comes to end with a text within some seconds.
  func ends(with text: String, within seconds: Double = 15) throws -> Bool {
    try waits(seconds) { try self.screen().hasSuffix(text) }
  }

  func shows(_ text: String, within seconds: Double = 15) throws -> Bool {
    try waits(seconds) { try self.screen().contains(text) }
  }

  /// Whether the program in it comes to its end.
  func isLeft(within seconds: Double = 10) throws -> Bool {
    try waits(seconds) { try self.ask("has-session").status != 0 }
  }

  /// Closes the terminal with whatever runs in it.
  func close() throws { try ask("kill-session") }

  func processIdentifier() throws -> Int32 {
    let text = try ask("display-message", "-p", "#{pane_pid}").output
    return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
  }

  private func waits(_ seconds: Double, _ isSo: () throws -> Bool) throws -> Bool {
    let end = Date.now + seconds
    while Date.now < end {
      if try isSo() { return true }
      usleep(20_000)
    }
    return try isSo()
  }
}
