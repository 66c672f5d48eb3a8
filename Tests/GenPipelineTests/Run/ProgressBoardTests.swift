import Synchronization
import Testing

@testable import GenPipeline

struct ProgressBoardTests {
  private let shop = Workshop()
  private let clock = StoppedClock()

  private func board(usually: [String: Double] = [:]) -> ProgressBoard {
    ProgressBoard(
      tell: { [journal = shop.journal] in journal.write($0) }, usualSeconds: { usually[$0] },
      clock: { [clock] in clock.now })
  }

  private func node(_ number: Int) async throws -> Node {
    try #require(try await shop.graph.call(shop.make(), ["number": .int(number)]).node)
  }

  private var outlooks: [Outlook] {
    shop.journal.events.compactMap { event in
      if case .progressed(_, _, let outlook) = event { outlook } else { nil }
    }
  }

  @Test func `the time left comes from how far the work is`() async throws {
    let (board, node) = (board(), try await node(1))
    board.need(node)
    _ = board.begin(node, isTold: true)
    for (seconds, fraction) in [(3, 0.25), (1, 0.5), (4, 1)] {
      clock.advance(by: .seconds(seconds))
      board.report(node, .init(fraction: fraction, note: ""))
    }
    #expect(outlooks.map(\.secondsLeft) == [9, 4, 0])
    #expect(outlooks.allSatisfy { $0.neededCount == 1 && $0.finishedCount == 0 })
  }

  @Test func `until it is said how far the work is, the time left is what is usual, never below 0`()
    async throws
  {
    let (board, first, second) = (
      board(usually: ["make": 10]), try await node(1), try await node(2)
    )
    board.need(first)
    board.need(second)
    _ = board.begin(first, isTold: true)
    for seconds in [4, 5, 6] {
      clock.advance(by: .seconds(seconds))
      board.report(first, .init(fraction: 0, note: ""))
    }
    #expect(outlooks.map(\.secondsLeft) == [16, 11, 10])
  }
}

/// A clock that stands still until it is moved.
private final class StoppedClock: Sendable {
  private let time = Mutex(ContinuousClock.now)
  var now: ContinuousClock.Instant { time.withLock { $0 } }
  func advance(by duration: Duration) { time.withLock { $0 += duration } }
}
