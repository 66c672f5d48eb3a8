/// How a picture is resampled to another size.
public enum ResizeFilter: String, Sendable, Hashable, CaseIterable {
  /// The nearest sample; keeps pixel art hard.
  case nearest
  /// A triangle, widened when shrinking.
  case bilinear
  /// The mean over the area that a new pixel covers.
  case area
  /// Lanczos of three lobes, widened when shrinking: the sharpest.
  case lanczos

  /// Reach on each side, in source pixels at scale 1.
  fileprivate var radius: Double {
    switch self {
    case .nearest, .area: 0.5
    case .bilinear: 1
    case .lanczos: 3
    }
  }

  fileprivate func weight(at distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .nearest, .area: return x <= 0.5 ? 1 : 0
    case .bilinear: return max(0, 1 - x)
    case .lanczos:
      guard x > 1e-9 else { return 1 }
      guard x < 3 else { return 0 }
      let angle = x * .pi
      return 3 * Math.sine(angle) * Math.sine(angle / 3) / (angle * angle)
    }
  }
}

extension Image {
  /// The picture resampled to `width` x `height` pixels; alpha is premultiplied meanwhile.
  ///
  /// - Throws: ``MediaError/tooLarge(path:width:height:)``
  public func resized(
    width: Int, height: Int, filter: ResizeFilter = .lanczos
  ) throws -> Image {
    try Image.checkSize(width: width, height: height)
    if width == self.width, height == self.height { return self }
    let columns = ResizeTaps(from: self.width, to: width, filter)
    let rows = ResizeTaps(from: self.height, to: height, filter)
    if filter == .nearest { return picked(columns: columns.starts, rows: rows.starts) }
    return Resizer(source: self, columns: columns, rows: rows).run(width: width, height: height)
  }

  /// The picture made of the given columns and rows of this one.
  private func picked(columns: [Int], rows: [Int]) -> Image {
    Image(width: columns.count, height: rows.count, channelCount: channelCount) { target in
      var place = 0
      for row in rows {
        for column in columns {
          let from = (row * width + column) * channelCount
          for channel in 0..<channelCount { target[place + channel] = pixels[from + channel] }
          place += channelCount
        }
      }
    }
  }
}

extension Video {
  /// The film with every frame resampled.
  public func resized(
    width: Int, height: Int, filter: ResizeFilter = .lanczos
  ) throws -> Video {
    try Image.checkSize(width: width, height: height)
    return mapFrames(width: width, height: height) { frame, _ in
      try frame.resized(width: width, height: height, filter: filter)
    }
  }
}

/// For each new pixel of one axis: the first source pixel it takes from, and the weights from there.
private struct ResizeTaps {
  let count: Int
  let starts: [Int]
  /// `count` weights for each new pixel; those beyond the border are zero.
  let weights: [Float]

  init(from source: Int, to target: Int, _ filter: ResizeFilter) {
    let step = Double(source) / Double(target)
    let centers = (0..<target).map { (Double($0) + 0.5) * step }
    if filter == .nearest {
      count = 1
      starts = centers.map { min(source - 1, Int($0)) }
      weights = Array(repeating: 1, count: target)
      return
    }
    let spread = max(1, step)
    let reach = filter.radius * spread
    let count = min(source, Int((2 * reach).rounded(.up)) + 2)
    self.count = count
    let starts = centers.map { max(0, min(source - count, Int(($0 - reach).rounded(.down)))) }
    self.starts = starts
    weights = zip(centers, starts).flatMap { center, start in
      let raw = (start..<start + count).map { index in
        filter == .area
          ? ResizeTaps.overlap(of: index, with: center, halfWidth: spread / 2)
          : filter.weight(at: (Double(index) + 0.5 - center) / spread)
      }
      let sum = raw.reduce(0, +)
      return raw.map { Float($0 / (sum == 0 ? 1 : sum)) }
    }
  }

