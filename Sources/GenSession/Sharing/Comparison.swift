import Foundation
import GenMedia
import GenPipeline

/// What differs between two results: how they were made, what they are, and their pixels, samples or
/// vertices.
public struct Comparison: Sendable {
  public let first: String
  public let second: String
  public let origin: [OriginDifference]
  /// Size, number of frames, rate; of sounds length and channels, of meshes counts.
  public let shape: [OriginDifference]
  /// One for each frame that both have; nil where their sizes differ, and for sounds and meshes.
  public let frames: [PixelDifference]?
  /// Of sounds and meshes; nil where their shapes differ.
  public let content: ContentDifference?
  /// Files whose making is not known.
  public let unexplained: [String]
  private let isFilm: Bool
  /// What sort of thing is compared: `pixels`, `samples` or `vertices`.
  private let parts: String

  /// - Throws: ``MediaError`` for a file that cannot be read; `CancellationError`.
  public init(_ first: String, _ second: String, tool: MediaTool = .standard) throws {
    self.first = first
    self.second = second
    let (one, two) = (
      try MediaFile.probe(first, tool: tool), try MediaFile.probe(second, tool: tool)
    )
    let manifests = [one, two].map { $0.manifest.flatMap { try? Manifest(text: $0) } }
    unexplained = zip([first, second], manifests).filter { $1 == nil }.map(\.0)
    origin =
      if let mine = manifests[0], let other = manifests[1] { mine.differences(from: other) } else {
        []
      }
    isFilm = one.isFilm || two.isFilm
    let solids: Set<Medium> = [.audio, .mesh]
    guard solids.isDisjoint(with: [one.medium, two.medium]) else {
      let found = try Self.contents(first, one, second, two, tool)
      (parts, shape, content) = (found.parts, found.shape, found.content)
      frames = nil
      return
    }
    (parts, content) = ("pixels", nil)
    var films = (
      try MediaFile.readVideo(first, tool: tool), try MediaFile.readVideo(second, tool: tool)
    )
    if films.0.hasAlpha != films.1.hasAlpha {
      films = (films.0.converted(toChannelCount: 4), films.1.converted(toChannelCount: 4))
    }
    let counts = (try films.0.countedFrames(), try films.1.countedFrames())
    let aspects = [
      ("size", "\(one.width)x\(one.height)", "\(two.width)x\(two.height)"),
      ("frames", "\(counts.0)", "\(counts.1)"), ("rate", "\(one.rate) fps", "\(two.rate) fps"),
    ]
    shape = Self.differing(aspects)
    let areAlike = (films.0.width, films.0.height) == (films.1.width, films.1.height)
    frames = areAlike ? try films.0.differences(from: films.1) : nil
  }

  private static func differing(
    _ aspects: [(String, String, String)]
  ) -> [OriginDifference] {
    aspects.filter { $0.1 != $0.2 }
      .map { OriginDifference(what: $0.0, first: $0.1, second: $0.2) }
  }

  /// Of two files of which one holds a sound or a mesh.
  private static func contents(
    _ first: String, _ one: MediaInfo, _ second: String, _ two: MediaInfo, _ tool: MediaTool
  ) throws -> (parts: String, shape: [OriginDifference], content: ContentDifference?) {
    switch (one.medium, two.medium) {
    case (.audio, .audio):
      let mine = try MediaFile.readAudio(first, tool: tool)
      let other = try MediaFile.readAudio(second, tool: tool)
      let aspects = [
        ("rate", "\(mine.sampleRate) Hz", "\(other.sampleRate) Hz"),
        ("channels", "\(mine.channelCount)", "\(other.channelCount)"),
        ("length", "\(mine.frameCount) samples", "\(other.frameCount) samples"),
      ]
      return ("samples", differing(aspects), mine.difference(from: other))
    case (.mesh, .mesh):
      let mine = try MediaFile.readMesh(first, tool: tool)
      let other = try MediaFile.readMesh(second, tool: tool)
      let isInOrder = mine.triangles == other.triangles || mine.triangleCount != other.triangleCount
      let isAlike = mine.colors == other.colors && mine.texture == other.texture
      let aspects = [
        ("triangles", "\(mine.triangleCount)", "\(other.triangleCount)"),
        ("vertices", "\(mine.vertexCount)", "\(other.vertexCount)"),
        ("corners", "these", isInOrder ? "these" : "others"),
        ("colours", "these", isAlike ? "these" : "others"),
      ]
      return ("vertices", differing(aspects), mine.difference(from: other))
    default:
      return ("content", differing([("medium", one.medium.noun, two.medium.noun)]), nil)
    }
  }

  /// All pixels of the frames that both have.
  public var pixels: PixelDifference? {
    frames?.reduce(into: PixelDifference()) { $0.add($1) }
  }

  public var areEqual: Bool {
    origin.isEmpty && shape.isEmpty && unexplained.count != 1
      && (content?.isNone ?? pixels?.isNone) == true
  }

  // MARK: Told

