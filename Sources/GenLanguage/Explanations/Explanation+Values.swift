extension Explanation {
  static let values: [Explanation] = [
    Explanation(
      "E0401", "Division by zero",
      """
      Nothing can be divided by 0, and there is no remainder either.
      """,
      wrong: "print(1 / 0)", right: "print(1 / 2)"),
    Explanation(
      "E0402", "A result that is too large",
      """
      Whole numbers go to 9223372036854775807. Numbers with a fraction go further, with fewer digits.
      """,
      wrong: "print(9223372036854775807 * 2)", right: "print(9223372036854775807.0 * 2)"),
    Explanation(
      "E0403", "An element that is not there",
      """
      The elements of a list of three are 0, 1 and 2, or from the end -1, -2 and -3.
      """,
      wrong: "n = 5\nprint([1, 2, 3][n])", right: "n = 2\nprint([1, 2, 3][n])", whileRunning: true),
    Explanation(
      "E0404", "A list that is too long",
      """
      A list has at most a million elements.
      """,
      wrong: "print(1..1000000000)", right: "print(length(1..1000))", whileRunning: true),
    Explanation(
      "E0405", "A range in steps of 0",
      """
      Such a range would never end.
      """,
      wrong: "print(1..3 by 0)", right: "print(1..3 by 1)", whileRunning: true),
    Explanation(
      "E0406", "A list of another length than there are names",
      """
      Each name takes one element.
      """,
      wrong: "(a, b) = for i in 1..3 { i }\nprint(a + b)",
      right: "(a, b) = for i in 1..2 { i }\nprint(a + b)",
      whileRunning: true),
    Explanation(
      "E0407", "Whole models added or weighed",
      """
      `+` adds what `lora` gives to a model, and `*` says how strong that is. Two models are mixed
      with `mix`, which says how much of the second there is.
      """,
      wrong: "print(model(\"matinee\") + model(\"matinee\"))",
      right: "print(mix(model(\"matinee\"), model(\"matinee\"), 30%))"),
    Explanation(
      "E0411", "A list without elements",
      """
      There is no first, last, least or greatest element of an empty list.
      """,
      wrong: "print(first(take([1], 0)))", right: "print(first([1]))", whileRunning: true),
    Explanation(
      "E0412", "A text that is no number",
      """
      Numbers in texts have digits, perhaps a sign, a point and an exponent.
      """,
      wrong: "print(number(\"two\"))", right: "print(number(\"2\"))", whileRunning: true),
    Explanation(
      "E0413", "A list that would become too long",
      """
      A list has at most a million elements.
      """,
      wrong: "print(flatten(replicate(1..1000, 1001)))",
      right: "print(flatten(replicate(1..3, 2)))",
      whileRunning: true),
    Explanation(
      "E0414", "A number that a function has no result for",
      """
      There is no logarithm of 0, and no whole number is as large as 1e300.
      """,
      wrong: "print(log(0))", right: "print(log(1))", whileRunning: true),
  ]

  static let warnings: [Explanation] = [
    Explanation(
      "W0303", "A used module that does something",
      """
      use gives a program the names of a module. Its other lines are not run.
      """,
      wrong: "use \"talkative.gen\"", right: "print(1)"),
    Explanation(
      "W0501", "A value that nothing needs",
      """
      Work is done when somebody needs its result: save, show, print. This name is never used, so what it
      stands for is never made. A name that begins with _ is not reported.
      """,
      wrong: "x = 1", right: "x = 1\nprint(x)"),
  ]
}
