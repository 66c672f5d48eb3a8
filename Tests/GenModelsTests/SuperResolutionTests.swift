import Foundation
import GenTensor
import GenWeights
import Testing

@testable import GenModels

@Suite struct SuperResolutionTests {
  private func upscaler(
    _ factor: Int, mode: NumericMode = .f32, pixelBudget: Int = Upscaler.pixelBudget
  ) throws -> Upscaler {
    try Upscaler(
      graphPath: Fixture.path("upscale-tiny-x\(factor).param"),
      blobPath: Fixture.path("upscale-tiny.bin"), mode: mode, pixelBudget: pixelBudget)
  }

  private func clamped(_ numbers: [Float]) -> [Float] { numbers.map { min(max($0, 0), 1) } }

  @Test(arguments: [2, 3, 4]) func `pictures are enlarged as PyTorch does it`(factor: Int)
    async throws
  {
    let cases = try Fixture.weights("upscale-tiny-cases.safetensors")
    let found = try upscaler(factor).enlarged(cases.array("input"))
    let expected = try cases.array("x\(factor)")
    #expect(found.shape == expected.shape)
    #expect(largestDifference(found.floats, clamped(expected.floats)) < 2e-5)
  }

  @Test(arguments: [2, 3, 4]) func `half the bits keep the picture`(factor: Int) throws {
    let cases = try Fixture.weights("upscale-tiny-cases.safetensors")
    let found = try upscaler(factor, mode: .bf16).enlarged(cases.array("input"))
    let expected = clamped(try cases.array("x\(factor)").floats)
    #expect(largestDifference(found.floats, expected) < 4e-2)
  }

  @Test(arguments: [(2, 61, 47), (3, 40, 90), (4, 53, 29), (4, 7, 200)])
  func `tiles make the picture that the whole makes`(
    factor: Int, height: Int, width: Int
  ) async throws {
    let pictures = try NDArray(normal: [2, height, width, 3], seed: 5)
    let whole = try upscaler(factor).enlarged(pictures)
    let tiled = try upscaler(factor, pixelBudget: 900).enlarged(pictures)
    #expect(whole.shape == [2, factor * height, factor * width, 3])
    #expect(largestDifference(tiled.floats, whole.floats) < 1e-5)
  }

  @Test func `tiles cover a picture once and trust no edge that is none`() {
    for whole in 1...60 {
      for length in 13...20 {
        let used = min(length, whole)
        let spans = Tiling.spans(of: whole, used, 5)
        #expect(spans.flatMap { Array($0.trusted) } == Array(0..<whole))
        for span in spans {
          #expect(span.source.count == used && span.source.lowerBound >= 0)
          #expect(span.source.upperBound <= whole)
          let (before, after) = (span.source.lowerBound, span.source.upperBound)
          #expect(before == 0 || span.trusted.lowerBound - before >= 5)
          #expect(after == whole || after - span.trusted.upperBound >= 5)
        }
      }
    }
  }

  @Test func `progress rises to one and a stopped task stops`() async throws {
    let pictures = NDArray(zeros: [3, 50, 50, 3])
    let upscaler = try upscaler(4, pixelBudget: 900)
    let log = ProgressLog()
    _ = try upscaler.enlarged(pictures) { log.add($0) }
    #expect(log.values == log.values.sorted())
    #expect(log.values.last == 1)
    let task = Task {
      try await Task.sleep(for: .milliseconds(1))
      return try upscaler.enlarged(NDArray(zeros: [400, 50, 50, 3]))
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func `no pictures and wrong shapes are answered`() throws {
    let upscaler = try upscaler(2)
    #expect(try upscaler.enlarged(NDArray(zeros: [0, 4, 4, 3])).shape == [0, 8, 8, 3])
    for shape: Shape in [[4, 4, 3], [1, 4, 4, 4], []] {
      #expect(throws: TensorError.self) { try upscaler.enlarged(NDArray(zeros: shape)) }
    }
  }

  @Test(
    arguments: [
      ("Interp enlarge 1 1 data_0 plain 0=1", "Interp enlarge 1 1 data_0 plain 0=2"),
      ("1=4.000000e+00", "1=3.000000e+00"), ("BinaryOp add 2 1", "BinaryOp add 2 1 detail plain x"),
      ("4=1 5=1 6=216", "4=1 5=0 6=216"), ("Interp reduce", "Interp reduced"),
      ("0=3 1=5.000000e-01", "0=2 1=5.000000e-01"), ("1=5.000000e-01", "1=2.500000e-01"),
      ("PixelShuffle shuffle 1 1 c4 detail 0=4", "PixelShuffle shuffle 1 1 c4 detail 0=2"),
      ("PReLU act3 1 1 c3 a3 0=8", "ReLU act3 1 1 c3 a3"),
    ])
  func `a network of another form is refused by name`(old: String, new: String) throws {
    let graph = try String(contentsOfFile: Fixture.path("upscale-tiny-x2.param"), encoding: .utf8)
    let changed = graph.replacingOccurrences(of: old, with: new)
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).param").path
    try changed.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    if old == "Interp reduce" {
      _ = try Upscaler(graphPath: path, blobPath: Fixture.path("upscale-tiny.bin"))
    } else {
      #expect(throws: WeightsError.self) {
        try Upscaler(graphPath: path, blobPath: Fixture.path("upscale-tiny.bin"))
      }
    }
  }
}

/// Numbers as they came, from whichever thread.
final class ProgressLog: @unchecked Sendable {
  private let lock = NSLock()
  private var numbers: [Double] = []
  func add(_ number: Double) { lock.withLock { numbers.append(number) } }
  var values: [Double] { lock.withLock { numbers } }
}
