import Foundation
import GenTensor

extension SafetensorsFile {
  /// Writes arrays as one file that appears whole or not at all.
  ///
  /// Equal arguments give equal bytes: tensors lie widest element first, then by name, and the
  /// header is padded with spaces so that the first tensor starts on a multiple of 64 bytes.
  ///
  /// - Throws: ``WeightsError/Fault/unwritable(reason:)``.
  public static func write(
    _ arrays: [String: NDArray], metadata: [String: String] = [:], to path: String
  ) throws {
    let file = try WholeFile(path: path)
    try feed(arrays, metadata) { try file.write($0) }
    try file.finish()
  }

  /// The bytes that such a file has.
  public static func bytes(
    of arrays: [String: NDArray], metadata: [String: String] = [:]
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    feed(arrays, metadata) { bytes.append(contentsOf: $0) }
    return bytes
  }

  private static func feed(
    _ arrays: [String: NDArray], _ metadata: [String: String],
    _ write: (UnsafeRawBufferPointer) throws -> Void
  ) rethrows {
    let ordered = arrays.sorted { left, right in
      let widths = (left.value.elementType.byteCount, right.value.elementType.byteCount)
      return widths.0 != widths.1 ? widths.0 > widths.1 : left.key < right.key
    }
    let header = header(of: ordered, metadata)
    try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try write($0) }
    try header.withUnsafeBytes { try write($0) }
    for (_, array) in ordered { try array.withUnsafeBytes { try write($0) } }
  }

  private static func header(
    of arrays: [(key: String, value: NDArray)], _ metadata: [String: String]
  ) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map {
        "\(quoted($0.key)):\(quoted($0.value))"
      }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for (name, array) in arrays {
      let shape = array.shape.map(String.init).joined(separator: ",")
      let type = WeightType(array.elementType).rawValue
      let end = offset + array.byteCount
      members.append(
        "\(quoted(name)):{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
      )
      offset = end
    }
    var bytes = Array("{\(members.joined(separator: ","))}".utf8)
    bytes += [UInt8](repeating: UInt8(ascii: " "), count: (64 - (bytes.count + 8) % 64) % 64)
    return bytes
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
