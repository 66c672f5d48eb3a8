import CPng

/// The pieces of a PNG file, and the manifest among them as compressed international text.
///
/// - Source: PNG Specification, Third Edition, sections 5.3 and 11.3.3.4.
package struct PNGChunk {
  let kind: String
  let payload: ArraySlice<UInt8>

  static let signature: [UInt8] = [137, 80, 78, 71, 13, 10, 26, 10]
  private static let keyword = Array("Gen manifest".utf8)

  static func bigEndian(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func bytes(of value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  /// The chunks of a file up to IEND; nil when it breaks off before.
  package static func all(of file: [UInt8]) -> [PNGChunk]? {
    guard file.starts(with: signature) else { return nil }
    var chunks: [PNGChunk] = []
    var offset = 8
    while offset + 12 <= file.count {
      let count = Int(bigEndian(file[offset..<offset + 4]))
      guard count <= file.count - offset - 12 else { return nil }
      let kind = String(decoding: file[offset + 4..<offset + 8], as: UTF8.self)
      chunks.append(PNGChunk(kind: kind, payload: file[offset + 8..<offset + 8 + count]))
      if kind == "IEND" { return chunks }
      offset += 12 + count
    }
    return nil
  }

  /// The manifest in a file's chunks; nil when there is none that can be read.
  package static func manifest(in chunks: [PNGChunk]) -> String? {
    for chunk in chunks where chunk.kind == "iTXt" {
      let head = keyword + [0, 1, 0, 0, 0]
      guard chunk.payload.starts(with: head),
        let text = inflated(Array(chunk.payload.dropFirst(head.count)))
      else { continue }
      return String(validating: text, as: UTF8.self)
    }
    return nil
  }

  /// A whole chunk that holds a manifest.
  package static func encoded(manifest: String) -> [UInt8] {
    let payload = keyword + [0, 1, 0, 0, 0] + deflated(Array(manifest.utf8))
    let body = Array("iTXt".utf8) + payload
    let sum = body.withUnsafeBufferPointer {
      crc32(0, $0.baseAddress, UInt32(truncatingIfNeeded: $0.count))
    }
    return bytes(of: UInt32(payload.count)) + body + bytes(of: UInt32(truncatingIfNeeded: sum))
  }

  /// Bytes of IEND, which ends every file and before which a chunk may be put.
  package static let endCount = 12

  private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    let bound = compressBound(uLong(bytes.count))
    return [UInt8](unsafeUninitializedCapacity: Int(bound)) { buffer, count in
      var size = bound
      let code = bytes.withUnsafeBufferPointer {
        compress2(buffer.baseAddress, &size, $0.baseAddress, uLong($0.count), 9)
      }
      count = code == Z_OK ? Int(size) : 0
    }
  }

  private static func inflated(_ bytes: [UInt8]) -> [UInt8]? {
    var capacity = 1 << 16
    while capacity <= MediaFile.manifestLimit * 2 {
      var size = uLong(capacity)
      var text = [UInt8](repeating: 0, count: capacity)
      let code = bytes.withUnsafeBufferPointer { source in
        text.withUnsafeMutableBufferPointer {
          uncompress($0.baseAddress, &size, source.baseAddress, uLong(source.count))
        }
      }
      if code == Z_OK { return Array(text.prefix(Int(size))) }
      guard code == Z_BUF_ERROR else { return nil }
      capacity *= 2
    }
    return nil
  }
}

extension PNGChunk {
  /// Times that an animated PNG plays, 0 for ever; nil for a still one.
  ///
  /// - Source: PNG Specification, Third Edition, section 11.3.6.1.
  package static func playCount(in chunks: [PNGChunk]) -> Int? {
    guard let control = chunks.first(where: { $0.kind == "acTL" }), control.payload.count == 8
    else { return nil }
    return Int(bigEndian(control.payload.suffix(4)))
  }
}
