/// The colours of a film, counted in cells of 8x8x8, and exactly as long as there are few.
struct ColorCount {
  struct Cell {
    var count = 0
    var red = 0
    var green = 0
    var blue = 0
  }

  /// 32 steps a channel.
  private(set) var cells = [Cell](repeating: Cell(), count: 1 << 15)
  /// Every colour 0xRRGGBB, while they fit in a palette beside the clear one.
  private(set) var exact: Set<UInt32>? = []

  mutating func add(_ samples: [UInt8], channelCount: Int) {
    var last: UInt32 = .max
    for place in stride(from: 0, to: samples.count, by: channelCount) {
      if channelCount == 4, samples[place + 3] < 128 { continue }
      let red = Int(samples[place])
      let green = channelCount == 1 ? red : Int(samples[place + 1])
      let blue = channelCount == 1 ? red : Int(samples[place + 2])
      let cell = (red >> 3) << 10 | (green >> 3) << 5 | blue >> 3
      cells[cell].count += 1
      cells[cell].red += red
      cells[cell].green += green
      cells[cell].blue += blue
      let color = UInt32(red << 16 | green << 8 | blue)
      if color == last || exact == nil { continue }
      last = color
      exact?.insert(color)
      if exact?.count ?? 0 > Palette.colorLimit { exact = nil }
    }
  }
}

/// Up to 255 colours for a film, and a clear one.
///
/// - Source: Heckbert 1982, "Color image quantization for frame buffer display" (boxes, here cut
///   where the spread is greatest), refined by Lloyd's iteration; dither by Bayer 1973.
struct Palette {
  static let colorLimit = 255
  private static let clear: UInt8 = 255

  /// 256 entries 0xAARRGGBB; the last one is clear.
  let entries: [UInt32]
  private let colors: [SIMD3<Float>]
  /// Whether every colour of the film is in the palette.
  private let isExact: Bool
  /// How far the dither moves a sample.
  private let amplitude: Float

  init(_ count: ColorCount) {
    isExact = count.exact != nil
    if let exact = count.exact {
      colors = exact.sorted().map { color in
        SIMD3(Float(color >> 16), Float(color >> 8 & 255), Float(color & 255))
      }
      amplitude = 0
    } else {
      let points = count.cells.filter { $0.count > 0 }.map(ColorPoint.init)
      colors = Palette.refined(Palette.boxes(points), points)
      amplitude = Palette.spacing(colors) * 0.5
    }
    let opaque = colors.map { color -> UInt32 in
      let parts = (0..<3).map { UInt32(max(0, min(255, color[$0].rounded()))) }
      return 0xff00_0000 | parts[0] << 16 | parts[1] << 8 | parts[2]
    }
    let filler = Array(repeating: opaque.first ?? 0xff00_0000, count: 255 - opaque.count)
    entries = opaque + filler + [0]
  }

  /// Entries' numbers for a picture's samples.
  func indices(of samples: [UInt8], width: Int, channelCount: Int) -> [UInt8] {
    var cache = [UInt32: UInt8]()
    var nearest = [UInt16](repeating: .max, count: 1 << 18)
    let exact = isExact ? exactIndices() : [:]
    return (0..<samples.count / channelCount).map { pixel in
      let place = pixel * channelCount
      if channelCount == 4, samples[place + 3] < 128 { return Palette.clear }
      let red = samples[place]
      let green = channelCount == 1 ? red : samples[place + 1]
      let blue = channelCount == 1 ? red : samples[place + 2]
      if isExact {
        let color = UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
        if let known = cache[color] { return known }
        cache[color] = exact[color] ?? 0
        return exact[color] ?? 0
      }
      let shift = amplitude * Palette.bayer(pixel % width, pixel / width)
      let color = SIMD3(Float(red), Float(green), Float(blue)) + shift
      return nearestIndex(to: color, &nearest)
    }
  }

  private func exactIndices() -> [UInt32: UInt8] {
    var known: [UInt32: UInt8] = [:]
    for index in colors.indices { known[entries[index] & 0xff_ffff] = UInt8(index) }
    return known
  }

