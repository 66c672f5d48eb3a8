import Foundation
import Testing

/// What a person does at a terminal, whichever library edits the lines.
struct Scenario: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let body: @Sendable (Seat) throws -> Void

  init(_ sentence: String, _ body: @escaping @Sendable (Seat) throws -> Void) {
    (testDescription, self.body) = (sentence, body)
  }
}

/// Where sessions are opened.
struct Seat {
  var tool: Tool
  let executable: String

  /// A session at a terminal, its prompt on the screen.
  func open(columns: Int = 80, rows: Int = 24) throws -> FakeTerminal {
    let terminal = try FakeTerminal(tool, executable, columns: columns, rows: rows)
    try #require(try terminal.ends(with: "[1]"), "\(terminal.picture)")
    return terminal
  }
}

extension Scenario {
  static let all = typing + several + work

  private static let typing = [
    Scenario("wide characters are one key each") { seat in
      let terminal = try seat.open()
      try terminal.type("größe = \"好🙂")
      try terminal.press("Left")
      try terminal.enter("ö\"; größe #")
      #expect(try terminal.ends(with: "\"好ö\"\n[2]"), "\(terminal.picture)")
    },
    Scenario("history goes from session to session, and two at once lose nothing") { seat in
      let (first, second) = (try seat.open(), try seat.open())
      try first.enter("11 * 11")
      #expect(try first.shows("121"))
      try second.enter("12 * 12")
      #expect(try second.shows("144"))
      try first.press("C-d")
      let third = try seat.open()
      try third.press("Up")
      #expect(try third.ends(with: "[1] 12 * 12"), "\(third.picture)")
      try third.press("Up")
      #expect(try third.ends(with: "[1] 11 * 11"), "\(third.picture)")
    },
    Scenario("Ctrl-R finds an old line") { seat in
      let terminal = try seat.open()
      try terminal.enter("alpha = 4")
      try terminal.enter("beta = 2")
      #expect(try terminal.ends(with: "[3]"))
      try terminal.press("C-r")
      try terminal.type("alph")
      try terminal.press("Enter")
      #expect(try terminal.ends(with: "[3] alpha = 4\n[4]"), "\(terminal.picture)")
    },
    Scenario("Tab completes, and lists where there are several") { seat in
      let terminal = try seat.open()
      try terminal.type(":exp")
      try terminal.press("Tab")
      #expect(try terminal.ends(with: "[1] :export"), "\(terminal.picture)")
      try terminal.press("C-u")
      try terminal.type("plain(8, 6) |> gray")
      try terminal.press("Tab")
      #expect(try terminal.ends(with: "|> grayscale"), "\(terminal.picture)")
      try terminal.press("C-u")
      try terminal.type(":tr")
      try terminal.press("Tab")
      #expect(try terminal.ends(with: ":trace"))
      try terminal.press("C-u")
      try terminal.type(":t")
      try terminal.press("Tab", "Tab")
      #expect(try terminal.shows(":time") && terminal.shows(":type"), "\(terminal.picture)")
    },
    Scenario("Ctrl-C lets a line go, Ctrl-D leaves") { seat in
      let terminal = try seat.open()
      try terminal.type("nonsense(")
      #expect(try terminal.ends(with: "nonsense("))
      try terminal.press("C-c")
      #expect(try terminal.ends(with: "\n[1]"), "\(terminal.picture)")
      try terminal.enter("2 * 3")
      #expect(try terminal.ends(with: "6\n[2]"), "\(terminal.picture)")
      try terminal.press("C-d")
      #expect(try terminal.isLeft())
    },
    Scenario("a line is whole after the window has changed its size") { seat in
      let terminal = try seat.open(columns: 60)
      try terminal.type("\"a text that was begun in a wide window")
      #expect(try terminal.shows("wide window"))
      try terminal.resize(columns: 30, rows: 20)
      try terminal.enter(" and ended in a narrow one\"")
      #expect(try terminal.shows("[2]"))
      try terminal.resize(columns: 100, rows: 24)
      try terminal.enter("40 + 2")
      #expect(try terminal.ends(with: "42\n[3]"), "\(terminal.picture)")
      #expect(try terminal.shows("wide window and ended in a narrow one\"\n[2]"))
    },
  ]

