import Foundation
import GenTensor

/// Named tensors from one safetensors file, or from all the parts that an index names.
///
///     let weights = try Weights(path: "model.safetensors.index.json")
///     let scale = try weights.array("norm.scale", shape: [64])
public struct Weights: Sendable {
  public let path: String
  /// Free text of the file, or of the first part.
  public let metadata: [String: String]
  private let records: [String: TensorRecord]

  /// - Parameter path: A `.safetensors` file, or a `.json` index of several.
  public init(path: String) throws {
    self.path = path
    if path.hasSuffix(".json") {
      (records, metadata) = try Weights.shards(indexedBy: path)
    } else {
      let file = try SafetensorsFile(path: path)
      records = Dictionary(uniqueKeysWithValues: file.records.map { ($0.name, $0) })
      metadata = file.metadata
    }
  }

  /// The tensors of a safetensors file that was read elsewhere.
  ///
  /// - Parameter name: What messages call it.
  /// - Throws: ``WeightsError``.
  public init(_ bytes: [UInt8], named name: String) throws {
    let file = try SafetensorsFile(MappedFile(bytes, named: name))
    path = name
    records = Dictionary(uniqueKeysWithValues: file.records.map { ($0.name, $0) })
    metadata = file.metadata
  }

  /// Sorted.
  public var names: [String] { records.keys.sorted() }

  public var parameterCount: Int { records.values.reduce(0) { $0 + $1.elementCount } }

  /// - Throws: ``WeightsError/Fault/missingTensor(nearest:)``.
  public func record(_ name: String) throws -> TensorRecord {
    guard let record = records[name] else {
      throw WeightsError(file: path, item: name, .missingTensor(nearest: nearest(to: name)))
    }
    return record
  }

  /// The tensor as it is stored.
  ///
  /// - Throws: ``WeightsError`` when it is missing, of another shape or of a type arrays lack.
  public func array(_ name: String, shape: [Int]? = nil) throws -> NDArray {
    let record = try record(name)
    if let shape, shape != record.shape {
      throw WeightsError(
        file: path, item: name, .wrongShape(expected: shape, found: record.shape))
    }
    return try record.array()
  }

  /// All tensors as they are stored.
  public func arrays() throws -> [String: NDArray] { try records.mapValues { try $0.array() } }

  private func nearest(to name: String) -> [String] {
    let last = name.split(separator: ".").last ?? ""
    return names.filter { $0.hasSuffix(last) }.prefix(3).map { $0 }
  }
}

extension Weights {
  private static func shards(
    indexedBy path: String
  ) throws -> ([String: TensorRecord], [String: String]) {
    let places = try index(path)
    let folder = (path as NSString).deletingLastPathComponent
    var records: [String: TensorRecord] = [:]
    var metadata: [String: String]?
    for shard in Set(places.values).sorted() {
      guard !shard.isEmpty, !shard.contains("/"), shard != "..", !shard.contains("\0") else {
        throw WeightsError(file: path, .shardOutsideFolder(shard))
      }
      let file = try SafetensorsFile(path: (folder as NSString).appendingPathComponent(shard))
      metadata = metadata ?? file.metadata
      for record in file.records {
        guard places[record.name] == shard else {
          throw WeightsError(file: path, item: record.name, .tensorNotInIndex)
        }
        records[record.name] = record
      }
    }
    for (name, shard) in places.sorted(by: { $0.key < $1.key }) where records[name] == nil {
      throw WeightsError(file: path, item: name, .tensorNotInShard(shard))
    }
    return (records, metadata ?? [:])
  }

  /// Which part each tensor is in.
  private static func index(_ path: String) throws -> [String: String] {
    let file = try MappedFile(path: path)
    guard file.bytes.count <= SafetensorsFile.headerLimit else {
      throw WeightsError(
        file: path,
        .headerTooLong(
          byteCount: UInt64(file.bytes.count), limit: SafetensorsFile.headerLimit))
    }
    var scanner = HeaderScanner(file.bytes, file: path)
    var places: [String: String]?
    try scanner.object { scanner, key in
      guard key == "weight_map" else { return try scanner.skipValue() }
      var map: [String: String] = [:]
      try scanner.object { scanner, name in
        let shard = try scanner.text()
        guard map.updateValue(shard, forKey: name) == nil else {
          throw WeightsError(file: path, item: name, .duplicateName)
        }
      }
      places = map
    }
    guard let places else { throw scanner.malformed("a \"weight_map\"") }
    return places
  }
}
