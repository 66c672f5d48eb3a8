import Foundation

/// What a kind of work costs on this machine.
public struct Price: Sendable, Hashable, Codable {
  /// Seconds until the first piece of work can begin, once in a program.
  public var start: Double
  /// Seconds for each piece of work, however small.
  public var fixed: Double
  /// Seconds for each unit of each piece.
  public var perUnit: Double
  /// Bytes for each unit: of memory, or of a file that is written.
  public var bytesPerUnit: Double

  public init(start: Double = 0, fixed: Double = 0, perUnit: Double, bytesPerUnit: Double = 0) {
    (self.start, self.fixed) = (max(0, start), max(0, fixed))
    (self.perUnit, self.bytesPerUnit) = (max(0, perUnit), max(0, bytesPerUnit))
  }

  /// The price between two measured pieces of work, of `less` and of `more` units.
  public init(
    start: Double = 0, less: (units: Double, seconds: Double),
    more: (units: Double, seconds: Double), bytesPerUnit: Double = 0
  ) {
    let slope = (more.seconds - less.seconds) / (more.units - less.units)
    let perUnit = min(max(slope, 0), more.seconds / more.units)
    self.init(
      start: start, fixed: more.seconds - perUnit * more.units, perUnit: perUnit,
      bytesPerUnit: bytesPerUnit)
  }

  /// Seconds for some pieces of so many units each, without the start.
  public func seconds(pieces: Double = 1, units: Double) -> Double {
    pieces * (fixed + perUnit * units)
  }
}

/// The prices of a machine: each measured once, by doing a little of the work, and kept in a file;
/// what was measured while the machine had more to do than processors is forgotten with the program.
public actor Prices {
  private struct Kept: Codable {
    let machine: String
    var prices: [String: Price]
  }

  private let path: String?
  private let machine: String
  private let isBusy: @Sendable () -> Bool
  private var known: [String: Price]?
  private var passing: Set<String> = []
  /// What could not be measured is not tried again.
  private var refused: Set<String> = []

  /// - Parameters:
  ///   - folder: Where to keep them; nil keeps them in memory.
  ///   - machine: Processor and version of the program: prices of another one are of no use.
  ///   - isBusy: Whether other work disturbs what is measured.
  public init(
    folder: String?, machine: String, isBusy: @escaping @Sendable () -> Bool = Prices.isMachineBusy
  ) {
    path = folder.map { $0 + "/prices.json" }
    self.machine = machine
    self.isBusy = isBusy
  }

  /// Whether more wanted to run in the last minute than there are processors.
  @Sendable public static func isMachineBusy() -> Bool {
    var load = [0.0]
    return getloadavg(&load, 1) == 1
      && load[0] > Double(ProcessInfo.processInfo.activeProcessorCount)
  }

  /// Drops all prices, so that they are measured anew.
  public func forget() {
    known = [:]
    (refused, passing) = ([], [])
  }

  func price(of work: String, measuring: @Sendable () async throws -> Price) async -> Price? {
    if known == nil { known = read() }
    if let price = known?[work] { return price }
    guard !refused.contains(work) else { return nil }
    if isBusy() { passing.insert(work) }
    guard let price = try? await measuring() else {
      refused.insert(work)
      return nil
    }
    known?[work] = price
    write()
    return price
  }

  private func read() -> [String: Price] {
    guard let path, let data = FileManager.default.contents(atPath: path),
      let kept = try? JSONDecoder().decode(Kept.self, from: data), kept.machine == machine
    else { return [:] }
    return kept.prices
  }

  /// A file that cannot be written only means that the next program measures again.
  private func write() {
    guard let path, let known = known?.filter({ !passing.contains($0.key) }) else { return }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let data = try? JSONEncoder.stable.encode(Kept(machine: machine, prices: known))
    try? data?.write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}