  private static let several = [
    Scenario("an open bracket goes on below, and up takes both lines back") { seat in
      let terminal = try seat.open()
      try terminal.enter("max([1,")
      #expect(try terminal.ends(with: "[1] max([1,\n  …"), "\(terminal.picture)")
      try terminal.press("Up")
      #expect(try terminal.ends(with: "[1] max([1,"), "\(terminal.picture)")
      try terminal.enter(" 9,")
      try terminal.enter("2])")
      #expect(
        try terminal.ends(with: "[1] max([1, 9,\n  … 2])\n9\n[2]"), "\(terminal.picture)")
    },
    Scenario("a pasted script is one cell, which Enter runs") { seat in
      let terminal = try seat.open()
      try terminal.paste("a = [1,\n\t2, 3]\n\nlength(a) * 7\n")
      #expect(try terminal.shows("length(a) * 7"), "\(terminal.picture)")
      #expect(try !terminal.screen().contains("[2]"))
      try terminal.press("Enter")
      #expect(try terminal.ends(with: "21\n[2]"), "\(terminal.picture)")
    },
    Scenario("the arrows go from line to line in a pasted script") { seat in
      let terminal = try seat.open()
      try terminal.paste("a = 10\nb = 20\na + b")
      #expect(try terminal.ends(with: "a + b"))
      try terminal.press("Up", "Up")
      try terminal.type("0")
      try terminal.press("Down", "Down", "Enter")
      #expect(try terminal.ends(with: "120\n[2]"), "\(terminal.picture)")
    },
    Scenario("a pasted script with marks is as many cells as it says") { seat in
      let terminal = try seat.open()
      try terminal.paste("# %% One\na = 2\n# %% Two\na * 21")
      try terminal.press("Enter")
      #expect(try terminal.ends(with: "42\n[3]"), "\(terminal.picture)")
    },
    Scenario("undo takes a cell back, edit takes it up whole") { seat in
      let terminal = try seat.open()
      try terminal.enter("a = 1")
      try terminal.paste("a = [1,\n 2]")
      try terminal.press("Enter")
      try terminal.enter("length(a)")
      #expect(try terminal.ends(with: "2\n[4]"), "\(terminal.picture)")
      try terminal.enter(":edit 2")
      #expect(try terminal.ends(with: "[4] a = [1,\n 2]"), "\(terminal.picture)")
      try terminal.press("BSpace")
      try terminal.enter(", 3]; length(a)")
      #expect(try terminal.ends(with: "3\n[5]"), "\(terminal.picture)")
      try terminal.enter(":undo 3")
      try terminal.enter("a")
      #expect(try terminal.ends(with: "1\n[3]"), "\(terminal.picture)")
    },
  ]

  private static let long = "film = diffuse(\"a cat\", frames: 24, steps: 1000); film"

  private static let work = [
    Scenario("Ctrl-C stops the work and keeps the session, and what was finished") { seat in
      let terminal = try seat.open()
      try terminal.enter("still = diffuse(\"a red star\", as: image, steps: 1); still")
      #expect(try terminal.shows("Image 64x64"), "\(terminal.picture)")
      for number in 3...5 {
        try terminal.enter(long)
        #expect(try terminal.shows("of 2000", within: 60), "\(terminal.picture)")
        try terminal.press("C-c")
        #expect(
          try terminal.ends(with: "stopped; what was finished is kept\n[\(number)]", within: 5),
          "\(terminal.picture)")
      }
      try terminal.enter(":why still")
      #expect(try terminal.shows("still is not computed anew"), "\(terminal.picture)")
    },
    Scenario("a window that changes its size meanwhile leaves a whole session") { seat in
      let terminal = try seat.open()
      try terminal.enter(long)
      #expect(try terminal.shows("of 2000", within: 60))
      try terminal.resize(columns: 30, rows: 10)
      try terminal.resize(columns: 90, rows: 30)
      try terminal.press("C-c")
      try terminal.enter("40 + 2")
      #expect(try terminal.ends(with: "42\n[3]"), "\(terminal.picture)")
    },
    Scenario("a terminal that closes ends the session; what was finished is cached") { seat in
      let terminal = try seat.open()
      try terminal.enter("diffuse(\"a red star\", as: image, steps: 1)")
      #expect(try terminal.shows("Image 64x64"))
      try terminal.enter(long)
      #expect(try terminal.shows("of 2000", within: 60))
      let process = try terminal.processIdentifier()
      try terminal.close()
      let end = Date.now + 5
      while kill(process, 0) == 0, Date.now < end { usleep(20_000) }
      #expect(kill(process, 0) != 0)
      let again = try seat.tool.run(
        "eval", "diffuse(\"a red star\", as: image, steps: 1)", "--json")
      #expect(again.output.contains("\"origin\":\"cached\""), "\(again.output)")
    },
    Scenario("no home, no colour and a history that cannot be written are no trouble") { seat in
      for history in ["/", "/proc/nowhere", "/dev/null"] {
        var seat = seat
        seat.tool.environment["HOME"] = ""
        seat.tool.environment["NO_COLOR"] = "1"
        seat.tool.environment["GEN_HISTORY"] = history
        let terminal = try seat.open()
        try terminal.enter("plain(8, 6)")
        #expect(try terminal.ends(with: "Image 8x6\n[2]"), "\(terminal.picture)")
      }
    },
  ]
}

private let readline: String? = {
  let path = Tool.executable + "-readline"
  return FileManager.default.isExecutableFile(atPath: path) ? path : nil
}()

@Suite(.enabled(if: FakeTerminal.tmux != nil, "there is no tmux on this machine"))
struct LineEditingTests {
  @Test(arguments: Scenario.all)
  func `at a terminal, with libedit`(scenario: Scenario) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try scenario.body(Seat(tool: tool, executable: Tool.executable))
  }

  @Test(
    .enabled(
      if: readline != nil,
      "gen-readline is not there: scripts/test links it where libreadline-dev is installed"),
    arguments: Scenario.all)
  func `at a terminal, with GNU readline`(scenario: Scenario) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try scenario.body(Seat(tool: tool, executable: try #require(readline)))
  }
}
