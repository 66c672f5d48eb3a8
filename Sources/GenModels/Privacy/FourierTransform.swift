import Foundation

/// The discrete Fourier transform of a power-of-two count of complex numbers.
///
/// - Source: Cooley & Tukey 1965, in place, decimation in time.
struct FourierTransform {
  private let count: Int
  /// The turns of each round one after the other: those of rounds over `half` begin at `half`.
  private let cosines: [Double]
  private let sines: [Double]

  /// - Requires: a power of two.
  init(count: Int) {
    self.count = count
    var angles = [0.0]
    var half = 1
    while half < count {
      angles += (0..<half).map { -Double.pi * Double($0) / Double(half) }
      half *= 2
    }
    cosines = angles.map { cos($0) }
    sines = angles.map { sin($0) }
  }

  /// Without the factor of the inverse: forward twice gives the numbers in reverse, times `count`.
  func forward(_ numbers: inout ComplexNumbers) {
    numbers.real.withUnsafeMutableBufferPointer { real in
      numbers.imaginary.withUnsafeMutableBufferPointer { imaginary in
        cosines.withUnsafeBufferPointer { cosines in
          sines.withUnsafeBufferPointer { sines in
            swap(real, imaginary)
            var half = 1
            while half < count {
              for start in stride(from: 0, to: count, by: 2 * half) {
                for place in 0..<half {
                  let (low, high, turn) = (start + place, start + place + half, half + place)
                  let re = real[high] * cosines[turn] - imaginary[high] * sines[turn]
                  let im = real[high] * sines[turn] + imaginary[high] * cosines[turn]
                  (real[high], imaginary[high]) = (real[low] - re, imaginary[low] - im)
                  (real[low], imaginary[low]) = (real[low] + re, imaginary[low] + im)
                }
              }
              half *= 2
            }
          }
        }
      }
    }
  }

  /// Puts every number where its place, read backwards in binary, says.
  private func swap(
    _ real: UnsafeMutableBufferPointer<Double>, _ imaginary: UnsafeMutableBufferPointer<Double>
  ) {
    var mirrored = 0
    for place in 0..<count {
      if place < mirrored {
        real.swapAt(place, mirrored)
        imaginary.swapAt(place, mirrored)
      }
      var bit = count / 2
      while bit > 0, mirrored & bit != 0 {
        mirrored ^= bit
        bit /= 2
      }
      mirrored |= bit
    }
  }
}

struct ComplexNumbers {
  var real: [Double]
  var imaginary: [Double]

  init(real: [Double]) {
    self.real = real
    imaginary = [Double](repeating: 0, count: real.count)
  }

  mutating func multiply(by other: ComplexNumbers) {
    for place in real.indices {
      let (re, im) = (real[place], imaginary[place])
      real[place] = re * other.real[place] - im * other.imaginary[place]
      imaginary[place] = re * other.imaginary[place] + im * other.real[place]
    }
  }

  mutating func square() {
    for place in real.indices {
      let (re, im) = (real[place], imaginary[place])
      real[place] = re * re - im * im
      imaginary[place] = 2 * re * im
    }
  }
}

/// Sums of products over all ways to choose one number of each list with places that add up to a
/// place, counted around a circle of `count`.
///
/// - Requires: `count` is a power of two, at least as long as each list.
func circularConvolution(_ factors: [(numbers: [Double], times: Int)], count: Int) -> [Double] {
  let transform = FourierTransform(count: count)
  var product = ComplexNumbers(real: [Double](repeating: 1, count: count))
  for (numbers, times) in factors {
    let padding = [Double](repeating: 0, count: count - numbers.count)
    var power = ComplexNumbers(real: numbers + padding)
    transform.forward(&power)
    var rest = times
    while rest > 0 {
      if rest & 1 == 1 { product.multiply(by: power) }
      rest >>= 1
      if rest > 0 { power.square() }
    }
  }
  transform.forward(&product)
  return product.real.indices.map { product.real[(count - $0) % count] / Double(count) }
}
