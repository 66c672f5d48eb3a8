import Foundation
import GenMedia
import GenPipeline
import GenSession
import Synchronization

/// How far the work of a cell is: an output that is written over, and whose place the first result
/// takes.
final class ProgressDisplay: Sendable {
  private struct State {
    /// The cell at work.
    var request: Request?
    var displayID: String?
    var nextDrawing = ContinuousClock.now
  }

  private let post: Post
  private let state = Mutex(State())

  init(_ post: Post) { self.post = post }

  /// Begins to show how far a cell is, once it has taken some time.
  func begin(for request: Request) {
    state.withLock { $0 = State(request: request, nextDrawing: .now + .milliseconds(300)) }
  }

  func show(_ event: RunEvent) {
    guard case .progressed(let node, let progress, let outlook) = event else { return }
    state.withLock { state in
      guard let request = state.request, .now >= state.nextDrawing else { return }
      state.nextDrawing = .now + .milliseconds(150)
      let isNew = state.displayID == nil
      let id = state.displayID ?? UUID().uuidString.lowercased()
      state.displayID = id
      let output = JupyterOutput.display(Self.bundle(node.stage.name, progress, outlook))
      post.publish(
        isNew ? "display_data" : "update_display_data", Display(output: output, displayId: id),
        for: request)
    }
  }

  /// The output that shows progress, for something else to be put there; nil where there is none.
  func takePlace() -> String? {
    state.withLock { state in
      defer { state.displayID = nil }
      return state.displayID
    }
  }

  /// Shows nothing more; an output that nothing took the place of goes blank.
  func end() {
    state.withLock { state in
      if let id = state.displayID {
        let blank = JupyterOutput.display(.init(["text/plain": ""]))
        post.publish(
          "update_display_data", Display(output: blank, displayId: id), for: state.request)
      }
      state = State()
    }
  }

  /// A bar, and the picture as it is so far.
  private static func bundle(
    _ name: String, _ progress: StageContext.Progress, _ outlook: Outlook
  ) -> JupyterOutput.Bundle {
    let line = ProgressLine.line(name, progress, outlook, columns: 100)
    let value = progress.fraction.map { " value=\"\(max(0, min(1, $0)))\"" } ?? ""
    let left = outlook.secondsLeft.map { ", \(ProgressLine.time($0)) left" } ?? ""
    var html =
      "<div><progress max=\"1\"\(value)></progress> \(name): \(progress.note)\(left)</div>"
    if let picture = progress.preview, let bytes = try? picture.png() {
      let medium = Rendition.Medium(
        bytes: bytes, format: .png, width: picture.width, height: picture.height)
      html += medium.tag
    }
    return JupyterOutput.Bundle(["text/html": html, "text/plain": line])
  }
}
