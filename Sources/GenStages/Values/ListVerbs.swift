import GenPipeline

/// Lists: counting, picking, putting together.
public enum ListVerbs {
  static let longest = 1_000_000

  private static let list = ParameterInfo("list", "The list.", .list(.anything))

  @CatalogBuilder public static var stages: [Stage] {
    counting
    picking
    arranging
    ListVerbs.functions
    ListVerbs.folding
  }

  @CatalogBuilder private static var counting: [Stage] {
    Stage(
      "length", "Counts the elements of a list.", topic: "values", parameters: [list],
      result: .fixed(.int), examples: [.init("length([1, 2, 3])", "3")], effort: .instant
    ) { .int(try Given($0).list(0).count) }
    Stage(
      "contains", "Tells whether an element is in a list.", topic: "values",
      parameters: [list, ParameterInfo("element", "What is looked for.", .anything)],
      result: .fixed(.bool), examples: [.init("[1, 2] |> contains(2)", "true")], effort: .instant
    ) { arguments in
      let given = Given(arguments)
      let wanted = try await Given.known(given[1])
      return .bool(try await given.known(0).contains { $0.equals(wanted) ?? false })
    }
    Stage(
      "enumerate", "Gives each element its number, from 0.", topic: "values", parameters: [list],
      result: .fixed(.list(.record([.init("index", .int), .init("value", .anything)]))),
      examples: [
        .init("enumerate([\"a\"])", "[{index: 0, value: \"a\"}]")
      ], effort: .instant
    ) { arguments in
      let elements = try Given(arguments).list(0)
      return .list(
        elements.enumerated().map { index, element in
          .record([RecordField("index", .int(index)), RecordField("value", element)])
        })
    }
  }

  @CatalogBuilder private static var picking: [Stage] {
    Stage(
      "first", "The first element of a list.", topic: "values", parameters: [list],
      result: .fixed(.anything), examples: [.init("first([3, 4])", "3")], effort: .instant
    ) { arguments in
      guard let element = try Given(arguments).list(0).first else {
        throw Diagnostic.emptyList("first")
      }
      return element
    }
    Stage(
      "last", "The last element of a list.", topic: "values", parameters: [list],
      result: .fixed(.anything), examples: [.init("last([3, 4])", "4")], effort: .instant
    ) { arguments in
      guard let element = try Given(arguments).list(0).last else {
        throw Diagnostic.emptyList("last")
      }
      return element
    }
    Stage(
      "take", "The first elements of a list.", topic: "values",
      parameters: [
        list, ParameterInfo("count", "How many at most.", .int, in: 0...1e9),
      ], result: .fixed(.list(.anything)),
      examples: [.init("take([1, 2, 3], 2)", "[1, 2]")], effort: .instant
    ) { .list(Array(try Given($0).list(0).prefix(try Given($0).whole(1)))) }
    Stage(
      "skip", "A list without its first elements.", topic: "values",
      parameters: [
        list, ParameterInfo("count", "How many are left out.", .int, in: 0...1e9),
      ], result: .fixed(.list(.anything)),
      examples: [.init("skip([1, 2, 3], 2)", "[3]")], effort: .instant
    ) { .list(Array(try Given($0).list(0).dropFirst(try Given($0).whole(1)))) }
  }

  @CatalogBuilder private static var arranging: [Stage] {
    Stage(
      "reverse", "Turns a list around.", topic: "values", parameters: [list],
      result: .fixed(.list(.anything)), examples: [.init("reverse([1, 2])", "[2, 1]")],
      effort: .instant
    ) { .list(try Given($0).list(0).reversed()) }
    Stage(
      "zip", "Puts the elements of two lists together, pair by pair, as far as both go.",
      topic: "values",
      parameters: [
        ParameterInfo("first", "The list that gives the first of each pair.", .list(.anything)),
        ParameterInfo("second", "The list that gives the second.", .list(.anyOther)),
      ],
      result: .fixed(.list(.record([.init("first", .anything), .init("second", .anyOther)]))),
      examples: [
        .init("zip([1], [\"a\"])", "[{first: 1, second: \"a\"}]")
      ], effort: .instant
    ) { arguments in
      let given = Given(arguments)
      return .list(
        zip(try given.list(0), try given.list(1)).map {
          .record([RecordField("first", $0), RecordField("second", $1)])
        })
    }
    Stage(
      "flatten", "Puts the lists in a list one after the other.", topic: "values",
      parameters: [ParameterInfo("lists", "A list of lists.", .list(.list(.anything)))],
      result: .fixed(.list(.anything)),
      examples: [.init("flatten([[1], [2, 3]])", "[1, 2, 3]")], effort: .instant
    ) { arguments in
      var all: [Value] = []
      for inner in try Given(arguments).list(0) {
        guard case .list(let elements) = try await Given.known(inner) else {
          throw Diagnostic.wrongKind()
        }
        guard all.count + elements.count <= longest else {
          throw Diagnostic.tooMany(all.count + elements.count, most: longest)
        }
        all += elements
      }
      return .list(all)
    }
    Stage(
      "replicate", "A list of one value several times.", topic: "values",
      parameters: [
        ParameterInfo("value", "The value.", .anything),
        ParameterInfo("count", "How many times.", .int, in: 0...Double(longest)),
      ], result: .fixed(.list(.anything)),
      examples: [.init("replicate(0, 3)", "[0, 0, 0]")], effort: .instant
    ) { .list(Array(repeating: Given($0)[0], count: try Given($0).whole(1))) }
  }
}
