import GenMedia
import GenTensor

/// A method that learns what the rows of a table are like, and makes new ones.
///
/// What it is given are columns of numbers (number, whole, date, time) and of levels (category,
/// flag); entries of both may be missing. Identifiers, texts, constraints and conditions that a
/// method cannot meet itself are cared for around it.
public protocol TableSynthesizer: Sendable {
  associatedtype Settings: Hashable, Codable, Sendable

  /// The name of the method in the language, such as `ctgan`.
  static var method: String { get }

  /// Learns from a table.
  ///
  /// - Throws: ``SynthesisError``; `CancellationError` when the task is cancelled.
  static func fitted(
    to table: Table, _ settings: Settings, _ run: FittingRun
  ) async throws -> Self

  /// Whether it can learn so that no row shows.
  static var canProtect: Bool { get }

  /// Learns with noise that protects every row of the table; nothing of the table is kept beside what
  /// was paid for.
  ///
  /// - Throws: ``SynthesisError``, ``SynthesisError/unprotecting(_:)`` where the method cannot;
  ///   ``PrivacyError``; `CancellationError`.
  static func protected(
    _ table: Table, _ settings: Settings, _ protection: RowProtection, _ run: FittingRun
  ) async throws -> ProtectedModel<Self>

  /// What a protected fit cost; nil of one that was not.
  var spent: PrivacyLedger? { get }

  /// New rows: the columns of the table that was learned from, in their order and of their types.
  ///
  /// - Throws: ``SynthesisError``; `CancellationError` when the task is cancelled.
  func rows(_ request: RowRequest) async throws -> Table

  /// What there is to say of columns, by their names, in a word or two.
  var columnNotes: [String: String] { get }

  /// All that was learned; no row of the table is in it.
  func stored() throws -> StoredSynthesizer

  /// - Throws: ``SynthesisError/damaged(_:)`` when the parts do not go together.
  init(_ stored: StoredSynthesizer) throws
}

extension TableSynthesizer {
  public var columnNotes: [String: String] { [:] }
  public var spent: PrivacyLedger? { nil }
  public static var canProtect: Bool { false }

  public static func protected(
    _ table: Table, _ settings: Settings, _ protection: RowProtection, _ run: FittingRun
  ) async throws -> ProtectedModel<Self> {
    throw SynthesisError.unprotecting(method)
  }
}

/// What a fit is given beside the table and its settings.
public struct FittingRun: Sendable {
  public var seed: UInt64
  /// A file in which it keeps how far it is, to go on from there and end in the same numbers; nil
  /// keeps nothing.
  public var checkpoint: String?
  public var report: @Sendable (FittingEvent) -> Void

  public init(
    seed: UInt64, checkpoint: String? = nil,
    report: @escaping @Sendable (FittingEvent) -> Void = { _ in }
  ) {
    (self.seed, self.checkpoint, self.report) = (seed, checkpoint, report)
  }
}

/// How far a fit is.
public struct FittingEvent: Sendable, Hashable {
  /// Steps that are done, of how many.
  public let step: Int
  public let count: Int
  /// The losses of the step, by name, such as `generator` and `critic`.
  public let losses: [String: Float]

  /// What stands among the losses for how like the table's rows those of the model are, 0…1; in some
  /// steps only.
  public static let quality = "quality"

  public init(step: Int, of count: Int, losses: [String: Float]) {
    (self.step, self.count, self.losses) = (step, count, losses)
  }
}

/// The rows that are wanted.
public struct RowRequest: Sendable {
  public let count: Int
  public let seed: UInt64
  /// Columns whose entries are known already, `count` rows of them; a method that can draws the
  /// other columns given these, another may ignore them.
  public let given: Table?
  /// Columns of numbers that have to lie somewhere in every row; a method that can draws them there,
  /// another may ignore them.
  public let ranges: [String: ClosedRange<Double>]
  /// How networks keep their numbers while they draw.
  public let mode: NumericMode

  public init(
    count: Int, seed: UInt64, given: Table? = nil, ranges: [String: ClosedRange<Double>] = [:],
    mode: NumericMode = .f32
  ) {
    (self.count, self.seed, self.given, self.ranges) = (count, seed, given, ranges)
    self.mode = mode
  }
}

/// What was learned, in the form in which it is written to a file.
public struct StoredSynthesizer: Sendable {
  public var arrays: [String: NDArray]
  /// Everything that is no array, as JSON.
  public var facts: String

  public init(arrays: [String: NDArray], facts: String) {
    (self.arrays, self.facts) = (arrays, facts)
  }
}
