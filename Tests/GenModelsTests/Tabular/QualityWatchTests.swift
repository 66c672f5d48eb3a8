import Foundation
import GenMedia
import Synchronization
import Testing

@testable import GenModels

@Suite struct QualityWatchTests {
  private static var settings: TVAE.Settings {
    var settings = TVAE.Settings(epochs: 220)
    (settings.batchCount, settings.embedding) = (100, 16)
    (settings.encoderWidths, settings.decoderWidths) = ([32], [32])
    return settings
  }

  @Test func `the quality is told now and then, rises, and stays with the losses`() async throws {
    let table = try TableSamples.correlated(0.8, count: 1000)
    let told = Mutex<[Int: Float]>([:])
    let run = FittingRun(seed: 1) { event in
      if let quality = event.losses[FittingEvent.quality] {
        told.withLock { $0[event.step] = quality }
      }
    }
    let model = try await FittedTable(TVAE.self, table, Self.settings, run: run)
    let qualities = told.withLock { $0.sorted { $0.key < $1.key } }
    #expect((2...20).contains(qualities.count), "\(qualities)")
    #expect(qualities.allSatisfy { (0...1).contains($0.value) })
    let curve = try #require(model.provenance.losses.first { $0.name == FittingEvent.quality })
    #expect(curve.means.count == qualities.count)
    let last = try #require(curve.means.last)
    #expect(last > 0.75 && last >= (curve.means.first ?? 1) - 0.05, "\(curve.means)")
  }

  @Test func `looking changes nothing of what is learned`() async throws {
    let table = try TableSamples.correlated(0.8, count: 400)
    var settings = Self.settings
    settings.epochs = 130
    let first = try await TVAE.fitted(to: table, settings, FittingRun(seed: 1)).stored()
    let path = NSTemporaryDirectory() + "/watch-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let task = Task {
      try await TVAE.fitted(
        to: table, settings,
        FittingRun(seed: 1, checkpoint: path) { event in
          if event.step == 501 { withUnsafeCurrentTask { $0?.cancel() } }
        })
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    let resumed = try await TVAE.fitted(
      to: table, settings, FittingRun(seed: 1, checkpoint: path)
    ).stored()
    #expect(resumed.arrays.mapValues(\.floats) == first.arrays.mapValues(\.floats))
  }
}
