import GenMedia

/// A way to learn from a table, with its settings: `ctgan(epochs: 300)`.
public struct MethodChoice: Sendable, Hashable {
  public let name: String
  /// All of them, in the order of the method's parameters.
  public let settings: [RecordField]

  public init(_ name: String, _ settings: [RecordField]) {
    (self.name, self.settings) = (name, settings)
  }

  public static func == (left: MethodChoice, right: MethodChoice) -> Bool {
    left.name == right.name
      && Value.record(left.settings).equals(.record(right.settings)) ?? false
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// As a script would write it.
  var writtenText: String {
    let settings = settings.map { "\($0.name): \($0.value.shortText())" }
    return "\(name)(\(settings.joined(separator: ", ")))"
  }
}

/// A model that was fitted to tables, as the pipeline carries it: what rows it makes, and the bytes
/// that who made it can read.
public struct FittedModel: Sendable, Hashable {
  /// A table that it makes.
  public struct Member: Sendable, Hashable {
    /// Empty where there is only one.
    public let name: String
    /// The columns; no rows.
    public let schema: Table
    /// Rows that it learned from; 0 where that is not told.
    public let rowCount: Int

    public init(_ name: String, _ schema: Table, rowCount: Int) {
      (self.name, self.schema, self.rowCount) = (name, schema, rowCount)
    }
  }

  /// At least one.
  public let members: [Member]
  /// The method as a script would write it.
  public let method: String
  public let content: [UInt8]

  public init(_ members: [Member], method: String, content: [UInt8]) {
    (self.members, self.method, self.content) = (members, method, content)
  }

  /// Whether it makes several tables by their names.
  var isFamily: Bool { members.first?.name.isEmpty == false }

  /// What `sample` makes of it.
  public var made: ValueType {
    guard isFamily else { return .table(members.first?.schema.rowType ?? .unknown) }
    return .record(members.map { .init($0.name, .table($0.schema.rowType)) })
  }

  /// Such as `Model<Table> by copula() of 3 rows, 2 columns`.
  var writtenText: String {
    guard let own = members.first else { return "Model<Table> by \(method)" }
    func counted(_ count: Int, _ word: String) -> String {
      count == 1 ? "1 \(word)" : "\(count) \(word)s"
    }
    guard isFamily else {
      return "Model<Table> by \(method) of "
        + (own.rowCount == 0 ? "rows untold" : counted(own.rowCount, "row")) + ", "
        + counted(own.schema.columns.count, "column")
    }
    let tables = members.map { "\($0.name) (\(counted($0.rowCount, "row")))" }
    return "Model by \(method) of " + tables.joined(separator: ", ")
  }
}

extension MethodChoice: ValueConvertible {
  public static var valueType: ValueType { .method }
  public init?(_ value: Value) {
    guard case .method(let method) = value else { return nil }
    self = method
  }
  public var value: Value { .method(self) }
}

extension FittedModel: ValueConvertible {
  public static var valueType: ValueType { .model(.variable("Tables")) }
  public init?(_ value: Value) {
    guard case .fitted(let model) = value else { return nil }
    self = model
  }
  public var value: Value { .fitted(self) }
}
