extension Explanation {
  static let types: [Explanation] = [
    Explanation(
      "E0201", "An argument of another type",
      """
      Only these types change by themselves: Int to Number, Text to Prompt, and Image to a Video of one
      frame where a stage takes only Video.
      """,
      wrong: "print(upper(3))", right: "print(upper(\"{3}\"))"),
    Explanation(
      "E0202", "No form of the stage takes this",
      """
      A stage may have several forms, one for each type that flows in. The message lists them.
      """,
      wrong: "print(length(3))", right: "print(length([3]))"),
    Explanation(
      "E0203", "A sign between values that it does not fit",
      """
      Signs have one meaning each: + adds numbers and amounts, and joins prompts and samplers. Texts are
      put together by interpolation.
      """,
      wrong: "print(\"boats: \" + 3)", right: "print(\"boats: {3}\")"),
    Explanation(
      "E0204", "Units that do not add",
      """
      Seconds and frames per second measure different things. Multiplied, they give a number.
      """,
      wrong: "print(2s + 24fps)", right: "print(2s * 24fps)"),
    Explanation(
      "E0205", "A value out of its range",
      """
      The message names the range; `gen doc NAME` shows it too.
      """,
      wrong: "print(take([1, 2], -1))", right: "print(take([1, 2], 1))"),
    Explanation(
      "E0206", "A condition that is not true or false",
      """
      if, and, or and not take values that are true or false. Numbers and texts have to be compared.
      """,
      wrong: "n = 3\nprint(if n then 1 else 2)", right: "n = 3\nprint(if n > 0 then 1 else 2)"),
    Explanation(
      "E0207", "for goes through something that is no list",
      """
      for takes its elements from a list or a range.
      """,
      wrong: "print(for i in 3 { i })", right: "print(for i in 1..3 { i })"),
    Explanation(
      "E0208", "Branches of different types",
      """
      Whichever branch is taken, what follows has to know the type.
      """,
      wrong: "print(if 1 < 2 then 1 else \"two\")", right: "print(if 1 < 2 then 1 else 2)"),
    Explanation(
      "E0209", "A list of different types",
      """
      The elements of a list are of one type. A record holds different things under names.
      """,
      wrong: "print([1, \"two\"])", right: "print({count: 1, name: \"two\"})"),
    Explanation(
      "E0210", "Elements of something that has none",
      """
      Square brackets pick from lists and texts.
      """,
      wrong: "n = 3\nprint(n[0])", right: "n = [3]\nprint(n[0])"),
    Explanation(
      "E0211", "An element picked by something else than a whole number",
      """
      The first element is 0, the last one -1.
      """,
      wrong: "print([1, 2][0.5])", right: "print([1, 2][0])"),
    Explanation(
      "E0212", "Something that cannot be taken apart",
      """
      Several names on the left take the elements of a list, one each, or the fields of a record that
      have these names.
      """,
      wrong: "(a, b) = [1, 2, 3]", right: "(a, b) = [1, 2]\nprint(a + b)"),
    Explanation(
      "E0213", "A value that may be none",
      """
      Give a value for that case with otherwise.
      """,
      wrong: "def f(x: Text?) = upper(x)\nprint(f(none))",
      right: "def f(x: Text?) = upper(x |> otherwise(\"\"))\nprint(f(none))"),
    Explanation(
      "E0214", "A setting of another type",
      """
      The message says what the setting takes.
      """,
      wrong: "set seed = \"seven\"", right: "set seed = 7"),
    Explanation(
      "E0215", "A pipe that leads nowhere",
      """
      Behind |> stands a stage: a verb, a def or a lambda in brackets.
      """,
      wrong: "print(3 |> 4)", right: "print(3 |> (x => x + 4))"),
    Explanation(
      "E0216", "A result of another type than promised",
      """
      The type behind the parameters of a def, or the one that a stage expects of a lambda, is a promise
      that the body has to keep.
      """,
      wrong: "def name(n): Text = n\nprint(name(3))",
      right: "def name(n): Text = \"{n}\"\nprint(name(3))"),
    Explanation(
      "E0217", "A lambda with another number of parameters",
      """
      The stage that calls the lambda decides how many values it gets.
      """,
      wrong: "print(map([1, 2], (a, b) => a))", right: "print(map([1, 2], a => a))"),
    Explanation(
      "E0219", "A stage where a value is needed",
      """
      A stage that lacks its first argument waits for a value. It can be given a name, composed with |>,
      or handed to map.
      """,
      wrong: "print(length(upper))", right: "print(length(\"boat\" |> upper))"),
    Explanation(
      "E0220", "A default of another type than its parameter",
      """
      The value behind = stands in for the argument, so it has to be of its type.
      """,
      wrong: "def f(x: Int = \"two\") = x", right: "def f(x: Int = 2) = x\nprint(f())"),
    Explanation(
      "E0221", "Stages that call each other too deeply",
      """
      About fifty defs call each other in a row. Put some of them together.
      """,
      wrong: chainOfDefs(60), right: chainOfDefs(3)),
    Explanation(
      "E0222", "A range between things that have no order",
      """
      A range goes from one whole number to another, or, with by, in steps of a number or an amount.
      """,
      wrong: "print(0.0..1.0)", right: "print(0..1 by 0.25)"),
    Explanation(
      "E0223", "A text that is no colour",
      """
      Colours are written as texts: CSS names such as "teal", or digits such as "#008080".
      """,
      wrong: "print(paper(\"tael\"))", right: "print(paper(\"teal\"))"),
    Explanation(
      "E0224", "A setting whose text makes no sense",
      """
      The budget is a time, an amount of memory, room on disk, or several of them with commas between:
      `90s`, `2min`, `1.5h`, `500MB`, `4GB`, `10GB disk`.
      """,
      wrong: "set budget = \"2 minutes or so\"", right: "set budget = \"2min, 4GB, 10GB disk\""),
    Explanation(
      "E0241", "A sweep of too many elements",
      """
      A list or range where one value is wanted makes the call once for each value, and every further
      list multiplies them. A sweep has at most 256 elements.
      """,
      wrong: "print(paint(level: 0..255, width: 1..4))",
      right: "print(paint(level: 0..255 by 64, width: 1..4))"),
    Explanation(
      "E0242", "A sweep over nothing",
      """
      A list without elements makes no call, so there is nothing to show.
      """,
      wrong: "print(paint([]))", right: "print(paint([0, 128]))"),
    Explanation(
      "E0243", "Sweeps that do not go together",
      """
      Where two grids meet in one call, axes of one name are one axis: their values have to be the same.
      Axes of other names multiply.
      """,
      wrong: "def two(a: Image, b: Image) = [a, b]\nprint(two(paint(1..2), paint(3..4)))",
      right: "def two(a: Image, b: Image) = [a, b]\nprint(two(paint(1..2), paint(1..2)))"),
    Explanation(
      "E0244", "A stage that is done once",
      """
      Stages that write or tell something are not made for several values by themselves; a loop says
      plainly how often it is done.
      """,
      wrong: "save(diffuse(\"a boat\", frames: 2), [\"a.mp4\", \"b.mp4\"])",
      right: """
        for name in ["a", "b"] {
          diffuse("a boat", frames: 2) |> save("{name}.mp4")
        }
        """),
    Explanation(
      "E0245", "A grid of grids",
      """
      The def makes a grid by itself. Hand it one value at a time, or let the caller sweep all of it.
      """,
      wrong: "def two(level: Int) = paint(level, width: [1, 2])\nprint(two([0, 9]))",
      right: "def two(level: Int, width: Int) = paint(level, width)\nprint(two([0, 9], [1, 2]))"),
    Explanation(
      "E0231", "A sum of things that do not add",
      """
      sum takes a list of numbers, or of amounts of one unit.
      """,
      wrong: "print(sum([\"a\", \"b\"]))", right: "print(join([\"a\", \"b\"]))"),
    Explanation(
      "E0232", "Things without an order",
      """
      Numbers, texts and amounts have an order. For others say what to compare.
      """,
      wrong: "print(sort([{n: 2}, {n: 1}]))", right: "print(sort([{n: 2}, {n: 1}], by: x => x.n))"),
    Explanation(
      "E0233", "Neither a number nor an amount",
      """
      The stage works on numbers and on amounts with a unit.
      """,
      wrong: "print(abs(\"x\"))", right: "print(abs(-3))"),
    Explanation(
      "E0234", "Something that has no fields",
      """
      Only records have fields.
      """,
      wrong: "print(keys(3))", right: "print(keys({width: 3}))"),
  ]

  /// A program of `def`s that call one another.
  private static func chainOfDefs(_ count: Int) -> String {
    var lines = ["def f0(x) = x + 1"]
    for number in 1..<count { lines.append("def f\(number)(x) = f\(number - 1)(x)") }
    return (lines + ["print(f\(count - 1)(1))"]).joined(separator: "\n")
  }
}
