import GenPipeline
import GenStages

extension Command {
  static let cache: Command = Command(
    name: "cache", summary: "Shows, verifies, trims or clears the results that are kept.",
    usage: ":cache\n:cache verify\n:cache trim 500MB\n:cache clear",
    argument: .words(["verify", "trim ", "clear"])
  ) { context, argument in
    guard let cache = context.workshop.cache else {
      putLine("no results are kept: there is no home folder; set GEN_CACHE to one for the cache")
      return true
    }
    let words = argument.split(separator: " ").map(String.init)
    do {
      switch (words.first, words.count) {
      case (nil, _): put(cache.listing())
      case ("verify", 1):
        let work = Task { try cache.verify() }
        putLine(try await Interrupts.cancelling(work).sentence)
      case ("clear", 1): putLine(cache.clear().sentence)
      case ("trim", 2):
        guard let limit = CachePlace.byteCount(words[1]) else {
          putLine("\"\(words[1])\" is no size; use a number with a unit, such as 500MB")
          return true
        }
        putLine(cache.trim(to: limit).sentence)
      default: put(Command.cache.page)
      }
    } catch is CancellationError {
      putLine("stopped")
    } catch {
      putLine(Studio.describe(error).message)
    }
    return true
  }

  static let models: Command = Command(
    name: "models", summary: "Lists, explains, fetches and verifies models.",
    usage: ":models\n:models matinee\n:models get NAME\n:models verify NAME",
    argument: .model(["get ", "verify "])
  ) { context, argument in
    let store = context.workshop.studio.store
    let words = argument.split(separator: " ").map(String.init)
    do {
      switch (words.first, words.count) {
      case (nil, _): put(store.listing())
      case (let name?, 1): put(try store.manifest(of: name).page)
      case ("verify", 2): putLine(try store.verify(words[1]).sentence)
      case ("get", 2):
        let work = Task {
          try await store.get(words[1]) { event in
            if let text = event.sentence { putLine(text) }
          }
        }
        _ = try await Interrupts.cancelling(work)
        putLine("\(words[1]) is here")
      default: put(Command.models.page)
      }
    } catch is CancellationError {
      putLine("stopped")
    } catch {
      putLine(Studio.describe(error).message)
    }
    return true
  }
}
