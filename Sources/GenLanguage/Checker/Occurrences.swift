import GenPipeline

/// A place in a text where a name stands, and what it stands for: for editors.
public struct Occurrence: Sendable, Hashable {
  /// The bytes of the name.
  public let range: Range<Int>
  public let symbol: Symbol
  public let type: ValueType

  public init(range: Range<Int>, symbol: Symbol, type: ValueType) {
    self.range = range
    self.symbol = symbol
    self.type = type
  }
}

/// Something that a program has given a name: a value, a `def`, a parameter, a module. Known by
/// where it was named; a name bound again in the same file is the same.
public struct Symbol: Sendable, Hashable {
  public let file: String
  public let range: Range<Int>

  public init(file: String, range: Range<Int>) {
    self.file = file
    self.range = range
  }
}

/// Notes where names stand while a program is checked; those of one text only.
final class OccurrenceLog {
  private let source: Source
  private var found: [Int: Occurrence] = [:]
  private var firstSymbols: [Symbol: Symbol] = [:]

  init(_ source: Source) { self.source = source }

  /// In the order of the text.
  var all: [Occurrence] { found.values.sorted { $0.range.lowerBound < $1.range.lowerBound } }

  /// - Parameter old: What the name was bound to before in the same file.
  func note(_ binding: Binding, after old: Binding? = nil) {
    if let old { firstSymbols[symbol(binding)] = first(symbol(old)) }
    note(binding.range, of: binding, in: binding.source)
  }

  func note(_ range: Range<Int>, of binding: Binding, in text: Source) {
    note(range, symbol(binding), binding.checked.type, in: text)
  }

  func note(_ range: Range<Int>, _ symbol: Symbol, _ type: ValueType, in text: Source) {
    guard text === source else { return }
    // Of the calls of a body the first that knows a type tells it.
    if let known = found[range.lowerBound], !known.type.isUnknown { return }
    found[range.lowerBound] = Occurrence(range: range, symbol: first(symbol), type: type)
  }

  private func symbol(_ binding: Binding) -> Symbol {
    Symbol(file: binding.source.name, range: binding.range)
  }

  private func first(_ symbol: Symbol) -> Symbol { firstSymbols[symbol] ?? symbol }
}
