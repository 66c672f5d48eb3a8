import GenMedia
import GenPipeline

/// Verbs for what a sweep makes.
enum GridVerbs {
  static let grid = ParameterInfo("grid", "What a sweep made.", .grid(.anything, nil))
  private static let sample = "plain(8, 6, color: [\"teal\", \"red\"]) |> blur([1, 2, 3])"

  @CatalogBuilder static var stages: [Stage] {
    Stage(
      "pick", "Takes one element of a grid, or the part of it with some values.", topic: "sweeps",
      parameters: [
        grid,
        ParameterInfo(
          "index", "Which one, row by row: 0 is the first, -1 the last.", .optional(.int),
          default: Value.none),
        ParameterInfo(
          name: "at", documentation: "A value for each axis, by its name, such as seed: 3.",
          type: .optional(.variable("Values")), initial: Value.none, gathersLabels: true),
      ],
      result: .byArguments { try PickCall($0).result },
      examples: [
        .init("plain(8, 6) |> blur(1..3) |> pick(2)", "Image 8x6"),
        .init("plain(8, 6) |> blur(1..3) |> pick(radius: 2)", "Image 8x6"),
        .init("\(sample) |> pick(color: \"teal\")", "Grid<Image> 3 (radius)"),
      ], effort: .instant
    ) { arguments in
      let labels = try await Given.known(arguments["at"] ?? .none)
      guard case .grid(let grid)? = arguments["grid"] else { throw Diagnostic.wrongKind() }
      return try grid.picked(arguments["index"], labels)
    }
    Stage(
      "elements", "All elements of a grid as a list, row by row.", topic: "sweeps",
      parameters: [grid], result: .fixed(.list(.anything)),
      examples: [.init("length(plain(8, 6) |> blur(1..3) |> elements)", "3")], effort: .instant
    ) { arguments in
      guard case .grid(let grid)? = arguments["grid"] else { throw Diagnostic.wrongKind() }
      return .list(grid.elements)
    }
    Stage(
      "sheet", "Puts the elements of a grid side by side, with its values on the axes.",
      topic: "sweeps", parameters: [grid], result: .fixed(.image),
      examples: [
        .init("plain(8, 6) |> blur(1..2) |> sheet |> resize(width: 80, height: 40)", "Image 80x40")
      ],
      check: checkElements
    ) { arguments in
      guard case .grid(let grid) = try await Given.known(arguments["grid"] ?? .none) else {
        throw Diagnostic.wrongKind()
      }
      return .image(try grid.sheet())
    }
  }

  /// Whether the elements can be looked at.
  static let checkElements: @Sendable (CallShape) -> [Diagnostic] = { call in
    guard case .grid(let element, _)? = call.types["grid"], !element.isPictorial else { return [] }
    return [Diagnostic.notPictorial(element).placed(at: call.places["grid"])]
  }
}

extension ValueType {
  fileprivate var isPictorial: Bool { [.image, .video, .unknown].contains(self) }
}

/// What one `pick` names, before anything runs.
private struct PickCall {
  let result: ValueType

  init(_ call: CallShape) throws {
    guard case .grid(let element, let axes)? = call.types["grid"] else {
      result = .unknown
      return
    }
    let isLabelled = call.given.contains("at")
    guard isLabelled != call.given.contains("index") else { throw Diagnostic.pickWhat(axes ?? []) }
    guard let axes else {
      result = isLabelled ? .unknown : element
      return
    }
    if isLabelled {
      guard case .record(let fields)? = call.types["at"] else { throw Diagnostic.pickWhat(axes) }
      let constants = call.constants["at"]
      let rest = try fields.reduce(axes) { try $0.without($1.name, constants?.field($1.name)) }
      result = rest.isEmpty ? element : .grid(element, rest)
      return
    }
    if let index = call.constants["index"].flatMap(Int.init), axes.allSatisfy({ $0.count != nil }) {
      let count = axes.compactMap(\.count).productOrMost
      guard index < count, index >= -count else { throw Diagnostic.noElement(index, of: count) }
    }
    result = element
  }
}

extension [ValueType.Axis] {
  /// The axes that are left when one has a value.
  fileprivate func without(_ name: String, _ value: Value?) throws -> [ValueType.Axis] {
    guard let position = firstIndex(where: { $0.name == name }) else {
      throw Diagnostic.noAxis(name, among: map(\.name))
    }
    if let labels = self[position].labels, let label = value?.label, !labels.contains(label) {
      throw Diagnostic.noLabel(label, on: name, labels)
    }
    var rest = self
    rest.remove(at: position)
    return rest
  }
}

extension Grid {
  fileprivate func picked(_ index: Value?, _ labels: Value) throws -> Value {
    if case .int(let index)? = index {
      let position = index < 0 ? elements.count + index : index
      guard elements.indices.contains(position) else {
        throw Diagnostic.noElement(index, of: elements.count)
      }
      return elements[position]
    }
    guard case .record(let fields) = labels else { throw Diagnostic.pickWhat(axes.map(\.type)) }
    return try fields.reduce(.grid(self)) { rest, field in
      guard case .grid(let grid) = rest else { return rest }
      guard let axis = grid.axes.first(where: { $0.name == field.name }) else {
        throw Diagnostic.noAxis(field.name, among: grid.axes.map(\.name))
      }
      guard let part = grid.picking(field.name, field.value) else {
        throw Diagnostic.noLabel(field.value.label ?? "this", on: field.name, axis.labels)
      }
      return part
    }
  }

  /// The contact sheet: films as their middle frame.
  ///
  /// - Throws: ``Diagnostic`` when an element is neither picture nor film; ``MediaError``.
  public func sheet() throws -> Image {
    let pictures = try elements.map { element in
      switch element {
      case .image(let picture): picture
      case .video(let film): try film.frame(at: film.countedFrames() / 2)
      default: throw Diagnostic.notPictorial(element.type)
      }
    }
    return try layout(pictures.map { ($0.width, $0.height) }).picture(of: pictures)
  }

  /// The films side by side, playing together.
  ///
  /// - Throws: ``Diagnostic`` when an element is neither picture nor film; ``MediaError``.
  func film() throws -> Video {
    let films = try elements.map { element in
      guard let film = Video(element.fitted(to: .video)) else {
        throw Diagnostic.notPictorial(element.type)
      }
      return film
    }
    return try layout(films.map { ($0.width, $0.height) }).film(of: films)
  }

  private func layout(_ sizes: [(width: Int, height: Int)]) throws -> GridSheet {
    try GridSheet(
      axes: axes.map { GridSheet.Axis(name: $0.name, labels: $0.labels) },
      size: (sizes.map(\.width).max() ?? 1, sizes.map(\.height).max() ?? 1))
  }
}
