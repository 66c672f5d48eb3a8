import GenDigest
import GenMedia

extension Value {
  /// The SHA-256 of the value: equal for equal values on every machine and in every run.
  ///
  /// A call that has still to be run stands with its key, a function with its identity, a picture,
  /// film or sound with its samples, a mesh or table with its numbers. Films are read through once. The bytes summed are the number of the
  /// case, then its content; numbers have eight bytes, lowest first, and texts their length before.
  ///
  /// - Throws: what reading the frames of a film throws.
  public func digest() throws -> Digest {
    let hasher = Hasher256()
    try feed(hasher)
    return hasher.finalize()
  }

  private func feed(_ hasher: Hasher256) throws {
    hasher.update(tag)
    switch self {
    case .none: break
    case .bool(let flag): hasher.update(flag ? 1 : 0 as UInt64)
    case .int(let whole): hasher.update(UInt64(bitPattern: Int64(whole)))
    case .number(let number): hasher.update(number.canonicalBits)
    case .text(let text), .symbol(let text): hasher.updateCounted(text)
    case .color(let color):
      hasher.update([color.red, color.green, color.blue, color.alpha])
    case .quantity(let quantity):
      hasher.updateCounted(quantity.dimension.rawValue)
      hasher.update(quantity.amount.canonicalBits)
    case .list(let elements):
      hasher.update(UInt64(elements.count))
      for element in elements { try element.feed(hasher) }
    case .record(let fields):
      hasher.update(UInt64(fields.count))
      for field in fields.sorted(by: { $0.name < $1.name }) {
        hasher.updateCounted(field.name)
        try field.value.feed(hasher)
      }
    case .grid(let grid):
      hasher.update(UInt64(grid.axes.count))
      for axis in grid.axes {
        hasher.updateCounted(axis.name)
        try Value.list(axis.values).feed(hasher)
      }
      try Value.list(grid.elements).feed(hasher)
    case .prompt(let prompt): prompt.feed(hasher)
    case .sampler(let plan):
      hasher.update(UInt64(plan.legs.count))
      for leg in plan.legs {
        hasher.updateCounted(leg.name)
        hasher.update(UInt64(bitPattern: Int64(leg.stepCount)))
      }
    case .model(let choice):
      for parts in [choice.parts, choice.additions] {
        hasher.update(UInt64(parts.count))
        for part in parts {
          hasher.updateCounted(part.name)
          hasher.update(part.share.bitPattern)
        }
      }
      hasher.updateCounted(choice.medium?.description ?? "")
    case .image(let image): hasher.update(try Digest.ofContent(image.feedContent).bytes)
    case .video(let video): hasher.update(try Digest.ofContent(video.feedContent).bytes)
    case .audio(let sound): hasher.update(try Digest.ofContent(sound.feedContent).bytes)
    case .mesh(let mesh): hasher.update(try Digest.ofContent(mesh.feedContent).bytes)
    case .table(let table): hasher.update(try Digest.ofContent(table.feedContent).bytes)
    case .method(let method):
      hasher.updateCounted(method.name)
      try Value.record(method.settings).feed(hasher)
    case .fitted(let model):
      hasher.update(UInt64(model.content.count))
      hasher.update(model.content)
    case .trace(let trace): try Value.record(trace.fields).feed(hasher)
    case .function(let function): hasher.updateCounted(function.identity)
    case .deferred(let node): hasher.updateCounted(node.key)
    }
  }

  /// Which case it is; part of every key and of every file in the cache, so never renumbered.
  var tag: UInt64 {
    switch self {
    case .none: 0
    case .bool: 1
    case .int: 2
    case .number: 3
    case .text: 4
    case .color: 5
    case .quantity: 6
    case .symbol: 7
    case .list: 8
    case .record: 9
    case .prompt: 10
    case .sampler: 11
    case .model: 12
    case .image: 13
    case .video: 14
    case .function: 15
    case .deferred: 16
    case .grid: 17
    case .audio: 18
    case .mesh: 19
    case .trace: 20
    case .table: 21
    case .fitted(let model): model.isFamily ? 24 : 22
    case .method: 23
    }
  }
}

extension Prompt {
  fileprivate func feed(_ hasher: Hasher256) {
    for parts in [wanted, avoided, ending] {
      hasher.update(UInt64(parts.count))
      for part in parts {
        hasher.updateCounted(part.text)
        hasher.update(part.weight.canonicalBits)
      }
    }
  }
}

extension Double {
  /// The bits, with one zero and one not-a-number.
  fileprivate var canonicalBits: UInt64 {
    if isNaN { return Double.nan.bitPattern }
    return self == 0 ? 0 : bitPattern
  }
}

extension Digest {
  fileprivate static func ofContent(
    _ feed: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws -> Digest {
    let hasher = Hasher256()
    try feed { hasher.update($0) }
    return hasher.finalize()
  }
}
