import GenMedia

/// Which tables of a family the rows of others belong to.
public enum FamilyTree {
  /// A table as far as that goes.
  public struct Member: Sendable {
    public let name: String
    public let columns: [String]
    /// The column that says whose rows its rows are; nil of the first table.
    public let key: String?

    public init(_ name: String, _ columns: [String], key: String?) {
      (self.name, self.columns, self.key) = (name, columns, key)
    }
  }

  /// Why tables make no family.
  public enum Fault: Error, Hashable, Sendable {
    /// A table that lacks the column by which its rows belong to others.
    case noKey(table: String, column: String)
    /// No table before has the column, other than as what its own rows belong to others by.
    case noParent(table: String, column: String)
    /// A table whose rows are named by two columns.
    case twoKeys(table: String, String, String)
    /// A column that says again what follows from the key.
    case twice(table: String, column: String, key: String)
  }

  /// For each table the place of the one that its rows belong to, which is the nearest before it that
  /// has its key and does not itself belong to another by it; nil for the first.
  ///
  /// - Throws: ``Fault``.
  public static func parents(of members: [Member]) throws(Fault) -> [Int?] {
    var parents: [Int?] = []
    var keys: [Int: String] = [:]
    for (place, member) in members.enumerated() {
      guard place > 0, let key = member.key else {
        parents.append(nil)
        continue
      }
      guard member.columns.contains(key) else {
        throw Fault.noKey(table: member.name, column: key)
      }
      let parent = (0..<place).last { earlier in
        members[earlier].columns.contains(key) && members[earlier].key != key
      }
      guard let parent else { throw Fault.noParent(table: member.name, column: key) }
      if let other = keys.updateValue(key, forKey: parent), other != key {
        throw Fault.twoKeys(table: members[parent].name, other, key)
      }
      var above = parents[parent]
      while let place = above {
        if let other = keys[place], member.columns.contains(other) {
          throw Fault.twice(table: member.name, column: other, key: key)
        }
        above = parents[place]
      }
      parents.append(parent)
    }
    return parents
  }
}

extension FamilyTree.Fault: CustomStringConvertible {
  /// What is so, without a full stop.
  public var description: String {
    switch self {
    case .noKey(let table, let column): "'\(table)' has no column '\(column)'"
    case .noParent(let table, let column):
      "no table before '\(table)' names its rows by '\(column)'"
    case .twoKeys(let table, let first, let second):
      "the rows of '\(table)' are named by '\(first)' and by '\(second)'"
    case .twice(let table, let column, let key):
      "'\(table)' has '\(column)' as well, which follows from '\(key)'"
    }
  }

  /// What to do about it.
  public var hint: String {
    switch self {
    case .noKey(let table, _): "name a column of '\(table)' that says whose its rows are"
    case .noParent: "put the table that does before it in the record"
    case .twoKeys(let table, _, _): "let all rows belong to '\(table)' by the same column"
    case .twice(let table, let column, _):
      "leave it out with select; a join by the keys of '\(table)' brings '\(column)' back"
    }
  }
}
