extension Image {
  /// The picture under a Gaussian whose standard deviation is `radius` pixels.
  ///
  /// Beyond the border the last pixel repeats; alpha is premultiplied meanwhile.
  /// - Throws: ``MediaError/badArgument(_:)`` for radii outside 0…500.
  public func blurred(radius: Double) throws -> Image {
    try Image.checkRadius(radius)
    guard radius > 0 else { return self }
    let weights = Image.gaussian(radius)
    let across = smoothedRows(premultiplied(), width, height, weights)
    let turned = transposed(across, width, height)
    let down = smoothedRows(turned, height, width, weights)
    return storing(transposed(down, height, width))
  }

  /// The picture with its edges raised: `amount` times what a blur of `radius` takes away is added.
  ///
  /// - Departs: colours only; alpha stays.
  public func sharpened(amount: Double = 1, radius: Double = 1) throws -> Image {
    guard amount.isFinite, (0...20).contains(amount) else {
      throw MediaError.badArgument("a picture cannot be sharpened by \(amount) (0...20)")
    }
    let soft = try blurred(radius: radius)
    var result = self
    let strength = Float(amount)
    result.pixels.withUnsafeMutableBufferPointer { pixels in
      soft.pixels.withUnsafeBufferPointer { soft in
        for place in 0..<pixels.count where !(channelCount == 4 && place & 3 == 3) {
          let sharp = Float(pixels[place])
          pixels[place] = UInt8(clampedSample: sharp + strength * (sharp - Float(soft[place])))
        }
      }
    }
    return result
  }

  fileprivate static func checkRadius(_ radius: Double) throws {
    guard radius.isFinite, (0...500).contains(radius) else {
      throw MediaError.badArgument("a blur cannot have a radius of \(radius) pixels (0...500)")
    }
  }

  private static func gaussian(_ deviation: Double) -> [Float] {
    let reach = Int((3 * deviation).rounded(.up))
    let raw = (-reach...reach).map { offset in
      let ratio = Double(offset) / deviation
      return Math.exponential(-ratio * ratio / 2)
    }
    let sum = raw.reduce(0, +)
    return raw.map { Float($0 / sum) }
  }

  private func premultiplied() -> [Float] {
    var samples = pixels.map(Float.init)
    guard hasAlpha else { return samples }
    for pixel in stride(from: 0, to: samples.count, by: 4) {
      for channel in 0..<3 { samples[pixel + channel] *= samples[pixel + 3] / 255 }
    }
    return samples
  }

  /// Each row of `width` pixels under `weights`.
  private func smoothedRows(
    _ samples: [Float], _ width: Int, _ height: Int, _ weights: [Float]
  ) -> [Float] {
    let channels = channelCount
    let reach = weights.count / 2
    let count = width * channels
    return [Float](unsafeUninitializedCapacity: samples.count) { target, filled in
      target.initialize(repeating: 0)
      filled = samples.count
      var line = [Float](repeating: 0, count: (width + 2 * reach) * channels)
      for row in 0..<height {
        for column in 0..<width + 2 * reach {
          let from = row * count + max(0, min(width - 1, column - reach)) * channels
          for channel in 0..<channels {
            line[column * channels + channel] = samples[from + channel]
          }
        }
        line.withUnsafeBufferPointer { line in
          for (tap, weight) in weights.enumerated() {
            let shift = tap * channels
            for index in 0..<count { target[row * count + index] += weight * line[shift + index] }
          }
        }
      }
    }
  }

  private func transposed(_ samples: [Float], _ width: Int, _ height: Int) -> [Float] {
    let channels = channelCount
    return [Float](unsafeUninitializedCapacity: samples.count) { target, filled in
      filled = samples.count
      samples.withUnsafeBufferPointer { samples in
        for row in 0..<height {
          for column in 0..<width {
            let (from, to) = ((row * width + column) * channels, (column * height + row) * channels)
            for channel in 0..<channels { target[to + channel] = samples[from + channel] }
          }
        }
      }
    }
  }

  private func storing(_ samples: [Float]) -> Image {
    var result = self
    result.pixels.withUnsafeMutableBufferPointer { pixels in
      for place in 0..<pixels.count {
        var value = samples[place]
        if channelCount == 4, place & 3 != 3 {
          let alpha = samples[place | 3]
          value = alpha > 0.5 ? value * 255 / alpha : 0
        }
        pixels[place] = UInt8(clampedSample: value)
      }
    }
    return result
  }
}

extension Video {
  /// Every frame under a Gaussian whose standard deviation is `radius` pixels.
  public func blurred(radius: Double) throws -> Video {
    try Image.checkRadius(radius)
    return mapFrames { frame, _ in try frame.blurred(radius: radius) }
  }

  /// Every frame with its edges raised.
  public func sharpened(amount: Double = 1, radius: Double = 1) throws -> Video {
    _ = try Image(width: 1, height: 1).sharpened(amount: amount, radius: radius)
    return mapFrames { frame, _ in try frame.sharpened(amount: amount, radius: radius) }
  }
}
