import ArgumentParser
import Foundation
import GenLanguage
import GenMedia
import GenPipeline
import GenSession
import GenStages

/// What a command tells: sentences for people, or one JSON event a line.
final class Console: Sendable {
  enum Manner: Sendable { case text, quiet, json }

  private let manner: Manner
  private let terminal = Terminal.current()
  private let errors = Terminal.current(descriptor: STDERR_FILENO)
  private let progress: ProgressLine

  init(_ manner: Manner) {
    self.manner = manner
    progress = ProgressLine(terminal: errors)
  }

  func tell(_ event: RunEvent) {
    switch (manner, event) {
    case (.json, .started(let node)): json(["event": "started", "stage": node.stage.name])
    case (.json, .progressed(let node, let step, let outlook)):
      json([
        "event": "progress", "stage": node.stage.name, "fraction": step.fraction,
        "note": step.note, "secondsLeft": outlook.secondsLeft,
      ])
    case (.json, .finished(let node, let seconds, let origin)):
      json([
        "event": "finished", "stage": node.stage.name, "seconds": seconds,
        "origin": origin.rawValue,
      ])
    case (_, .warned(let diagnostic)): tell(diagnostic, in: Sources())
    case (.text, _): progress.show(event)
    default: break
    }
  }

  private func tellSaved(_ report: MediaWriteReport, isKept: Bool = false) {
    if manner == .json {
      let isSeen = report.sound == nil && report.solid == nil && report.rows == nil
      json([
        "event": "saved", "path": report.path, "bytes": report.byteCount,
        "frames": isSeen ? report.frameCount : nil, "width": isSeen ? report.width : nil,
        "height": isSeen ? report.height : nil, "sampleRate": report.sound?.sampleRate,
        "samples": report.sound?.frameCount, "triangles": report.solid?.triangleCount,
        "rows": report.rows?.rowCount, "unchanged": isKept ? true : nil,
      ])
    } else {
      say(isKept ? report.sentenceOfKept : report.sentence)
    }
  }

  func tell(_ announcement: Studio.Announcement) {
    progress.clear()
    switch announcement {
    case .printed(let text):
      manner == .json ? json(["event": "printed", "text": text]) : put(text + "\n")
    case .shown(let value): show(value)
    case .saved(let report): tellSaved(report)
    case .kept(let report): tellSaved(report, isKept: true)
    case .savedText(let path, let count):
      manner == .json
        ? json(["event": "saved", "path": path, "bytes": count])
        : say("saved \(path) (\(byteText(count)))")
    case .claimed(let sentence):
      manner == .json
        ? json(["event": "claimed", "text": sentence]) : put("✓ \(sentence)\n")
    case .asked(let question):
      if manner == .json {
        json([
          "event": "asked", "text": question.text, "choices": question.choices,
          "answer": question.answerText, "reason": question.reason,
        ])
      } else {
        put(question.page + question.solution)
      }
    case .fetching(let text), .noted(let text):
      manner == .json ? json(["event": "note", "text": text]) : say(text)
    }
  }

  func show(_ value: Value, facts: String = "") {
    progress.clear()
    guard manner != .json else {
      json(["event": "value", "type": "\(value.type)", "text": value.shortText(limit: 10_000)])
      return
    }
    do {
      let shown = try value.shown(on: terminal)
      if let picture = shown.picture { put(picture + "\n") }
      put(shown.facts + (facts.isEmpty ? "" : ", " + facts) + "\n")
    } catch {
      tell(Studio.describe(error), in: Sources())
    }
  }

  func tell(_ diagnostic: Diagnostic, in sources: Sources) {
    progress.clear()
    guard manner != .json else {
      json([
        "event": diagnostic.severity.rawValue, "code": diagnostic.code,
        "message": diagnostic.message, "hint": diagnostic.hint, "file": diagnostic.place?.file,
        "line": diagnostic.place?.line, "column": diagnostic.place?.column,
      ])
      return
    }
    put(
      diagnostic.rendered(in: sources, color: errors.hasColor) + "  [\(diagnostic.code)]\n",
      on: STDERR_FILENO)
  }

  /// A line that is left out with `--quiet`.
  func say(_ text: String) {
    progress.clear()
    if manner == .text { put(text + "\n", on: STDERR_FILENO) }
  }

  func finish() { progress.clear() }

  /// Tells nothing of how far work is while the person types.
  func rest(_ isResting: Bool) { progress.rest(isResting) }

  private func json(_ fields: [String: Any?]) {
    let known = fields.compactMapValues { $0 }
    guard
      let data = try? JSONSerialization.data(
        withJSONObject: known, options: [.sortedKeys, .withoutEscapingSlashes])
    else { return }
    put(String(decoding: data, as: UTF8.self) + "\n")
  }
}
