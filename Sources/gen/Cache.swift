import ArgumentParser
import Foundation
import GenPipeline
import GenSession

struct Cache: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows, verifies, trims or clears the results that are kept.",
    subcommands: [Show.self, Verify.self, Trim.self, Clear.self], defaultSubcommand: Show.self)

  static func open() throws -> DiskCache {
    do {
      guard let place = try CachePlace(environment: environmentVariables()) else {
        throw ValidationError("There is no home folder; set GEN_CACHE to one for the cache.")
      }
      return DiskCache(place)
    } catch let diagnostic as Diagnostic {
      throw fault(diagnostic)
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists what is kept.")
    func run() throws {
      let cache = try Cache.open()
      let entries = cache.entries()
      let total = entries.reduce(0) { $0 + $1.byteCount }
      put(
        "\(cache.place.folder): \(entries.count) result\(entries.count == 1 ? "" : "s"), \(byteText(total)) "
      )
      put("of \(byteText(cache.place.byteLimit))\n")
      for entry in entries.sorted(by: { $0.lastUse > $1.lastUse }).prefix(50) {
        let stage = entry.stage.padding(toLength: 12, withPad: " ", startingAt: 0)
        put("  \(entry.key.prefix(12))  \(stage)  \(byteText(entry.byteCount))  ")
        put("took \((entry.seconds * 10).rounded() / 10) s\n")
      }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Reads everything and drops damage.")
    func run() throws {
      let found = try Cache.open().verify()
      put("\(found.soundCount) sound, \(found.dropped.count) damaged and dropped\n")
    }
  }

  struct Trim: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Drops the least recently used results until the rest is small enough.")
    @Option(name: .long, help: "Such as 500MB.") var to: String
    func run() throws {
      guard let limit = CachePlace.byteCount(to) else {
        throw ValidationError("\"\(to)\" is no size; use a number with a unit, such as 500MB")
      }
      let gone = try Cache.open().trim(to: limit)
      put("dropped \(gone.count) results, \(byteText(gone.byteCount))\n")
    }
  }

  struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Drops everything.")
    func run() throws {
      let gone = try Cache.open().clear()
      put("dropped \(gone.count) results, \(byteText(gone.byteCount))\n")
    }
  }
}
