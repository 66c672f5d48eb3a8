import ArgumentParser
import Foundation
import GenPipeline
import GenSession

struct Cache: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "Shows, verifies, trims or clears the results that are kept.",
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
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Lists what is kept.")
    func run() throws {
      put(try Cache.open().listing())
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify", abstract: "Reads everything and drops damage.")
    func run() throws {
      put(try Cache.open().verify().sentence + "\n")
    }
  }

  struct Trim: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "trim",
      abstract: "Drops the least recently used results until the rest is small enough.")
    @Option(name: .long, help: "Such as 500MB.") var to: String
    func run() throws {
      guard let limit = CachePlace.byteCount(to) else {
        throw ValidationError("\"\(to)\" is no size; use a number with a unit, such as 500MB")
      }
      put(try Cache.open().trim(to: limit).sentence + "\n")
    }
  }

  struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "clear", abstract: "Drops everything.")
    func run() throws {
      put(try Cache.open().clear().sentence + "\n")
    }
  }
}
