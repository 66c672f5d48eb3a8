import Foundation
import GenTensor

/// A safetensors file: named tensors behind a header that is believed in nothing.
///
/// - Source: the safetensors format, version 0.4: eight bytes of header length, a JSON header,
///   then the tensors' bytes without gaps or overlaps.
public struct SafetensorsFile: Sendable {
  /// The longest header that is read, in bytes.
  public static let headerLimit = 100_000_000

  public let path: String
  /// Free text from the header's `__metadata__`.
  public let metadata: [String: String]
  /// In the order of their bytes.
  public let records: [TensorRecord]

  /// - Throws: ``WeightsError`` for every claim of the header that does not hold.
  public init(path: String) throws { try self.init(MappedFile(path: path)) }

  /// - Throws: ``WeightsError`` for every claim of the header that does not hold.
  init(_ file: MappedFile) throws {
    let header = try SafetensorsFile.headerRange(of: file)
    var scanner = HeaderScanner(
      UnsafeRawBufferPointer(rebasing: file.bytes[header]), file: file.path)
    let contents = try HeaderContents(&scanner)
    path = file.path
    metadata = contents.metadata
    records = try contents.records(in: file, from: header.upperBound)
  }

  private static func headerRange(of file: MappedFile) throws -> Range<Int> {
    guard file.bytes.count >= 8 else {
      throw WeightsError(
        file: file.path, .truncated(neededByteCount: 8, foundByteCount: file.bytes.count))
    }
    let count = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
    guard count <= UInt64(headerLimit) else {
      throw WeightsError(file: file.path, .headerTooLong(byteCount: count, limit: headerLimit))
    }
    let end = 8 + Int(count)
    guard end <= file.bytes.count else {
      throw WeightsError(
        file: file.path, .truncated(neededByteCount: end, foundByteCount: file.bytes.count))
    }
    return 8..<end
  }
}

/// What a safetensors header says, before it is held against the file.
private struct HeaderContents {
  struct Entry {
    let name: String
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
  }

  var metadata: [String: String] = [:]
  private var entries: [Entry] = []

  init(_ scanner: inout HeaderScanner) throws {
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    var seen: Set<String> = []
    try scanner.object { scanner, name in
      guard seen.insert(name).inserted else {
        throw WeightsError(file: scanner.file, item: name, .duplicateName)
      }
      if name == "__metadata__" {
        try scanner.object { scanner, key in metadata[key] = try scanner.text() }
      } else {
        entries.append(try HeaderContents.entry(named: name, &scanner))
      }
    }
    guard scanner.peek() == nil else { throw scanner.malformed("the end of the header") }
    self.entries = entries
    self.metadata = metadata
  }

  private static func entry(named name: String, _ scanner: inout HeaderScanner) throws -> Entry {
    var entry = Entry(name: name)
    try scanner.object { scanner, key in
      switch key {
      case "dtype" where entry.type == nil: entry.type = try scanner.text()
      case "shape" where entry.shape == nil: entry.shape = try scanner.numbers()
      case "data_offsets" where entry.offsets == nil: entry.offsets = try scanner.numbers()
      default: throw scanner.malformed("dtype, shape and data_offsets, each once")
      }
    }
    return entry
  }

  func records(in file: MappedFile, from start: Int) throws -> [TensorRecord] {
    let records = try entries.map { try record($0, in: file, from: start) }
      .sorted {
        ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
      }
    var end = start
    var previous = ""
    for record in records {
      if record.range.lowerBound < end {
        throw WeightsError(file: file.path, item: record.name, .overlap(with: previous))
      }
      try expectNoGap(from: end, to: record.range.lowerBound, file)
      (end, previous) = (record.range.upperBound, record.name)
    }
    try expectNoGap(from: end, to: file.bytes.count, file)
    return records
  }

  private func expectNoGap(from end: Int, to next: Int, _ file: MappedFile) throws {
    guard next == end else {
      throw WeightsError(file: file.path, .unclaimedBytes(position: end, count: next - end))
    }
  }

  private func record(_ entry: Entry, in file: MappedFile, from start: Int) throws -> TensorRecord {
    func error(_ fault: WeightsError.Fault) -> WeightsError {
      WeightsError(file: file.path, item: entry.name, fault)
    }
    guard let typeName = entry.type, let shape = entry.shape, let offsets = entry.offsets else {
      throw error(.malformedHeader(position: 8, expected: "dtype, shape and data_offsets"))
    }
    guard let type = WeightType(rawValue: typeName) else {
      throw error(.unknownElementType(typeName))
    }
    guard let needed = byteCount(of: shape, type) else { throw error(.unusableShape) }
    let available = file.bytes.count - start
    guard offsets.count == 2, offsets[0] <= offsets[1], offsets[1] <= available else {
      throw error(
        .rangeOutsideFile(
          lower: offsets.first ?? 0, upper: offsets.last ?? 0, byteCount: available))
    }
    guard offsets[1] - offsets[0] == needed else {
      throw error(
        .rangeDoesNotFitShape(neededByteCount: needed, foundByteCount: offsets[1] - offsets[0]))
    }
    return TensorRecord(
      name: entry.name, type: type, shape: shape, file: file,
      range: start + offsets[0]..<start + offsets[1])
  }

  /// Bytes of the shape; `nil` when some product of its lengths would not fit in memory.
  private func byteCount(of shape: [Int], _ type: WeightType) -> Int? {
    var strides = type.byteCount
    for length in shape {
      let (product, overflow) = strides.multipliedReportingOverflow(by: max(length, 1))
      guard !overflow, product <= Int.max / 64 else { return nil }
      strides = product
    }
    return shape.contains(0) ? 0 : strides
  }
}
