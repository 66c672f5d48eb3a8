import Foundation
import GenTensor
import GenWeights
import Testing

@testable import GenModels

private func withFile(_ body: (String) async throws -> Void) async throws {
  let path = NSTemporaryDirectory() + "journal-\(UUID().uuidString)"
  defer { try? FileManager.default.removeItem(atPath: path) }
  try await body(path)
}

private func write(_ arrays: [String: [Float]], step: String, to path: String) throws {
  try SafetensorsFile.write(
    arrays.mapValues { try NDArray($0, shape: [$0.count]) }, metadata: ["step": step], to: path)
}

@Test func `what was written down is read again, finished pictures too`() async throws {
  try await withFile { path in
    var first = DrawingJournal(path: path)
    let pictures = [[1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]].map {
      FilmSamples(height: 1, width: 2, whole: $0)
    }
    for picture in pictures { first.note(picture: picture) }
    let waypoint = Trajectory.Waypoint(number: 4, sample: [0.1, 0.2], memory: [0.5, 7, 8])
    try await Task.sleep(for: .milliseconds(110))
    first.note(waypoint)
    var second = DrawingJournal(path: path)
    var request = Matinee.Request([1], frameCount: 4, seed: 0)
    (request.height, request.width) = (1, 2)
    #expect(second.takePicture(of: request) == pictures[0])
    #expect(second.takePicture(of: request) == pictures[1])
    #expect(second.takePicture(of: request) == nil)
    #expect(second.takeWaypoint() == waypoint)
    #expect(second.takeWaypoint() == nil)
    var third = DrawingJournal(path: path)
    (request.height, request.width) = (2, 2)
    #expect(third.takePicture(of: request) == nil)
  }
}

@Test func `steps that follow each other fast are not all written down`() async throws {
  try await withFile { path in
    var journal = DrawingJournal(path: path)
    journal.note(Trajectory.Waypoint(number: 1, sample: [1], memory: []))
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}

@Test(arguments: ["", "nonsense", String(repeating: "\u{0}", count: 400)])
func `a journal that makes no sense is as if there were none`(text: String) async throws {
  try await withFile { path in
    try Data(text.utf8).write(to: URL(filePath: path))
    var journal = DrawingJournal(path: path)
    #expect(journal.takeWaypoint() == nil)
    try write(["sample": [1]], step: "soon", to: path)
    journal = DrawingJournal(path: path)
    #expect(journal.takeWaypoint() == nil)
  }
}
