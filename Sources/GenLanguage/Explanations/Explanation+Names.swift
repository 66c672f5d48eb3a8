extension Explanation {
  static let names: [Explanation] = [
    Explanation(
      "E0101", "A name that stands for nothing",
      """
      A name has to get its value above the line that uses it.
      """,
      wrong: "prompt = \"a boat\"\nprint(promt)", right: "prompt = \"a boat\"\nprint(prompt)"),
    Explanation(
      "E0102", "A stage that does not exist",
      """
      Stages are the verbs of the language and your own defs. `gen doc` lists the verbs.
      """,
      wrong: "print(lenght(\"boat\"))", right: "print(length(\"boat\"))"),
    Explanation(
      "E0103", "Something that cannot be called",
      """
      Brackets behind a name call it, which only stages and functions allow.
      """,
      wrong: "size = 3\nprint(size(2))", right: "size = 3\nprint(size * 2)"),
    Explanation(
      "E0104", "An argument that the stage does not have",
      """
      The name before the colon has to be one of the stage's arguments. `gen doc NAME` shows them.
      """,
      wrong: "print(split(\"a b\", bye: \" \"))", right: "print(split(\"a b\", by: \" \"))"),
    Explanation(
      "E0105", "A missing argument",
      """
      An argument without a default has to be given.
      """,
      wrong: "print(replace(\"a boat\", \"boat\"))",
      right: "print(replace(\"a boat\", \"boat\", \"kite\"))"),
    Explanation(
      "E0106", "An argument given twice",
      """
      What flows in through |> and what stands first without a name fill the first arguments.
      """,
      wrong: "print(\"a\" |> upper(text: \"b\"))", right: "print(\"a\" |> upper)"),
    Explanation(
      "E0107", "Too many arguments",
      """
      The call has more values than the stage has arguments; what flows in through |> counts.
      """,
      wrong: "print(upper(\"a\", \"b\"))", right: "print(upper(\"a\"))"),
    Explanation(
      "E0108", "A value without a name behind one with a name",
      """
      Once an argument has its name, those after it need theirs.
      """,
      wrong: "print(replace(text: \"a\", \"a\", \"b\"))",
      right: "print(replace(\"a\", old: \"a\", new: \"b\"))"),
    Explanation(
      "E0109", "A word that is not among the choices",
      """
      Some arguments and settings take one of a few words, written without quotes.
      """,
      wrong: "print(align(\"a\", 3, to: rigth))", right: "print(align(\"a\", 3, to: right))"),
    Explanation(
      "E0110", "A name changes its type",
      """
      Within a file a name keeps its type. In a session a later cell may give it another.
      """,
      wrong: "size = 3\nsize = \"large\"",
      right: "size = 3\nlabel = \"large\"\nprint(\"{size} {label}\")"),
    Explanation(
      "E0111", "A stage that uses itself",
      """
      A def sees only what stands above it, so no program can go in circles. Use for, map or fold.
      """,
      wrong: "def count(n) = if n == 0 then 0 else count(n - 1)",
      right: "print(fold(1..4, 0, (total, n) => total + n))"),
    Explanation(
      "E0112", "A type that does not exist",
      """
      Types are Number, Int, Bool, Text, Duration, Rate, Frequency, Tempo, Gain, Length, Angle, Color,
      Prompt, Sampler, Image, Video and so on, List<…>, Stage<…, …> and any of them with ?.
      """,
      wrong: "def f(x: Integer) = x", right: "def f(x: Int) = x\nprint(f(1))"),
    Explanation(
      "E0113", "A setting that does not exist",
      """
      Settings are seed, cache, precision and budget.
      """,
      wrong: "set sead = 3", right: "set seed = 3"),
    Explanation(
      "E0114", "A name that stands twice",
      """
      Parameters, fields and the names that take a list apart have to differ.
      """,
      wrong: "size = {width: 1, width: 2}", right: "size = {width: 1, height: 2}\nprint(size)"),
    Explanation(
      "E0115", "A field that does not exist",
      """
      The fields of a record are those that it was written with.
      """,
      wrong: "size = {width: 1}\nprint(size.widht)", right: "size = {width: 1}\nprint(size.width)"),
    Explanation(
      "E0116", "A lambda is called with a name",
      """
      The arguments of a lambda are told apart by their order. A def has argument names.
      """,
      wrong: "f = x => x + 1\nprint(f(x: 2))", right: "f = x => x + 1\nprint(f(2))"),
    Explanation(
      "E0117", "Another number of types in < >",
      """
      List and Model take one type, Stage takes two: what flows in and what comes out.
      """,
      wrong: "def f(s: Stage<Int>) = s(1)",
      right: "def f(s: Stage<Int, Int>) = s(1)\nprint(f(x => x))"),
  ]

  static let modules: [Explanation] = [
    Explanation(
      "E0301", "A module that is not there",
      """
      `use name` looks beside the script and in the standard library; `use "file.gen"` beside the
      script.
      """,
      wrong: "use nowhere", right: "print(1)"),
    Explanation(
      "E0302", "Modules that use each other in a circle",
      """
      Each of the modules waits for the names of the other. Put what both need into a third one.
      """,
      wrong: "use \"circle.gen\"", right: "print(1)"),
    Explanation(
      "E0304", "use or set inside a block",
      """
      What a program uses and how it is set stands at its top, where a reader looks for it.
      """,
      wrong: "x = {\n  set seed = 1\n  2\n}", right: "set seed = 1\nx = 2\nprint(x)"),
  ]
}
