/// Where every value that a program computes lies in its one block of memory.
///
/// - Invariant: two values that are needed at the same time do not overlap.
/// - Source: Pisarchyk & Lee 2020, arXiv:2001.03288v1, greedy by size.
struct MemoryPlan {
  /// A stretch of memory and the steps from the one that writes it to the last that reads it.
  struct Block {
    let byteCount: Int
    let first: Int
    var last: Int
  }

  private(set) var offsets: [Int]
  private(set) var byteCount = 0

  init(_ blocks: [Block]) {
    offsets = [Int](repeating: 0, count: blocks.count)
    let order = blocks.indices.sorted {
      (blocks[$0].byteCount, blocks[$1].first) > (blocks[$1].byteCount, blocks[$0].first)
    }
    var placed: [Int] = []
    for index in order where blocks[index].byteCount > 0 {
      let block = blocks[index]
      let size = MemoryPlan.rounded(block.byteCount)
      var offset = 0
      for other in placed where blocks[other].isNeeded(with: block) {
        if offset + size <= offsets[other] { break }
        offset = max(offset, offsets[other] + MemoryPlan.rounded(blocks[other].byteCount))
      }
      offsets[index] = offset
      byteCount = max(byteCount, offset + size)
      let position = placed.partitioningIndex { offsets[$0] >= offset }
      placed.insert(index, at: position)
    }
  }

  private static func rounded(_ byteCount: Int) -> Int { (byteCount + 63) & ~63 }

  /// Whether the invariant holds, for tests.
  func checkInvariants(_ blocks: [Block]) -> Bool {
    for left in blocks.indices {
      for right in blocks.indices where right > left && blocks[left].isNeeded(with: blocks[right]) {
        let overlap =
          offsets[left] < offsets[right] + blocks[right].byteCount
          && offsets[right] < offsets[left] + blocks[left].byteCount
        if overlap && blocks[left].byteCount > 0 && blocks[right].byteCount > 0 { return false }
      }
    }
    return blocks.indices.allSatisfy { offsets[$0] + blocks[$0].byteCount <= byteCount }
  }
}

extension MemoryPlan.Block {
  fileprivate func isNeeded(with other: MemoryPlan.Block) -> Bool {
    first <= other.last && other.first <= last
  }
}

extension Array {
  /// The first place from which on `predicate` holds, in an array that it parts in two.
  fileprivate func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
