import GenMedia

/// The file formats whose own structure is read and extended here.
enum Container {
  case png, gif, jpeg, webp

  /// Told by a file's first bytes; nil for any other format.
  init?(head: [UInt8]) {
    if head.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) {
      self = .png
    } else if head.starts(with: "GIF8".utf8) {
      self = .gif
    } else if head.starts(with: [0xff, 0xd8, 0xff]) {
      self = .jpeg
    } else if head.count >= 12, head.starts(with: "RIFF".utf8),
      head[8..<12].elementsEqual("WEBP".utf8)
    {
      self = .webp
    } else {
      return nil
    }
  }

  /// Whether the file goes on to its end mark.
  func isWhole(_ file: [UInt8]) -> Bool {
    switch self {
    case .png: PNGChunk.all(of: file) != nil
    case .gif: GIFBlocks(file)?.isWhole ?? false
    case .jpeg: JPEGSegments(file)?.isWhole ?? false
    case .webp: WebPChunks(file) != nil
    }
  }

  func manifest(in file: [UInt8]) -> String? {
    switch self {
    case .png: PNGChunk.all(of: file).flatMap { PNGChunk.manifest(in: $0) }
    case .gif: GIFBlocks(file)?.comment
    case .jpeg: JPEGSegments(file)?.comment
    case .webp: WebPChunks(file)?.manifest
    }
  }

  /// The size of a GIF's screen, which FFmpeg refuses without saying why.
  func size(in file: [UInt8]) -> (width: Int, height: Int)? {
    guard self == .gif, file.count >= 10 else { return nil }
    return (Int(file[6]) | Int(file[7]) << 8, Int(file[8]) | Int(file[9]) << 8)
  }

  /// Times that an animation plays, 0 for ever; nil for a still picture.
  func loopCount(in file: [UInt8]) -> Int? {
    switch self {
    case .png: PNGChunk.all(of: file).flatMap { PNGChunk.playCount(in: $0) }
    case .gif: GIFBlocks(file)?.playCount
    case .jpeg, .webp: nil
    }
  }
}

/// The blocks of a GIF.
///
/// - Source: GIF89a Specification, sections 17 to 27; the looping extension of Netscape 2.0.
struct GIFBlocks {
  private(set) var isWhole = false
  private(set) var comment: String?
  private(set) var playCount: Int?
  private var imageCount = 0

  /// Nil when there is no screen descriptor.
  init?(_ file: [UInt8]) {
    guard file.count >= 13 else { return nil }
    var place = 13 + GIFBlocks.tableCount(file[10])
    var plays = 1
    while place < file.count {
      switch file[place] {
      case 0x3b:
        isWhole = true
        if imageCount > 1 { playCount = plays }
        return
      case 0x2c:
        guard place + 10 < file.count else { return }
        place += 10 + GIFBlocks.tableCount(file[place + 9]) + 1
        imageCount += 1
        guard GIFBlocks.skip(file, &place) else { return }
      case 0x21:
        guard place + 2 < file.count else { return }
        let label = file[place + 1]
        place += 2
        let start = place
        guard GIFBlocks.skip(file, &place) else { return }
        if label == 0xfe {
          let text = GIFBlocks.joined(file, from: start)
          comment = String(validating: text, as: UTF8.self)
        } else if label == 0xff {
          let text = GIFBlocks.joined(file, from: start)
          guard text.starts(with: "NETSCAPE2.0".utf8), text.count >= 14 else { continue }
          let repeats = Int(text[12]) | Int(text[13]) << 8
          plays = repeats == 0 ? 0 : repeats + 1
        }
      default: return
      }
    }
  }

  /// A comment extension; it may stand before the end mark.
  static func encoded(comment: String) -> [UInt8] {
    let text = Array(comment.utf8)
    var block: [UInt8] = [0x21, 0xfe]
    for start in stride(from: 0, to: text.count, by: 255) {
      let part = text[start..<min(start + 255, text.count)]
      block.append(UInt8(part.count))
      block += part
    }
    return block + [0]
  }

  private static func tableCount(_ flags: UInt8) -> Int {
    flags & 0x80 != 0 ? 3 << (Int(flags & 7) + 1) : 0
  }

  /// Steps over sub-blocks to what follows them; false when the file ends before.
  private static func skip(_ file: [UInt8], _ place: inout Int) -> Bool {
    while place < file.count {
      let count = Int(file[place])
      place += 1 + count
      if count == 0 { return true }
    }
    return false
  }

  private static func joined(_ file: [UInt8], from start: Int) -> [UInt8] {
    var place = start
    var text: [UInt8] = []
    while place < file.count, file[place] != 0 {
      let end = min(file.count, place + 1 + Int(file[place]))
      text += file[place + 1..<end]
      place = end
    }
    return text
  }
}

/// The segments of a JPEG.
///
/// - Source: ITU-T T.81, annex B.
struct JPEGSegments {
  private(set) var isWhole = false
  private(set) var comment: String?
  /// Where a comment may be put: behind the start mark and the JFIF segment.
  private(set) var commentPlace = 2

  /// Nil when the file does not start as one.
  init?(_ file: [UInt8]) {
    guard file.starts(with: [0xff, 0xd8]) else { return nil }
    var place = 2
    var text: [UInt8] = []
    while place + 4 <= file.count, file[place] == 0xff {
      let mark = file[place + 1]
      if mark == 0xff {
        place += 1
        continue
      }
      let count = Int(file[place + 2]) << 8 | Int(file[place + 3])
      guard count >= 2, place + 2 + count <= file.count else { return }
      if mark == 0xe0, place == 2 { commentPlace = place + 2 + count }
      if mark == 0xfe { text += file[place + 4..<place + 2 + count] }
      place += 2 + count
      if mark == 0xda { break }
    }
    if !text.isEmpty { comment = String(validating: text, as: UTF8.self) }
    var end = file.count
    while end >= place + 2 {
      if file[end - 1] == 0xd9, file[end - 2] == 0xff {
        isWhole = true
        return
      }
      end -= 1
    }
  }

  /// Comment segments that hold a text of any length, one behind the other.
  static func encoded(comment: String) -> [UInt8] {
    let text = Array(comment.utf8)
    let limit = 65533
    return stride(from: 0, to: text.count, by: limit).flatMap { start in
      let part = text[start..<min(start + limit, text.count)]
      let count = part.count + 2
      return [0xff, 0xfe, UInt8(count >> 8), UInt8(count & 255)] + part
    }
  }
}
