import Foundation
import GenMedia
import GenPipeline

extension CostRule {
  /// Work on every pixel of the result.
  ///
  /// - Parameters:
  ///   - parameter: The picture or film that the result is made of.
  ///   - weight: How many times as much work as resampling it is.
  ///   - extent: Of the result, from that of the argument.
  static func pixels(
    of parameter: String, weight: Double = 1,
    extent: @escaping @Sendable (CostCall, Cost.Extent) throws -> Cost.Extent = { $1 }
  ) -> CostRule {
    CostRule { call in
      let result = try extent(call, try call.extent(parameter))
      let price = await call.price(of: "pixels", measuring: Calibration.pixels)
      return Cost(
        seconds: price.map { weight * $0.seconds(units: result.pixelCount) },
        memory: 2 * result.frame.byteCount, extent: result)
    }
  }

  /// Frames are picked or put elsewhere: nothing to speak of.
  static func frames(
    of parameter: String,
    _ extent: @escaping @Sendable (CostCall, Cost.Extent) throws -> Cost.Extent
  ) -> CostRule {
    pixels(of: parameter, weight: 0, extent: extent)
  }

  /// Pictures side by side in one.
  static func sheet(
    of parameter: String, count: @escaping @Sendable (CostCall, Cost.Extent) throws -> Int
  ) -> CostRule {
    pixels(of: parameter, weight: 0.3) { call, picture in
      let count = max(1, try count(call, picture))
      let columns: Int? = try call.read("columns")
      let gap: Int = (try? call.read("gap")) ?? 4
      let across = min(columns ?? Int(Double(count).squareRoot().rounded(.up)), count)
      let down = (count + across - 1) / across
      return .init(
        width: across * (picture.width + gap) + gap, height: down * (picture.height + gap) + gap)
    }
  }

  /// Writing a picture or a film to a file.
  static func saving(_ parameter: String, with tool: MediaTool) -> CostRule {
    CostRule { call in
      let path: String = try call.read("path")
      guard let format = MediaFormat(path: path) else { return Cost(seconds: nil) }
      let extent = try call.extent(parameter)
      let price = await call.price(of: "saving \(format.rawValue)") {
        try await Calibration.saving(format, with: tool)
      }
      guard let price else { return Cost(seconds: nil) }
      return Cost(
        seconds: price.seconds(units: extent.pixelCount), memory: 8 * extent.frame.byteCount,
        disk: Int(price.bytesPerUnit * extent.pixelCount))
    }
  }
}
