import Foundation
import GenTensor

@testable import GenWeights

/// A folder of its own for one test, gone afterwards.
final class Scratch: Sendable {
  let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("gen-weights-\(UUID().uuidString)").path

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  func write(_ bytes: [UInt8], as name: String) throws -> String {
    let target = "\(path)/\(name)"
    try FileManager.default.createDirectory(
      atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: target))
    return target
  }

  @discardableResult
  func write(_ text: String, as name: String) throws -> String {
    try write(Array(text.utf8), as: name)
  }

  func names(in folder: String = ".") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
  }
}

/// A small generator with a seed, so that a failing case can be named.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64
  init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// A safetensors file from a header as text and the bytes after it.
func safetensors(_ header: String, _ data: [UInt8] = [], claiming count: UInt64? = nil) -> [UInt8] {
  let header = Array(header.utf8)
  return withUnsafeBytes(of: (count ?? UInt64(header.count)).littleEndian) { Array($0) }
    + header + data
}

/// Changes a few bytes, drops some or adds some, as the seed says.
func mutated(_ bytes: [UInt8], seed: Int) -> [UInt8] {
  var random = SplitMix64(seed: seed)
  var bytes = bytes
  for _ in 0..<Int.random(in: 1...4, using: &random) {
    let place = Int.random(in: 0..<max(bytes.count, 1), using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 1 where place < bytes.count:
      bytes[place] = "0123456789-[]{},:\"=.\n ".utf8.randomElement(using: &random) ?? 0
    case 2 where place < bytes.count: bytes.remove(at: place)
    case 3: bytes.insert(UInt8(ascii: "9"), at: min(place, bytes.count))
    default: bytes.removeLast(min(bytes.count, Int.random(in: 0...8, using: &random)))
    }
  }
  return bytes
}
