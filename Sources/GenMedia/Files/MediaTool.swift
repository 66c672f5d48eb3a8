import Glibc

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The program `gen-media`, which reads and writes every format but PNG.
///
/// It lives in a process of its own, started for each reading and writing: FFmpeg's libraries cost
/// every program that links them tens of milliseconds at its start, and decoding a stranger's file
/// is the riskiest thing we do. Conversation: ``ToolRecordKind``.
public struct MediaTool: Sendable, Hashable {
  /// The path of the program.
  public var executable: String
  /// Seconds without any sign of life after which it is ended.
  public var stallSeconds = 60

  public init(executable: String, stallSeconds: Int = 60) {
    self.executable = executable
    self.stallSeconds = stallSeconds
  }

  /// The program beside the running one.
  public static let standard = MediaTool(executable: folderOfThisProgram() + "/gen-media")

  private static func folderOfThisProgram() -> String {
    var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = bytes.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map {
        readlink("/proc/self/exe", $0.assumingMemoryBound(to: CChar.self), buffer.count)
      } ?? -1
    }
    let path = count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : ""
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return String(path[..<slash])
  }

  func probe(_ path: String) throws -> MediaInfo {
    let process = try ToolProcess(self, arguments: ["probe", path], workingOn: path)
    return try process.nextMessage(.info, as: MediaInfo.self, workingOn: path)
  }

  func video(_ path: String) throws -> Video {
    let info = try probe(path)
    return Video(
      width: info.width, height: info.height, channelCount: info.channelCount, rate: info.rate,
      frameCount: info.frameCount
    ) { [self] in try readFrames(path, onlyFirst: false) }
  }

  func readFrames(_ path: String, onlyFirst: Bool) throws -> any FrameIterator {
    let arguments = ["read", path] + (onlyFirst ? ["first"] : [])
    let process = try ToolProcess(self, arguments: arguments, workingOn: path)
    let info = try process.nextMessage(.info, as: MediaInfo.self, workingOn: path)
    try Image.checkSize(width: info.width, height: info.height)
    return ToolFrames(process: process, info: info, path: path)
  }
}

/// Frames as they come out of a running `gen-media`.
private struct ToolFrames: FrameIterator {
  var process: ToolProcess?
  let info: MediaInfo
  let path: String

  mutating func next() throws -> Image? {
    guard let process else { return nil }
    let head = try process.nextHead()
    switch head.kind {
    case .frame:
      guard head.count == info.width * info.height * info.channelCount else {
        throw MediaError.toolConfused(path: path, reason: "a frame of \(head.count) bytes")
      }
      return try Image(
        width: info.width, height: info.height, channelCount: info.channelCount
      ) { try process.readFully(UnsafeMutableRawBufferPointer($0)) }
    case .end:
      self.process = nil
      return nil
    case .failure: throw try process.failure(count: head.count, workingOn: path)
    default: throw MediaError.toolConfused(path: path, reason: "an unexpected \(head.kind)")
    }
  }
}

extension ToolProcess {
  /// Reads one message of the given kind.
  ///
  /// - Throws: the tool's own ``MediaError`` when it sends a failure instead.
  func nextMessage<Message: Decodable>(
    _ kind: ToolRecordKind, as type: Message.Type, workingOn path: String
  ) throws -> Message {
    let head = try nextHead()
    if head.kind == .failure { throw try failure(count: head.count, workingOn: path) }
    guard head.kind == kind else {
      throw MediaError.toolConfused(path: path, reason: "an unexpected \(head.kind)")
    }
    return try decode(nextText(count: head.count), as: type, workingOn: path)
  }

  func failure(count: Int, workingOn path: String) throws -> MediaError {
    try decode(nextText(count: count), as: MediaError.self, workingOn: path)
  }

  func decode<Message: Decodable>(
    _ bytes: [UInt8], as type: Message.Type, workingOn path: String
  ) throws -> Message {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw MediaError.toolConfused(path: path, reason: "a message that does not parse")
    }
  }
}
