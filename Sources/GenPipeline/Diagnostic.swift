/// Where something stands in a text that a person wrote.
///
/// - Units: line and column count from 1, columns and length in characters; offset in UTF-8 bytes.
public struct SourcePlace: Sendable, Hashable {
  public let file: String
  public let line: Int
  public let column: Int
  public let length: Int
  public let offset: Int
  public init(file: String, line: Int, column: Int, length: Int, offset: Int) {
    self.file = file
    self.line = line
    self.column = column
    self.length = length
    self.offset = offset
  }
}

/// What is to be told to the person who wrote the script.
///
/// Facts go in through one static function per message (its code beside it); rendering is elsewhere.
public struct Diagnostic: Error, Sendable, Hashable {
  public enum Severity: String, Sendable, Hashable { case error, warning }

  /// Stable, such as `E0104`; the page of `gen explain`.
  public let code: String
  public let severity: Severity
  /// What is so, in the user's words: lower case, no full stop.
  public let message: String
  /// What stands at the place.
  public let label: String?
  /// What to do: an imperative.
  public let hint: String?
  public var place: SourcePlace?
  /// Another place that matters, with what stands there.
  public let second: Second?

  public struct Second: Sendable, Hashable {
    public let place: SourcePlace
    public let label: String
    public init(place: SourcePlace, label: String) {
      self.place = place
      self.label = label
    }
  }

  public init(
    _ code: String, severity: Severity = .error, message: String, label: String? = nil,
    hint: String? = nil, at place: SourcePlace? = nil, second: Second? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.label = label
    self.hint = hint
    self.place = place
    self.second = second
  }

  /// The same message at a place, unless it already has one.
  public func placed(at place: SourcePlace?) -> Diagnostic {
    guard self.place == nil else { return self }
    var copy = self
    copy.place = place
    return copy
  }
}
