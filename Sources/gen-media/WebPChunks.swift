/// The chunks of a WebP, and the manifest among them as XMP.
///
/// - Source: WebP Container Specification (RIFF), "Extended File Format"; Adobe XMP part 1.
struct WebPChunks {
  /// Kinds and payloads, in order.
  private var chunks: [(kind: String, payload: ArraySlice<UInt8>)] = []

  private static let start = "<gen:manifest>"
  private static let end = "</gen:manifest>"

  /// Nil for a file that breaks off, or is none.
  init?(_ file: [UInt8]) {
    guard file.count >= 20, file.starts(with: "RIFF".utf8) else { return nil }
    let count = WebPChunks.littleEndian(file[4..<8])
    guard count >= 12, count + 8 <= file.count else { return nil }
    var place = 12
    while place + 8 <= count + 8 {
      let kind = String(decoding: file[place..<place + 4], as: UTF8.self)
      let size = WebPChunks.littleEndian(file[place + 4..<place + 8])
      guard size <= count - place else { return nil }
      chunks.append((kind, file[place + 8..<place + 8 + size]))
      place += 8 + size + (size & 1)
    }
  }

  var manifest: String? {
    guard let xmp = chunks.first(where: { $0.kind == "XMP " }),
      let text = String(validating: xmp.payload, as: UTF8.self),
      let start = text.firstRange(of: WebPChunks.start),
      let end = text.firstRange(of: WebPChunks.end), start.upperBound <= end.lowerBound
    else { return nil }
    return WebPChunks.plain(text[start.upperBound..<end.lowerBound])
  }

  /// The file with a manifest in it; `width` and `height` are the canvas'.
  func file(with manifest: String, width: Int, height: Int, hasAlpha: Bool) -> [UInt8] {
    let xmp = Array(WebPChunks.xmp(manifest).utf8)
    var parts = chunks.filter { $0.kind != "XMP " && $0.kind != "VP8X" }
    var head = chunks.first { $0.kind == "VP8X" }.map { Array($0.payload) } ?? []
    if head.count < 10 {
      let size = [width - 1, height - 1].flatMap { side in
        [0, 8, 16].map { UInt8(truncatingIfNeeded: side >> $0) }
      }
      head = [hasAlpha ? 0x10 : 0, 0, 0, 0] + size
    }
    head[0] |= 0x04
    parts.insert(("VP8X", head[...]), at: 0)
    parts.append(("XMP ", xmp[...]))
    var body: [UInt8] = []
    for (kind, payload) in parts {
      body += Array(kind.utf8) + WebPChunks.bytes(of: payload.count) + payload
      if payload.count & 1 == 1 { body.append(0) }
    }
    return Array("RIFF".utf8) + WebPChunks.bytes(of: body.count + 4) + Array("WEBP".utf8) + body
  }

  private static func xmp(_ manifest: String) -> String {
    """
    <x:xmpmeta xmlns:x="adobe:ns:meta/">
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about="" xmlns:gen="urn:gen:manifest">
    \(start)\(escaped(manifest))\(end)
    </rdf:Description></rdf:RDF></x:xmpmeta>
    """
  }

  /// XML's own marks as entities; what XML cannot hold, and the per cent sign, as `%XX`.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for letter in text.unicodeScalars {
      switch letter {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\n", "\t": result.unicodeScalars.append(letter)
      case "%", "\u{0}"..."\u{1f}":
        result += letter.value < 16 ? "%0" : "%"
        result += String(letter.value, radix: 16)
      default: result.unicodeScalars.append(letter)
      }
    }
    return result
  }

  private static func plain(_ text: Substring) -> String? {
    let marked = text.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&amp;", with: "&")
    var bytes: [UInt8] = []
    var rest = Array(marked.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
        return nil
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func littleEndian(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private static func bytes(of value: Int) -> [UInt8] {
    [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
