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

/// A model that was fitted to a table, as the pipeline carries it: what rows it makes, and the bytes
/// that who made it can read.
public struct FittedModel: Sendable, Hashable {
  /// The columns of the rows that it makes; no rows.
  public let schema: Table
  /// The method as a script would write it.
  public let method: String
  /// Rows that it learned from.
  public let rowCount: Int
  public let content: [UInt8]

  public init(schema: Table, method: String, rowCount: Int, content: [UInt8]) {
    (self.schema, self.method, self.rowCount, self.content) = (schema, method, rowCount, content)
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
  public static var valueType: ValueType { .model(.table(.unknown)) }
  public init?(_ value: Value) {
    guard case .fitted(let model) = value else { return nil }
    self = model
  }
  public var value: Value { .fitted(self) }
}
