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
  var start: Int
  var end: Int
  var isQuoted: Bool
}

/// The records of a file of delimited values, one after the other.
///
/// Only a piece of the file is in memory. Spaces around an entry are no part of it unless quoted.
/// - Source: RFC 4180; line ends may be LF, CR LF or CR.
final class DelimitedRecords {
  /// The longest record: 64 MiB, so that a quote that is never closed does not fill the memory.
  private static let longest = 64 << 20

  let path: String
  /// The line, from 1, at which the current record starts.
  private(set) var line = 0
  private(set) var fields: [DelimitedField] = []
  /// Valid until the next record.
  private(set) var buffer: UnsafeMutablePointer<UInt8>
  private var capacity = 4 << 20
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

  init(_ path: String, separator: UInt8) throws {
    self.path = path
    self.separator = separator
    descriptor = try FileBytes.open(path)
    stamp = FileStamp(descriptor)
    buffer = .allocate(capacity: capacity + 1)
    stops = .allocate(capacity: 256)
    stops.initialize(repeating: 0, count: 256)
    for byte in [separator, 0x0A, 0x0D] { stops[Int(byte)] = 1 }
    try fill()
    if end >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { position = 3 }
  }

  deinit {
    close(descriptor)
    buffer.deallocate()
    stops.deallocate()
  }

  /// Bytes of the file before the next record.
  var consumed: Int { offset - (end - position) }
  var byteCount: Int { stamp.size }

  /// - Throws: ``MediaError/fileUnreadable(path:reason:)`` when it is not what it was when opened.
  func checkUnchanged() throws {
    guard FileStamp(descriptor) == stamp else {
      throw MediaError.fileUnreadable(path: path, reason: "it was changed while it was read")
    }
  }

  /// Reads on behind what is left in the buffer.
  private func fill() throws {
    if position > 0 {
      memmove(buffer, buffer + position, end - position)
      end -= position
      position = 0
    }
    if end == capacity {
      guard capacity < Self.longest else {
        throw MediaError.entry(
          path: path, line: nextLine, column: nil,
          reason: "a record is longer than \(Self.longest >> 20) MiB",
          hint: "look for a quote that is never closed")
      }
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 4 + 1)
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
      if try scan() { return true }
      try fill()
    }
  }

  /// Finds the entries of the record at `position`; false when it is not wholly in the buffer.
  private func scan() throws -> Bool {
    fields.removeAll(keepingCapacity: true)
    let (bytes, stops, end) = (buffer, stops, end)
    var place = position
    var lines = 0
    var hasEscapes = false
    while true {
      while bytes[place] == 0x20 || (bytes[place] == 0x09 && separator != 0x09) { place += 1 }
      if bytes[place] == 0x22, place < end {
        guard let close = try closingQuote(place, &lines, &hasEscapes) else { return false }
        fields.append(DelimitedField(start: place + 1, end: close, isQuoted: true))
        place = close + 1
        while bytes[place] == 0x20, place < end { place += 1 }
        if place < end, stops[Int(bytes[place])] == 0 { throw strayText(lines) }
      } else {
        let start = place
        while stops[Int(bytes[place])] == 0 { place += 1 }
        if place >= end, !isAtEnd { return false }
        place = min(place, end)
        var last = place
        while last > start, bytes[last - 1] == 0x20 { last -= 1 }
        fields.append(DelimitedField(start: start, end: last, isQuoted: false))
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
    line = nextLine
    nextLine += lines
    position = place
    if hasEscapes { unescape() }
    return true
  }

  private func closingQuote(
    _ open: Int, _ lines: inout Int, _ hasEscapes: inout Bool
  ) throws -> Int? {
    var place = open + 1
    while true {
      guard place < end else {
        guard isAtEnd else { return nil }
        throw MediaError.entry(
          path: path, line: nextLine + lines, column: "\(fields.count + 1)",
          reason: "a quote that opens in line \(nextLine) is never closed",
          hint: "close it, or write it twice if it belongs to the text")
      }
      switch buffer[place] {
      case 0x22:
        guard place + 1 < end else { return isAtEnd ? place : nil }
        guard buffer[place + 1] == 0x22 else { return place }
        hasEscapes = true
        place += 2
      case 0x0A:
        lines += 1
        place += 1
      default: place += 1
      }
    }
  }

  private func strayText(_ lines: Int) -> MediaError {
    .entry(
      path: path, line: nextLine + lines, column: "\(fields.count)",
      reason: "there is text behind the closing quote",
      hint: "write quotes inside of a text twice: \"\"")
  }

  /// Two quotes inside of an entry are one.
  private func unescape() {
    for index in fields.indices where fields[index].isQuoted {
      var (from, to) = (fields[index].start, fields[index].start)
      while from < fields[index].end {
        buffer[to] = buffer[from]
        from += buffer[from] == 0x22 ? 2 : 1
        to += 1
      }
      fields[index].end = to
    }
  }
}

/// What tells whether a file is still what it was.
package struct FileStamp: Sendable, Hashable {
  let size: Int
  private let seconds: Int
  private let nanoseconds: Int
  private let inode: UInt64

  /// - Throws: ``MediaError`` where there is no such file.
  package init(_ path: String) throws {
    let descriptor = try FileBytes.open(path)
    defer { close(descriptor) }
    self.init(descriptor)
  }

  init(_ descriptor: Int32) {
    var about = stat()
    if fstat(descriptor, &about) != 0 { about = stat() }
    size = Int(about.st_size)
    (seconds, nanoseconds) = (about.st_mtim.tv_sec, about.st_mtim.tv_nsec)
    inode = UInt64(about.st_ino)
  }
}