  /// The part of source pixel `index` inside the new pixel around `center`.
  private static func overlap(of index: Int, with center: Double, halfWidth: Double) -> Double {
    let low = max(Double(index), center - halfWidth)
    let high = min(Double(index + 1), center + halfWidth)
    return max(0, high - low)
  }
}

/// Resamples along rows first, then along columns, in float32.
private struct Resizer {
  let source: Image
  let columns: ResizeTaps
  let rows: ResizeTaps

  func run(width: Int, height: Int) -> Image {
    let channels = source.channelCount
    let stride = width * channels
    // Source rows after the horizontal pass; only those that the next new row needs are kept.
    let ringCount = rows.count
    var ring = [Float](repeating: 0, count: ringCount * stride)
    var line = [Float](repeating: 0, count: source.width * channels)
    var sum = [Float](repeating: 0, count: stride)
    var done = 0
    return Image(width: width, height: height, channelCount: channels) { target in
      for row in 0..<height {
        let start = rows.starts[row]
        done = max(done, start)
        while done < start + ringCount {
          load(row: done, into: &line)
          let slot = (done % ringCount) * stride
          ring.withUnsafeMutableBufferPointer { ring in
            shrink(line, into: UnsafeMutableBufferPointer(rebasing: ring[slot..<slot + stride]))
          }
          done += 1
        }
        for index in 0..<stride { sum[index] = 0 }
        for tap in 0..<ringCount {
          let weight = rows.weights[row * ringCount + tap]
          if weight == 0 { continue }
          let slot = ((start + tap) % ringCount) * stride
          ring.withUnsafeBufferPointer { ring in
            sum.withUnsafeMutableBufferPointer { sum in
              for index in 0..<stride { sum[index] += weight * ring[slot + index] }
            }
          }
        }
        store(
          sum, into: UnsafeMutableBufferPointer(rebasing: target[row * stride..<(row + 1) * stride])
        )
      }
    }
  }

  private func load(row: Int, into line: inout [Float]) {
    let start = row * source.width * source.channelCount
    source.pixels.withUnsafeBufferPointer { pixels in
      line.withUnsafeMutableBufferPointer { line in
        for index in 0..<line.count { line[index] = Float(pixels[start + index]) }
        guard source.hasAlpha else { return }
        for pixel in Swift.stride(from: 0, to: line.count, by: 4) {
          let alpha = line[pixel + 3] / 255
          for channel in 0..<3 { line[pixel + channel] *= alpha }
        }
      }
    }
  }

  private func shrink(_ line: [Float], into target: UnsafeMutableBufferPointer<Float>) {
    let channels = source.channelCount
    line.withUnsafeBufferPointer { line in
      columns.weights.withUnsafeBufferPointer { weights in
        for (column, start) in columns.starts.enumerated() {
          for channel in 0..<channels {
            var sum: Float = 0
            var place = start * channels + channel
            for tap in column * columns.count..<(column + 1) * columns.count {
              sum += weights[tap] * line[place]
              place += channels
            }
            target[column * channels + channel] = sum
          }
        }
      }
    }
  }

  private func store(_ sum: [Float], into target: UnsafeMutableBufferPointer<UInt8>) {
    guard source.hasAlpha else {
      for index in 0..<target.count { target[index] = UInt8(clampedSample: sum[index]) }
      return
    }
    for pixel in Swift.stride(from: 0, to: target.count, by: 4) {
      let alpha = sum[pixel + 3]
      let scale = alpha > 0.5 ? 255 / alpha : 0
      for channel in 0..<3 {
        target[pixel + channel] = UInt8(clampedSample: sum[pixel + channel] * scale)
      }
      target[pixel + 3] = UInt8(clampedSample: alpha)
    }
  }
}

extension UInt8 {
  /// The nearest sample; values outside 0…255 are cut, what is no number is 0.
  @inline(__always)
  init(clampedSample value: Float) {
    let bounded = value > 0 ? (value < 255 ? value : 255) : 0
    self = UInt8(truncatingIfNeeded: Int32(bounded + 0.5))
  }
}
