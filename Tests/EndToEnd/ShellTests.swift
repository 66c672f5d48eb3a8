import Foundation
import Testing

private func withTool(_ body: (Tool) throws -> Void) throws {
  let tool = try Tool()
  defer { tool.remove() }
  try body(tool)
}

/// A program of this machine; nil where it has none.
func program(_ name: String) -> String? {
  ["/usr/bin/", "/bin/", "/usr/local/bin/"].map { $0 + name }
    .first { FileManager.default.isExecutableFile(atPath: $0) }
}

extension Tool {
  /// Runs another program, which finds `gen` in its path.
  func run(_ executable: String, _ arguments: [String], terminal: String = "dumb") throws -> Outcome
  {
    var environment = environment
    let folder = URL(filePath: Tool.executable).deletingLastPathComponent().path
    environment["PATH"] = folder + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
    environment["TERM"] = terminal
    return try Running(
      executable: executable, arguments: arguments, folder: self.folder, environment: environment,
      input: nil
    ).finish()
  }
}

@Test func `a program whose first line names gen runs by itself`() throws {
  try withTool { tool in
    try tool.write("#!/usr/bin/env -S gen run\nprint(\"by itself\")\n", to: "a.gen")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: tool.path("a.gen"))
    let outcome = try tool.run(tool.path("a.gen"), [])
    #expect(outcome.output == "by itself\n", "\(outcome.errors)")
  }
}

@Test func `standard input has a name, paths of the working folder, and goes into the manifest`()
  throws
{
  try withTool { tool in
    let wrong = try tool.run("check", "-", input: "plain(8, 8) |> resize(widht: 4)\n")
    #expect(wrong.status == 1 && wrong.errors.contains("<stdin>:1:"), "\(wrong.errors)")
    try tool.write("def side() = 8\n", to: "sizes.gen")
    let script = "use \"sizes.gen\"\nsave(plain(side(), 8) |> grain(5%), \"a.png\")\n"
    #expect(try tool.run("run", "-", input: script).status == 0)
    #expect(try tool.run("info", "--script", "a.png").output == script)
    #expect(try tool.run("reproduce", "a.png").status == 0)
  }
}

/// Commands that write to the terminal whatever is there.
private let commands: [[String]] = [
  ["--help"], ["run", "--help"], ["doc"], ["doc", "resize"], ["models"], ["cache"], ["learn"],
  ["explain", "E0104"], ["plan", "a.gen"], ["run", "a.gen"], ["check", "a.gen"],
  ["check", "b.gen"],
  ["eval", "plain(64, 64)"], ["eval", "nonsense"], ["why", "a.gen", "p"], ["frobnicate"],
]

private func prepare(_ tool: Tool) throws {
  try tool.write("p = plain(8, 8) |> blur\nsave(p, \"a.png\")\n", to: "a.gen")
  try tool.write("resize(1)\n", to: "b.gen")
}

@Test(arguments: commands)
func `in a pipe nothing is painted`(arguments: [String]) throws {
  try withTool { tool in
    try prepare(tool)
    let outcome = try tool.run(Tool.executable, arguments, terminal: "xterm-256color")
    #expect(!(outcome.output + outcome.errors).isEmpty)
    #expect(!(outcome.output + outcome.errors).contains("\u{1B}"))
  }
}

/// util-linux's, which runs a command in a terminal of its own.
private let typescript = program("script")

@Test(.enabled(if: typescript != nil, "there is no script(1) on this machine"), arguments: commands)
func `a narrow terminal, one without colours and NO_COLOR have what they can show`(
  arguments: [String]
) throws {
  try withTool { tool in
    try prepare(tool)
    let line = arguments.map { "'\($0)'" }.joined(separator: " ")
    func shown(_ before: String, terminal: String) throws -> String {
      try tool.run(
        try #require(typescript), ["-qec", "\(before) gen \(line)", "/dev/null"], terminal: terminal
      ).output
    }
    let narrow = try shown("stty cols 20 rows 5;", terminal: "xterm-256color")
    #expect(!narrow.isEmpty)
    #expect(!(try shown("", terminal: "dumb")).contains("\u{1B}"))
    // Without colours there may still be what moves the cursor, but nothing that paints.
    #expect(!(try shown("NO_COLOR=1", terminal: "xterm-256color")).contains(/\u{1B}\[[0-9;]*m/))
  }
}

@Test(arguments: ["bash", "zsh", "fish"])
func `a shell accepts its completions, which offer verbs models and scripts`(shell: String) throws {
  try withTool { tool in
    try prepare(tool)
    let script = try tool.run("completions", shell)
    #expect(script.status == 0 && script.output.contains("lsp"))
    try tool.write(script.output, to: "completions")
    guard let executable = program(shell) else { return }
    let parsed = try tool.run(executable, ["-n", tool.path("completions")])
    #expect(parsed.status == 0 && parsed.errors.isEmpty, "\(parsed.errors)")
    guard shell == "bash" else { return }
    func offered(_ words: [String]) throws -> [String] {
      let list = words.map { "'\($0)'" }.joined(separator: " ")
      let line = """
        source completions; COMP_WORDS=(\(list)); COMP_CWORD=\(words.count - 1)
        COMP_LINE='\(words.joined(separator: " "))'; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9
        $(complete -p gen | sed 's/.*-F \\([^ ]*\\).*/\\1/') gen '\(words.last ?? "")' x
        printf '%s\\n' "${COMPREPLY[@]}"
        """
      let outcome = try tool.run(executable, ["-c", line])
      return outcome.output.split(separator: "\n").map { $0.filter { $0 != " " } }
    }
    #expect(try offered(["gen", "che"]) == ["check"])
    #expect(try offered(["gen", "doc", "resi"]) == ["resize"])
    #expect(try offered(["gen", "models", "info", "mat"]) == ["matinee"])
    #expect(try offered(["gen", "run", "a"]).contains("a.gen"))
    #expect(try !offered(["gen", "run", ""]).contains("completions"))
  }
}

@Test func `the manual page names every command and is one that man reads`() throws {
  try withTool { tool in
    let page = try tool.run("manual")
    #expect(page.status == 0)
    for command in ["gen run", "gen lsp", "gen models get", "gen cache trim"] {
      #expect(page.output.contains(".SS \(command)"), "\(command)")
    }
    #expect(!page.output.contains(".SS gen bench"))
    try tool.write(page.output, to: "gen.1")
    guard let groff = program("groff") else { return }
    let read = try tool.run(groff, ["-man", "-Tutf8", "-ww", "-z", tool.path("gen.1")])
    #expect(read.status == 0 && read.errors.isEmpty, "\(read.errors)")
  }
}