  /// Answers are kept for cells of 4x4x4.
  private func nearestIndex(to color: SIMD3<Float>, _ known: inout [UInt16]) -> UInt8 {
    let bounded = color.clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 255))
    let parts = SIMD3<Int32>(bounded) &>> 2
    let cell = Int(parts.x) << 12 | Int(parts.y) << 6 | Int(parts.z)
    if known[cell] != .max { return UInt8(truncatingIfNeeded: known[cell]) }
    let center = SIMD3<Float>(parts &<< 2) + 1.5
    let index = Palette.nearest(center, in: colors)
    known[cell] = UInt16(index)
    return UInt8(index)
  }

  // MARK: Choosing colours

  private struct ColorPoint {
    let color: SIMD3<Float>
    let weight: Float

    init(_ cell: ColorCount.Cell) {
      weight = Float(cell.count)
      color = SIMD3(Float(cell.red), Float(cell.green), Float(cell.blue)) / weight
    }
  }

  private struct Box {
    var points: [ColorPoint]
    let mean: SIMD3<Float>
    let spread: SIMD3<Float>

    init(_ points: [ColorPoint]) {
      self.points = points
      let weight = points.reduce(0) { $0 + $1.weight }
      let mean = points.reduce(SIMD3<Float>.zero) { $0 + $1.color * $1.weight } / max(weight, 1)
      self.mean = mean
      spread = points.reduce(.zero) { sum, point in
        let distance = (point.color - mean) * Palette.sight
        // The square root of the weight keeps small, different things in the palette.
        return sum + distance * distance * point.weight.squareRoot()
      }
    }
  }

  /// How much the eye cares for red, green and blue.
  private static let sight = SIMD3<Float>(0.55, 0.75, 0.4)

  private static func boxes(_ points: [ColorPoint]) -> [SIMD3<Float>] {
    var boxes = [Box(points)]
    while boxes.count < colorLimit {
      guard let widest = boxes.indices.max(by: { boxes[$0].spread.max() < boxes[$1].spread.max() }),
        boxes[widest].points.count > 1
      else { break }
      let box = boxes[widest]
      let axis = (0..<3).max { box.spread[$0] < box.spread[$1] } ?? 1
      let low = box.points.filter { $0.color[axis] <= box.mean[axis] }
      let high = box.points.filter { $0.color[axis] > box.mean[axis] }
      guard !low.isEmpty, !high.isEmpty else { break }
      boxes[widest] = Box(low)
      boxes.append(Box(high))
    }
    return boxes.map(\.mean)
  }

  private static func refined(
    _ start: [SIMD3<Float>], _ points: [ColorPoint]
  ) -> [SIMD3<Float>] {
    var colors = start
    for _ in 0..<3 {
      var sums = [SIMD4<Float>](repeating: .zero, count: colors.count)
      for point in points {
        let weight = point.weight.squareRoot()
        sums[nearest(point.color, in: colors)] += SIMD4(point.color * weight, weight)
      }
      for (index, sum) in sums.enumerated() where sum.w > 0 {
        colors[index] = SIMD3(sum.x, sum.y, sum.z) / sum.w
      }
    }
    return colors
  }

  private static func nearest(_ color: SIMD3<Float>, in colors: [SIMD3<Float>]) -> Int {
    var best = 0
    var least = Float.infinity
    for (index, candidate) in colors.enumerated() {
      let distance = (candidate - color) * sight
      let square = (distance * distance).sum()
      if square < least { (best, least) = (index, square) }
    }
    return best
  }

  /// The mean distance from a colour to its neighbour.
  private static func spacing(_ colors: [SIMD3<Float>]) -> Float {
    guard colors.count > 1 else { return 0 }
    let sum = colors.indices.reduce(Float(0)) { sum, index in
      var least = Float.infinity
      for other in colors.indices where other != index {
        let distance = colors[other] - colors[index]
        least = min(least, (distance * distance).sum())
      }
      return sum + least.squareRoot()
    }
    return sum / Float(colors.count)
  }

  /// The 8x8 threshold matrix, -1/2…1/2.
  private static func bayer(_ x: Int, _ y: Int) -> Float {
    var value = 0
    for bit in 0..<3 {
      let (column, row) = (x >> bit & 1, y >> bit & 1)
      value |= ((column ^ row) << 1 | row) << (4 - 2 * bit)
    }
    return (Float(value) + 0.5) / 64 - 0.5
  }
}
