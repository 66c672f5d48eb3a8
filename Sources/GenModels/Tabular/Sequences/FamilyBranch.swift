import GenMedia

/// A table of rows that belong to those of another, with what is to be learned or was learned of them.
struct FamilyBranch<Content> {
  /// Empty where there is no other table.
  let name: String
  /// The columns of its rows, without rows.
  let schema: Table
  /// The place of the branch that they belong to; nil for the root.
  let parent: Int?
  /// The column that says whose they are.
  let key: String
  /// How the rows are named where others belong to them.
  let ownKey: EntityKey?
  let content: Content

  /// The same table with something else of its rows.
  func with<Other>(_ other: Other) -> FamilyBranch<Other> {
    FamilyBranch<Other>(
      name: name, schema: schema, parent: parent, key: key, ownKey: ownKey, content: other)
  }
}

extension FamilyBranch: Sendable where Content: Sendable {}
