extension String {
  /// The name of a column or a field as a program has it before a colon: in quotes unless it is a word.
  public var asLabel: String { isWord ? self : "\"\(self)\"" }

  /// The name as a program has it after a row: `.age`, or `["marital-status"]`.
  public var asField: String { isWord ? ".\(self)" : "[\"\(self)\"]" }

  private var isWord: Bool {
    first.map { $0.isLetter || $0 == "_" } == true
      && allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
  }
}
