/// A way to follow a flow from noise to a clean sample.
///
/// A sampler keeps what it remembers of earlier steps; each run starts with a fresh one.
public protocol Sampler: Sendable {
  /// The name in the language.
  static var name: String { get }
  /// How often the network is asked in one step, except where a method's last step is simpler.
  static var evaluationCount: Int { get }
  init()
  /// What is remembered of earlier steps of a run; a fresh sampler that is given it goes on alike.
  /// Numbers of another count than its own are no memory.
  var memory: [Float] { get set }

  /// Moves `sample` from one time to the next.
  ///
  /// - Parameters:
  ///   - sample: The numbers at time `now`; afterwards those at time `then`.
  ///   - now: 0 (noise) up to, not including, 1.
  ///   - then: Above `now`, at most 1 (clean).
  ///   - predict: The network's clean sample for a sample at a time.
  /// - Returns: The clean sample predicted at `now`.
  mutating func step(
    _ sample: inout [Float], from now: Float, to then: Float, predict: Prediction
  ) async throws -> [Float]

  /// What ``step(_:from:to:predict:)`` did to one number of the sample, as a page of a book has it.
  static func formula(of step: SteppedNumber) -> StepFormula
}

extension Sampler {
  /// Most samplers look at one step alone.
  public var memory: [Float] {
    get { [] }
    set {}
  }
}

/// The clean sample that a network sees behind a sample at a time.
public typealias Prediction = @Sendable (_ sample: [Float], _ time: Float) async throws -> [Float]

/// The samplers by their names in the language.
public enum Samplers {
  public static let all: [any Sampler.Type] = [Euler.self, Heun.self, DPMPlusPlus.self, DDIM.self]
  public static var names: [String] { all.map { $0.name } }
  public static func named(_ name: String) -> (any Sampler.Type)? { all.first { $0.name == name } }
}
