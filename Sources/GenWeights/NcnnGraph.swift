import Foundation

/// The text half of an ncnn network: layers in order, each with its blobs and parameters.
///
/// - Source: ncnn's param format, magic 7767517: a line of counts, then one line a layer: type,
///   name, input count, output count, inputs, outputs, `number=value` parameters.
public struct NcnnGraph: Sendable {
  public static let magic = "7767517"
  static let byteLimit = 16 << 20

  public struct Layer: Sendable {
    public let type: String
    public let name: String
    public let inputs: [String]
    public let outputs: [String]
    let parameters: [Int: Parameter]
    let file: String
  }

  enum Parameter: Equatable, Sendable {
    case number(Double)
    case numbers([Double])
  }

  public let path: String
  public let layers: [Layer]

  /// - Throws: ``WeightsError`` when the text is not such a graph.
  public init(path: String) throws {
    let file = try MappedFile(path: path)
    guard file.bytes.count <= NcnnGraph.byteLimit else {
      throw WeightsError(
        file: path,
        .headerTooLong(byteCount: UInt64(file.bytes.count), limit: NcnnGraph.byteLimit))
    }
    guard let text = String(validating: file.bytes, as: UTF8.self) else {
      throw WeightsError(file: path, .notUTF8)
    }
    try self.init(text: text, path: path)
  }

  init(text: String, path: String) throws {
    var lines = NumberedLines(text: text, file: path)
    let first = try lines.next("the magic number \(NcnnGraph.magic)")
    guard first.map(String.init) == [NcnnGraph.magic] else {
      throw lines.malformed("the magic number \(NcnnGraph.magic)")
    }
    let counts = try lines.next("the counts of layers and blobs").map { Int($0) ?? -1 }
    guard counts.count == 2, counts.allSatisfy({ 0...1_000_000 ~= $0 }) else {
      throw lines.malformed("the counts of layers and blobs")
    }
    var layers: [Layer] = []
    var made: Set<String> = []
    while let words = lines.nextIfAny() {
      let layer = try Layer(words, &lines)
      for input in layer.inputs where !made.contains(input) {
        throw WeightsError(file: path, item: layer.name, .unknownBlob(input))
      }
      for output in layer.outputs where !made.insert(output).inserted {
        throw WeightsError(file: path, item: output, .duplicateName)
      }
      layers.append(layer)
    }
    self.path = path
    self.layers = layers
    try expect(counts[0], "layers", layers.count)
    try expect(counts[1], "blobs", made.count)
  }

  private func expect(_ expected: Int, _ things: String, _ found: Int) throws {
    guard expected == found else {
      throw WeightsError(file: path, .wrongCount(of: things, expected: expected, found: found))
    }
  }
}

extension NcnnGraph.Layer {
  fileprivate init(_ words: [Substring], _ lines: inout NumberedLines) throws {
    guard words.count >= 4, let inputCount = Int(words[2]), let outputCount = Int(words[3]),
      0...1000 ~= inputCount, 0...1000 ~= outputCount,
      words.count >= 4 + inputCount + outputCount
    else { throw lines.malformed("a layer: type, name, counts and names of blobs") }
    type = String(words[0])
    name = String(words[1])
    inputs = words[4..<4 + inputCount].map(String.init)
    outputs = words[(4 + inputCount)..<(4 + inputCount + outputCount)].map(String.init)
    file = lines.file
    var parameters: [Int: NcnnGraph.Parameter] = [:]
    for word in words[(4 + inputCount + outputCount)...] {
      guard let (key, value) = NcnnGraph.Layer.parameter(word), parameters[key] == nil else {
        throw lines.malformed("parameters as number=value, each once")
      }
      parameters[key] = value
    }
    self.parameters = parameters
  }

  /// Keys of -23300 and below hold arrays: a count and so many numbers.
  private static func parameter(_ word: Substring) -> (Int, NcnnGraph.Parameter)? {
    let sides = word.split(separator: "=", omittingEmptySubsequences: false)
    guard sides.count == 2, let key = Int(sides[0]), -100_000...100_000 ~= key else { return nil }
    if key > -23300 {
      return Double(sides[1]).flatMap { $0.isFinite ? (key, .number($0)) : nil }
    }
    let items = sides[1].split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    let numbers = items.compactMap { $0 }
    guard numbers.count == items.count, numbers.allSatisfy(\.isFinite),
      let count = numbers.first, Double(numbers.count - 1) == count
    else { return nil }
    return (-23300 - key, .numbers(Array(numbers.dropFirst())))
  }

  /// A whole-number parameter, or what ncnn takes when it is absent; `nil` for one that must be
  /// there.
  public func integer(
    _ key: Int, default absent: Int? = nil, in range: ClosedRange<Int>
  ) throws -> Int {
    switch parameters[key] {
    case nil: if let absent { return absent }
    case .number(let number):
      guard let value = Int(exactly: number), range.contains(value) else { break }
      return value
    case .numbers: break
    }
    throw unusable(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
  }

  /// A real parameter, or what ncnn takes when it is absent.
  public func real(_ key: Int, default absent: Double) throws -> Double {
    switch parameters[key] {
    case nil: absent
    case .number(let number): number
    case .numbers: throw unusable(key, "a number")
    }
  }

  /// An array parameter, empty when absent.
  public func reals(_ key: Int) throws -> [Double] {
    switch parameters[key] {
    case nil: []
    case .numbers(let numbers): numbers
    case .number: throw unusable(key, "a list of numbers")
    }
  }

  func unusable(_ key: Int, _ expected: String) -> WeightsError {
    WeightsError(
      file: file, item: name, .unusableParameter(layer: type, parameter: key, expected: expected))
  }
}

/// Lines of a text as words, with their numbers for messages.
private struct NumberedLines {
  let file: String
  private var lines: ArraySlice<Substring>
  private var number = 0

  init(text: String, file: String) {
    self.file = file
    lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)[...]
  }

  /// The words of the next line that has any.
  mutating func nextIfAny() -> [Substring]? {
    while let line = lines.popFirst() {
      number += 1
      let words = line.split(whereSeparator: \.isWhitespace)
      if !words.isEmpty { return words }
    }
    return nil
  }

  mutating func next(_ expected: String) throws -> [Substring] {
    guard let words = nextIfAny() else {
      number += 1
      throw malformed(expected)
    }
    return words
  }

  func malformed(_ expected: String) -> WeightsError {
    WeightsError(file: file, .malformedLine(number: number, expected: expected))
  }
}
