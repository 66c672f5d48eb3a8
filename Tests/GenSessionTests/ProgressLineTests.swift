import GenPipeline
import Testing

@testable import GenSession

@Test func `the line of progress says what, how far and how long`() {
  let line = ProgressLine.line(
    "diffuse", .init(fraction: 0.5, note: "step 10 of 20"),
    Outlook(finishedCount: 0, neededCount: 2, secondsLeft: 3.2), columns: 80)
  #expect(line == "diffuse  ████████░░░░░░░░  step 10 of 20  3 s left")
}

@Test func `the line of progress fits into a narrow terminal`() {
  let line = ProgressLine.line(
    "diffuse", .init(fraction: 7, note: String(repeating: "x", count: 500)),
    Outlook(finishedCount: 0, neededCount: 1, secondsLeft: nil), columns: 40)
  #expect(line.count == 39)
}

@Test func `the pace is that of what was counted since the first count`() throws {
  let start = ContinuousClock.now
  func pace(_ counts: [(Int, Double)], unit: String = "step") -> Pace? {
    counts.reduce(nil) { pace, count in
      Pace(after: pace, "key", .init(unit, count.0, of: 20), start + .seconds(count.1))
    }
  }
  #expect(pace([(1, 9)])?.text == nil)
  #expect(pace([(1, 9), (2, 9.25), (9, 11)])?.text == "4.0 steps/s")
  #expect(pace([(1, 0), (2, 2.5)], unit: "frame")?.text == "2.5 s a frame")
  #expect(pace([(8, 0), (1, 3), (101, 4)])?.text == "100 steps/s", "a run that begins anew")
  #expect(Pace(after: nil, "key", .init(fraction: 1, note: ""), start) == nil)
}

@Test func `times are told in the unit that suits them`() {
  let cases: [(Double, String)] = [
    (0.2, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (3700, "1 h 1 min"), (-.infinity, "0 s"),
    (.nan, "0 s"),
  ]
  for (seconds, text) in cases { #expect(ProgressLine.time(seconds) == text) }
}
