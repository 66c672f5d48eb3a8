/// What is wrong with a file of weights: which file, which tensor or line, and what.
///
/// Facts only; ``message`` and ``hint`` make sentences of them.
public struct WeightsError: Error, Equatable, Sendable {
  public let file: String
  /// The tensor or layer that is at fault, when one is.
  public let item: String?
  public let fault: Fault

  public init(file: String, item: String? = nil, _ fault: Fault) {
    self.file = file
    self.item = item
    self.fault = fault
  }

  public enum Fault: Equatable, Sendable {
    // Any file
    case unreadable(reason: String)
    case unwritable(reason: String)
    case truncated(neededByteCount: Int, foundByteCount: Int)
    case notUTF8
    // Headers
    case headerTooLong(byteCount: UInt64, limit: Int)
    case malformedHeader(position: Int, expected: String)
    case duplicateName
    case unknownElementType(String)
    case unusableShape
    case rangeOutsideFile(lower: Int, upper: Int, byteCount: Int)
    case rangeDoesNotFitShape(neededByteCount: Int, foundByteCount: Int)
    case overlap(with: String)
    case unclaimedBytes(position: Int, count: Int)
    // Shards
    case shardOutsideFolder(String)
    case tensorNotInShard(String)
    case tensorNotInIndex
    // Contents asked for
    case missingTensor(nearest: [String])
    case wrongShape(expected: [Int], found: [Int])
    case unsupportedElementType(String)
    // ncnn
    case malformedLine(number: Int, expected: String)
    case unsupportedLayer(type: String)
    case unusableParameter(layer: String, parameter: Int, expected: String)
    case wrongCount(of: String, expected: Int, found: Int)
    case unknownBlob(String)
  }
}

extension WeightsError: CustomStringConvertible {
  public var description: String { "\(message)\n  hint: \(hint)" }

  /// What is so, as one sentence without a full stop.
  public var message: String {
    let place = item.map { "\"\(file)\", \"\($0)\"" } ?? "\"\(file)\""
    return "\(place): \(fault.sentence)"
  }

  /// What to do about it.
  public var hint: String {
    switch fault {
    case .unreadable: "check the path and that you may read the file"
    case .unwritable: "check that the folder exists, that you may write there and the space left"
    case .truncated: "copy or download the file again; it ends too early"
    case .shardOutsideFolder: "keep all parts of a model in the folder of its index"
    case .tensorNotInShard, .tensorNotInIndex: "download the index and all its parts again"
    case .missingTensor, .wrongShape: "check that these weights belong to this network"
    case .unsupportedElementType: "convert the file to f32, f16 or bf16"
    case .unsupportedLayer: "use a network of the layers that Gen reads from ncnn files"
    default: "the file is damaged or not what its name says; get it again from its source"
    }
  }
}

extension WeightsError.Fault {
  var sentence: String {
    switch self {
    case .unreadable(let reason): "cannot be read: \(reason)"
    case .unwritable(let reason): "cannot be written: \(reason)"
    case .truncated(let needed, let found):
      "needs \(needed) bytes but has \(found)"
    case .notUTF8: "holds bytes that are not UTF-8 text"
    case .headerTooLong(let count, let limit):
      "says its header has \(count) bytes; at most \(limit) are accepted"
    case .malformedHeader(let position, let expected):
      "expected \(expected) at byte \(position) of the header"
    case .duplicateName: "occurs twice"
    case .unknownElementType(let name): "has the unknown element type \"\(name)\""
    case .unusableShape: "has a shape that no memory could hold"
    case .rangeOutsideFile(let lower, let upper, let count):
      "claims bytes \(lower) to \(upper) of \(count)"
    case .rangeDoesNotFitShape(let needed, let found):
      "has a shape of \(needed) bytes in a range of \(found)"
    case .overlap(let other): "shares bytes with \"\(other)\""
    case .unclaimedBytes(let position, let count):
      "has \(count) bytes at \(position) that belong to nothing"
    case .shardOutsideFolder(let name): "names the part \"\(name)\" outside its own folder"
    case .tensorNotInShard(let name): "is not in \"\(name)\", where the index puts it"
    case .tensorNotInIndex: "is in a part but not in the index"
    case .missingTensor(let nearest):
      nearest.isEmpty
        ? "is not in the file"
        : "is not in the file; there is \(nearest.map { "\"\($0)\"" }.joined(separator: ", "))"
    case .wrongShape(let expected, let found): "has the shape \(found), not \(expected)"
    case .unsupportedElementType(let name): "has elements of type \(name), which is not read here"
    case .malformedLine(let number, let expected): "expected \(expected) in line \(number)"
    case .unsupportedLayer(let type): "is a layer of type \"\(type)\", which is not known"
    case .unusableParameter(let layer, let parameter, let expected):
      "expected \(expected) as parameter \(parameter) of \"\(layer)\""
    case .wrongCount(let things, let expected, let found):
      "says \(expected) \(things) but has \(found)"
    case .unknownBlob(let name): "reads \"\(name)\", which no earlier layer makes"
    }
  }
}
