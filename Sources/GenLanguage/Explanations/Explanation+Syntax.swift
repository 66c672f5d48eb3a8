extension Explanation {
  static let syntax: [Explanation] = [
    Explanation(
      "E0001", "The file is not UTF-8 text",
      """
      Programs are UTF-8 text. These bytes are none: the file is in another encoding, or is no text.
      """,
      wrong: "print(\"caf\u{FFFD}\")", right: "print(\"café\")"),
    Explanation(
      "E0002", "A sign without a meaning",
      """
      The language has no such sign. Curly quotes and long dashes often come from word processors.
      """,
      wrong: "print(“boat”)", right: "print(\"boat\")"),
    Explanation(
      "E0003", "A text without an end",
      """
      A text in single quotes ends on its line. For several lines use three quotes on both sides.
      """,
      wrong: "print(\"a boat)", right: "print(\"a boat\")"),
    Explanation(
      "E0004", "An escape that does not exist",
      """
      In texts \\n is a line break, \\t a tab, \\" a quote, \\\\ a backslash, \\{ a brace and
      \\u{1F680} a character by its number. In a raw text, r"…", a backslash is a backslash.
      """,
      wrong: #"print("C:\films")"#, right: #"print(r"C:\films")"#),
    Explanation(
      "E0005", "Not a number",
      """
      0x begins a number in base 16, whose digits are 0-9 and A-F.
      """,
      wrong: "print(0xZZ)", right: "print(0xFF)"),
    Explanation(
      "E0006", "A unit that does not exist",
      """
      Units are s, ms, min and h for time, fps, Hz and kHz, bpm, dB, px, deg, and % for hundredths.
      """,
      wrong: "print(2sec)", right: "print(2s)"),
    Explanation(
      "E0007", "A number that is too large",
      """
      Whole numbers go to 9223372036854775807, others to about 1.8e308.
      """,
      wrong: "print(99999999999999999999)", right: "print(1e20)"),
    Explanation(
      "E0008", "A bracket that is never closed",
      """
      Every (, [ and { needs its partner. The place is that of the open one.
      """,
      wrong: "print((1 + 2) * 3", right: "print((1 + 2) * 3)"),
    Explanation(
      "E0009", "Something else is expected here",
      """
      The sentence cannot go on like this. The message says what would fit.
      """,
      wrong: "x = if 1 < 2 print(1)", right: "x = if 1 < 2 then 1 else 2\nprint(x)"),
    Explanation(
      "E0010", "Nested too deeply",
      """
      Brackets, calls and conditions stand more than a hundred deep in each other.
      """,
      wrong: "print(" + String(repeating: "(", count: 200) + "1",
      right: "print(((1)))"),
    Explanation(
      "E0011", "An empty interpolation",
      """
      Inside a text, braces hold an expression whose value takes their place.
      """,
      wrong: "print(\"{} boats\")", right: "print(\"{3} boats\")"),
    Explanation(
      "E0012", "A word of the language used as a name",
      """
      The words use, as, set, def, if, then, else, for, in, and, or, not, true, false and none cannot
      be names. They may be argument names, as in as: video.
      """,
      wrong: "set = 3", right: "set_ = 3\nprint(set_)"),
    Explanation(
      "E0013", "Two statements on one line",
      """
      Each statement has a line of its own, or a sign is missing between two values.
      """,
      wrong: "print(1) print(2)", right: "print(1)\nprint(2)"),
    Explanation(
      "E0014", "A chain of comparisons",
      """
      A comparison is true or false, so comparing it again is seldom meant.
      """,
      wrong: "x = 3\nprint(1 < x < 5)", right: "x = 3\nprint(1 < x and x < 5)"),
    Explanation(
      "E0015", "Only names can be given a value",
      """
      A single = gives a name its value; == compares. Nothing can be changed once it has a value.
      """,
      wrong: "x = [1]\nx[0] = 2", right: "x = [2]\nprint(x[0])"),
    Explanation(
      "E0016", "A bracket that closes nothing",
      """
      There is a closing bracket without an opening one before it.
      """,
      wrong: "print(1))", right: "print(1)"),
    Explanation(
      "E0017", "A block without a value",
      """
      The value of a block is its last expression, so it has to end with one.
      """,
      wrong: "x = { y = 2 }", right: "x = {\n  y = 2\n  y * 2\n}\nprint(x)"),
    Explanation(
      "E0018", "The path of a module is computed",
      """
      A reader has to see which files a program uses, so the path after use is plain text.
      """,
      wrong: "n = 1\nuse \"shots{n}.gen\"", right: "print(\"shots\")"),
  ]
}
