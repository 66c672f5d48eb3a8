import GenMedia
import Glibc

/// A folder that goes away with its owner.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/gen-media-tests.XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? "/tmp"
    }
  }

  deinit {
    for name in names() { unlink(self / name) }
    rmdir(path)
  }

  static func / (folder: TemporaryFolder, name: String) -> String { folder.path + "/" + name }

  /// What lies in the folder, hidden files included.
  func names() -> [String] {
    guard let listing = opendir(path) else { return [] }
    defer { closedir(listing) }
    var found: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { found.append(name) }
    }
    return found.sorted()
  }
}

/// Numbers that are the same for equal seeds.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_f491_4f6c_dd1d
  }
}

extension Image {
  /// Independent random samples.
  static func noise(_ width: Int, _ height: Int, channelCount: Int = 3, seed: UInt64) -> Image {
    var numbers = SeededNumbers(seed)
    let samples = (0..<width * height * channelCount).map { _ in
      UInt8(truncatingIfNeeded: numbers.next() >> 32)
    }
    return Image(width: width, height: height, channelCount: channelCount, pixels: samples)
      ?? Image(width: width, height: height)
  }

  /// Smooth colours with a disc that has moved `step` pixels, as a film may show them.
  static func scene(_ width: Int, _ height: Int, step: Int, channelCount: Int = 3) -> Image {
    var samples: [UInt8] = []
    for row in 0..<height {
      for column in 0..<width {
        let (x, y) = (column - width / 4 - step, row - height / 2)
        let isDisc = x * x + y * y < height * height / 16
        let color: [Int] =
          isDisc ? [230, 60, 40] : [40 + 120 * column / width, 90, 60 + 140 * row / height]
        switch channelCount {
        case 1: samples.append(UInt8(color[0]))
        case 3: samples += color.map { UInt8($0) }
        default: samples += color.map { UInt8($0) } + [isDisc ? 255 : 0]
        }
      }
    }
    return Image(width: width, height: height, channelCount: channelCount, pixels: samples)
      ?? Image(width: width, height: height)
  }

  /// The root of the mean square difference of the samples; infinite for other sizes.
  func difference(from other: Image) -> Double {
    guard width == other.width, height == other.height, channelCount == other.channelCount else {
      return .infinity
    }
    let sum = zip(pixels, other.pixels).reduce(0.0) { sum, pair in
      let distance = Double(pair.0) - Double(pair.1)
      return sum + distance * distance
    }
    return (sum / Double(max(1, pixels.count))).squareRoot()
  }
}

extension Video {
  /// A disc that moves over a smooth ground.
  static func scene(
    _ width: Int, _ height: Int, frames: Int, channelCount: Int = 3, rate: FrameRate = .film
  ) throws -> Video {
    try Video(
      frames: (0..<frames).map {
        .scene(width, height, step: $0 * 2, channelCount: channelCount)
      }, rate: rate)
  }
}

func fileBytes(_ path: String) -> [UInt8] {
  guard let file = fopen(path, "rb") else { return [] }
  defer { fclose(file) }
  var all: [UInt8] = []
  var part = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&part, 1, part.count, file)
    if count == 0 { return all }
    all += part[..<count]
  }
}

func writeBytes(_ bytes: [UInt8], to path: String) {
  guard let file = fopen(path, "wb") else { return }
  defer { fclose(file) }
  _ = fwrite(bytes, 1, bytes.count, file)
}
