import GenMedia
import Testing

@testable import GenPipeline

private let picture = Image(width: 2, height: 2, filledWith: [9, 8, 7])

private func step(_ number: Int, time: Double, next: Double) -> Trace.Step {
  Trace.Step(
    number: number, draws: "picture", sampler: "heun", time: time, next: next, given: picture,
    withWords: picture, withoutWords: picture, others: [picture], predicted: picture,
    later: [picture], sample: picture,
    pixel: Trace.Pixel(given: 1, withWords: 0.5, withoutWords: 0.25, predicted: -1, sample: 0),
    formula: "x′ = x")
}

private func trace(_ times: [Double]) -> Trace? {
  Trace(
    verb: "diffuse", picture: picture, guidance: 3, questions: 4,
    steps: zip(times, times.dropFirst()).enumerated().map {
      step($0 + 1, time: $1.0, next: $1.1)
    },
    words: [
      Trace.Word(word: "cat", attention: picture, share: 0.1, map: picture, change: 1.5)
    ])
}

@Test func `a trace comes back from the cache as it was`() throws {
  let value = Value.trace(try #require(trace([0, 0.5, 1])))
  let back = try ValueDecoder.decode(value.encoded())
  #expect(back.equals(value) == true)
  #expect(try back.digest() == value.digest())
  #expect(value.byteCount > 0)
  #expect(value.shortText() == "Trace of diffuse, 2 steps")
}

@Test func `bytes of a trace that lacks something are damage`() throws {
  let whole = try #require(trace([0, 1]))
  for name in whole.fields.map(\.name) where name != "schedule" {
    let rest = whole.fields.filter { $0.name != name }
    var bytes = try Value.record(rest).encoded()
    bytes[0] = UInt8(Value.trace(whole).tag)
    #expect(throws: Damage.self, "\(name)") { try ValueDecoder.decode(bytes) }
  }
}

@Test func `what programs may ask of a trace is there, and of the type that the check promises`()
  throws
{
  let fields = try #require(trace([0, 0.5, 1])).fields
  let found = ValueType.record(fields.map { .init($0.name, $0.value.type) })
  #expect(found == .record(Trace.members))
}

@Test func `the schedule is the noise before each step and after the last`() throws {
  #expect(try #require(trace([0, 0.1, 0.7, 1])).schedule == [1, 0.9, 0.3, 0])
  #expect(trace([0]) == nil)
}