  /// For people.
  public var text: String {
    guard !areEqual else { return "\(first) and \(second) are equal\n" }
    var lines = ["- \(first)", "+ \(second)"]
    lines += unexplained.map { "\($0) does not say how it was made" }
    let short = shape + origin.filter { $0.what != "script" }
    let width = short.reduce(10) { max($0, $1.what.count) }
    for difference in short {
      let (old, new) = (difference.first ?? "none", difference.second ?? "none")
      lines.append("\(difference.what.padded(to: width))  \(old) → \(new)")
    }
    let label = parts.padded(to: width)
    if let content {
      lines.append("\(label)  \(content.sentence)")
    } else if parts == "pixels" {
      lines += Self.pixelLines(pixels, frames ?? [], isFilm, label: label)
    } else {
      lines.append("\(label)  not compared, as the shapes differ")
    }
    if let script = origin.first(where: { $0.what == "script" }) {
      lines += ["script"] + Self.changes(script.first ?? "", script.second ?? "")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func pixelLines(
    _ all: PixelDifference?, _ frames: [PixelDifference], _ isFilm: Bool, label: String
  ) -> [String] {
    guard let all else { return ["\(label)  not compared, as the sizes differ"] }
    guard !all.isNone else { return ["\(label)  the same"] }
    var lines = ["\(label)  \(all.sentence)"]
    guard isFilm, frames.count > 1 else { return lines }
    lines.append("     frame  differing    most    mean       PSNR")
    var index = 0
    while index < frames.count {
      let same = frames[index...].prefix(while: \.isNone).count
      if same > 0 {
        let last = same > 1 ? "–\(index + same - 1)" : ""
        lines.append("\("\(index)\(last)".leading(10))  the same")
        index += same
      } else {
        lines.append("\("\(index)".leading(10))\(frames[index].row)")
        index += 1
      }
    }
    return lines
  }

  /// The lines that went with `-`, those that came with `+`.
  private static func changes(_ first: String, _ second: String) -> [String] {
    let (old, new) = (first.lines, second.lines)
    let steps = new.difference(from: old)
    let gone = Set(steps.removals.map(\.offset))
    let come = Set(steps.insertions.map(\.offset))
    var lines: [String] = []
    var (here, there) = (0, 0)
    while here < old.count || there < new.count {
      if gone.contains(here) {
        lines.append("  - \(old[here])")
        here += 1
      } else if come.contains(there) {
        lines.append("  + \(new[there])")
        there += 1
      } else {
        (here, there) = (here + 1, there + 1)
      }
    }
    guard lines.count > longestChange else { return lines }
    return lines.prefix(longestChange) + ["  … \(lines.count - longestChange) lines more"]
  }

  private static let longestChange = 60
}

extension CollectionDifference.Change {
  fileprivate var offset: Int {
    switch self {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }
}

extension String {
  fileprivate var lines: [Substring] { split(separator: "\n", omittingEmptySubsequences: false) }

  fileprivate func leading(_ width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}

extension PixelDifference {
  private var share: Double { Double(differingCount) / Double(max(1, pixelCount)) }

  private var noise: String { signalToNoise.map { String(format: "%.1f dB", $0) } ?? "" }

  /// `4096 of 8192 differ (50 %), by 12 of 255 at most and 0.84 on average, PSNR 45.2 dB`.
  fileprivate var sentence: String {
    let percent = String(format: share < 0.01 ? "%.3f" : "%.1f", share * 100)
    return "\(differingCount) of \(pixelCount) differ (\(percent) %), by \(largest) of 255 at most "
      + "and \(String(format: "%.3f", mean)) on average, PSNR \(noise)"
  }

  fileprivate var row: String {
    "\(String(format: "%.1f %%", share * 100).leading(11))\("\(largest)".leading(8))"
      + "\(String(format: "%.3f", mean).leading(8))\(noise.leading(11))"
  }
}

extension ContentDifference {
  /// `480 of 48000 differ (1.0 %), by 0.01 at most and 0.001 in the mean, 40.2 dB below`.
  fileprivate var sentence: String {
    guard !isNone else { return "the same" }
    let percent = String(format: "%.1f", 100 * Double(differingCount) / Double(max(1, count)))
    return "\(differingCount) of \(count) differ (\(percent) %), by "
      + "\(String(format: "%.4g", largest)) at most and \(String(format: "%.4g", rootMeanSquare)) "
      + "in the root mean square"
      + (signalToNoise.map { String(format: ", %.1f dB below the first", $0) } ?? "")
  }
}

extension Comparison: Encodable {
  private enum Key: CodingKey {
    case first, second, equal, origin, shape, pixels, frames, content, unexplained
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(first, forKey: .first)
    try fields.encode(second, forKey: .second)
    try fields.encode(areEqual, forKey: .equal)
    try fields.encode(origin, forKey: .origin)
    try fields.encode(shape, forKey: .shape)
    try fields.encode(unexplained, forKey: .unexplained)
    try fields.encode(pixels.map(Measured.init), forKey: .pixels)
    try fields.encodeIfPresent(content.map(Measured.init), forKey: .content)
    try fields.encode(frames.map { $0.map(Measured.init) }, forKey: .frames)
  }

  private struct Measured: Encodable {
    let count: Int
    let differing: Int
    let largest: Double
    let mean: Double
    /// In decibels; left out for what is the same.
    let psnr: Double?

    init(_ difference: ContentDifference) {
      count = difference.count
      differing = difference.differingCount
      largest = difference.largest
      mean = difference.rootMeanSquare
      psnr = difference.signalToNoise
    }

    init(_ difference: PixelDifference) {
      count = difference.pixelCount
      differing = difference.differingCount
      largest = Double(difference.largest)
      mean = difference.mean
      psnr = difference.signalToNoise
    }
  }

  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}
