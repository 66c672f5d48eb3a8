import Glibc

/// How a file of delimited values is written.
struct Dialect: Sendable, Hashable {
  var separator: UInt8
  /// The byte before the fraction of a number.
  var decimal: UInt8 = 0x2E
  var isLatin1 = false
  var hasHeader = true
}

/// One entry of a record: bytes of ``DelimitedRecords/buffer``.
struct DelimitedField {
  var start: UInt32
  var end: UInt32
  var isQuoted: Bool

  init(_ start: Int, _ end: Int, isQuoted: Bool) {
    (self.start, self.end, self.isQuoted) = (UInt32(start), UInt32(end), isQuoted)
  }
}

/// The records of a file of delimited values, one after the other.
///
/// Only two pieces of the file are in memory: a batch stays while the next is read, so that another
/// thread can work on it. Spaces around an entry are no part of it unless quoted.
/// - Source: RFC 4180; line ends may be LF, CR LF or CR.
final class DelimitedRecords {
  /// The longest record: 64 MiB, so that a quote that is never closed does not fill the memory.
  private static let longest = 64 << 20
  /// Bytes behind what was read that may be looked at.
  private static let slack = 16

  let path: String
  /// The line, from 1, at which the record read last starts.
  private(set) var line = 0
  /// The record at which ``nextBatch(width:)`` stopped since it has another number of entries.
  private(set) var oddRecord: (line: Int, count: Int)?
  private var store = UnsafeMutableBufferPointer<DelimitedField>.allocate(capacity: 1024)
  private var fieldCount = 0
  /// Holds records until the next are read.
  private(set) var buffer: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// Entries and bytes of the batch before.
  private var spareStore = UnsafeMutableBufferPointer<DelimitedField>.allocate(capacity: 1024)
  private var spare: UnsafeMutablePointer<UInt8>
  private var spareCapacity: Int
  private let descriptor: Int32
  private let stamp: FileStamp
  private let separator: UInt8
  /// Nonzero for the bytes that end an entry.
  private let stops: UnsafeMutablePointer<UInt8>
  private var position = 0
  private var end = 0
  private var offset = 0
  private var isAtEnd = false
  private var nextLine = 1

  /// - Parameter pieceSize: Bytes that are read at a time, unless a record is longer.
  init(_ path: String, separator: UInt8, pieceSize: Int = 1 << 20) throws {
    self.path = path
    (capacity, spareCapacity) = (pieceSize, pieceSize)
    self.separator = separator
    descriptor = try FileBytes.open(path)
    stamp = FileStamp(descriptor)
    buffer = .allocate(capacity: capacity + Self.slack)
    spare = .allocate(capacity: spareCapacity + Self.slack)
    stops = .allocate(capacity: 256)
    stops.initialize(repeating: 0, count: 256)
    for byte in [separator, 0x0A, 0x0D] { stops[Int(byte)] = 1 }
    try fill()
    if end >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { position = 3 }
  }

  deinit {
    close(descriptor)
    for bytes in [buffer, spare, stops] { bytes.deallocate() }
    for fields in [store, spareStore] { fields.deallocate() }
  }

  /// Records of equally many entries, valid until those behind the next are read.
  ///
  /// Behind each entry sixteen bytes can be looked at.
  struct Batch: @unchecked Sendable {
    let bytes: UnsafePointer<UInt8>
    let fields: UnsafeBufferPointer<DelimitedField>
    let lines: [Int]
    let width: Int
    /// Bytes of the file up to its end.
    let consumed: Int
    var recordCount: Int { lines.count }

    @inline(__always)
    func entry(
      _ record: Int, _ column: Int
    ) -> (text: UnsafeBufferPointer<UInt8>, isQuoted: Bool) {
      let field = fields[record * width + column]
      let text = UnsafeBufferPointer(
        start: bytes + Int(field.start), count: Int(field.end - field.start))
      return (text, field.isQuoted)
    }
  }

  /// The entries of the record read last.
  var fields: UnsafeBufferPointer<DelimitedField> {
    UnsafeBufferPointer(rebasing: store[..<fieldCount])
  }

  private var consumed: Int { offset - (end - position) }
  var byteCount: Int { stamp.size }

  /// - Throws: ``MediaError/fileUnreadable(path:reason:)`` when it is not what it was when opened.
  func checkUnchanged() throws {
    guard FileStamp(descriptor) == stamp else {
      throw MediaError.fileUnreadable(path: path, reason: "it was changed while it was read")
    }
  }

  /// Reads on behind what is left in the buffer.
  ///
  /// - Parameter keeps: Whether what is in the buffer is to stay where it is.
  private func fill(keeps: Bool = false) throws {
    if keeps, end - position < spareCapacity {
      memcpy(spare, buffer + position, end - position)
      swap(&buffer, &spare)
      swap(&capacity, &spareCapacity)
    } else if position > 0 {
      memmove(buffer, buffer + position, end - position)
    }
    end -= position
    position = 0
    if end == capacity {
      guard capacity < Self.longest else {
        throw MediaError.entry(
          path: path, line: nextLine, column: nil,
          reason: "a record is longer than \(Self.longest >> 20) MiB",
          hint: "look for a quote that is never closed")
      }
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 4 + Self.slack)
      memcpy(larger, buffer, end)
      buffer.deallocate()
      buffer = larger
      capacity *= 4
    }
    while end < capacity {
      let got = pread(descriptor, buffer + end, capacity - end, off_t(offset))
      if got == 0 {
        isAtEnd = true
        break
      }
      if got > 0 {
        end += got
        offset += got
      } else if errno != EINTR {
        throw MediaError.fileUnreadable(path: path, reason: systemReason())
      }
    }
    // Stops every scan.
    buffer[end] = 0x0A
  }

  /// Goes to the next record; false at the end of the file.
  func next() throws -> Bool {
    while true {
      if position == end, isAtEnd { return false }
      fieldCount = 0
      if try scan() { return true }
      try fill()
    }
  }

  /// The next records that are wholly in the buffer, without empty lines; nil at the end of the file
  /// and at a record of another width.
  func nextBatch(width: Int) throws -> Batch? {
    guard oddRecord == nil else { return nil }
    swap(&store, &spareStore)
    fieldCount = 0
    var lines: [Int] = []
    var isKept = true
    while position < end || !isAtEnd {
      let start = fieldCount
      guard try scan() else {
        fieldCount = start
        guard lines.isEmpty else { break }
        try fill(keeps: isKept)
        isKept = false
        continue
      }
      if fieldCount - start == width {
        lines.append(line)
        continue
      }
      let isBlank = isBlank(from: start)
      let count = fieldCount - start
      fieldCount = start
      if isBlank { continue }
      oddRecord = (line, count)
      break
    }
    guard !lines.isEmpty else { return nil }
    return Batch(
      bytes: UnsafePointer(buffer), fields: UnsafeBufferPointer(store), lines: lines, width: width,
      consumed: consumed)
  }

  /// Whether the record read last is an empty line.
  var isBlank: Bool { isBlank(from: 0) }

  private func isBlank(from start: Int) -> Bool {
    guard fieldCount - start == 1 else { return false }
    let field = store[start]
    return !field.isQuoted && field.start == field.end
  }

  private func growStore() {
    let larger = UnsafeMutableBufferPointer<DelimitedField>.allocate(capacity: store.count * 4)
    _ = larger.initialize(from: store)
    store.deallocate()
    store = larger
  }

  /// Adds the entries of the record at `position`; false when it is not wholly in the buffer.
  private func scan() throws -> Bool {
    let (bytes, stops, end, isAtEnd, separator) = (buffer, stops, end, isAtEnd, separator)
    let first = fieldCount
    var count = first
    var fields = store
    var place = position
    var lines = 0
    var hasEscapes = false
    while true {
      if count == fields.count {
        growStore()
        fields = store
      }
      while bytes[place] == 0x20 || (bytes[place] == 0x09 && separator != 0x09) { place += 1 }
      if bytes[place] == 0x22, place < end {
        guard let close = try closingQuote(place, count - first, &lines, &hasEscapes) else {
          return false
        }
        fields[count] = DelimitedField(place + 1, close, isQuoted: true)
        count += 1
        place = close + 1
        while bytes[place] == 0x20, place < end { place += 1 }
        if place < end, stops[Int(bytes[place])] == 0 { throw strayText(lines, count - first) }
      } else {
        let start = place
        while stops[Int(bytes[place])] == 0 { place += 1 }
        if place >= end, !isAtEnd { return false }
        place = min(place, end)
        var last = place
        while last > start, bytes[last - 1] == 0x20 { last -= 1 }
        fields[count] = DelimitedField(min(start, place), last, isQuoted: false)
        count += 1
      }
      if place >= end {
        guard isAtEnd else { return false }
        break
      }
      let stop = bytes[place]
      place += 1
      if stop == separator { continue }
      if stop == 0x0D {
        if place >= end, !isAtEnd { return false }
        if place < end, bytes[place] == 0x0A { place += 1 }
      }
      lines += 1
      break
    }
    fieldCount = count
    line = nextLine
    nextLine += lines
    position = place
    if hasEscapes { unescape(from: first) }
    return true
  }

  private func closingQuote(
    _ open: Int, _ entries: Int, _ lines: inout Int, _ hasEscapes: inout Bool
  ) throws -> Int? {
    let (bytes, end, isAtEnd, line) = (buffer, end, isAtEnd, nextLine + lines)
    var place = open + 1
    while true {
      guard place < end else {
        guard isAtEnd else { return nil }
        throw MediaError.entry(
          path: path, line: line, column: "\(entries + 1)",
          reason: "a quote opens here and is never closed",
          hint: "close it, or write it twice if it belongs to the text")
      }
      switch bytes[place] {
      case 0x22:
        guard place + 1 < end else { return isAtEnd ? place : nil }
        guard bytes[place + 1] == 0x22 else { return place }
        hasEscapes = true
        place += 2
      case 0x0A:
        lines += 1
        place += 1
      default: place += 1
      }
    }
  }

  private func strayText(_ lines: Int, _ column: Int) -> MediaError {
    .entry(
      path: path, line: nextLine + lines, column: "\(column)",
      reason: "there is text behind the closing quote",
      hint: "write quotes inside of a text twice: \"\"")
  }

  /// Two quotes inside of an entry are one.
  private func unescape(from first: Int) {
    for index in first..<fieldCount where store[index].isQuoted {
      var (from, to) = (Int(store[index].start), Int(store[index].start))
      while from < store[index].end {
        buffer[to] = buffer[from]
        from += buffer[from] == 0x22 ? 2 : 1
        to += 1
      }
      store[index].end = UInt32(to)
    }
  }
}
