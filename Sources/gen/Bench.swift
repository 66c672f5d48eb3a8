import ArgumentParser
import GenMedia
import GenModels
import GenSession
import GenTensor

/// Times a network for `scripts/bench`, which holds it against PyTorch, or what Tab takes.
struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Times a network, or completion, on this machine.",
    shouldDisplay: false)

  @Argument(help: "One of \(Benchmarks.names.joined(separator: ", ")).") var name: String
  @Option(name: .long, help: "f32 or bf16.") var precision = "f32"
  @Option(name: .long, help: "Runs; the fastest one counts.") var count = 5
  @Option(name: .long, help: "A table to fit ctgan, tvae, tabdiff or tabformer to.") var table:
    String?
  @Option(name: .long, help: "How often the table is gone through.") var epochs: Int?
  @Option(name: .long, help: "Rows to make.") var rows = 1000
  @Option(name: .long, help: "Where the rows are written.") var out: String?

  func run() async throws {
    if name == "completion" {
      let workshop = try WorkOptions.parse([]).workshop(Console(.quiet))
      let seconds = try await workshop.measureCompletion(nameCount: 10_000, count: count)
      put("\(seconds)\n")
      return
    }
    if let table {
      if name == "read" { try read(table) } else { try await fit(table) }
      return
    }
    guard let mode = NumericMode(rawValue: precision), (1...1000).contains(count) else {
      throw ValidationError("--precision is f32 or bf16, --count from 1 to 1000")
    }
    let model = "realesr-animevideov3"
    let stem = try? Models.store().files(of: model).path(of: "\(model)-x4")
    do {
      let timing = try Benchmarks.run(name, mode: mode, count: count, weightsStem: stem)
      guard let timing else {
        throw ValidationError("no such benchmark, or its model is missing: gen models get \(model)")
      }
      put("\(timing.seconds) \(timing.flopCount)\n")
    } catch let error as ValidationError {
      throw error
    } catch { throw fault(error) }
  }

  /// Prints the seconds of reading a table.
  private func read(_ path: String) throws {
    do {
      let start = ContinuousClock.now
      _ = try MediaFile.readTable(path)
      put("\(start.duration(to: .now) / .seconds(1))\n")
    } catch { throw fault(error) }
  }

  /// Prints the seconds of a fit and of making rows.
  private func fit(_ path: String) async throws {
    do {
      let table = try MediaFile.readTable(path).table
      guard (0...1 << 20).contains(epochs ?? 0), (0...1 << 30).contains(rows),
        let result = try await TableBenchmark.run(name, on: table, epochs: epochs, rows: rows)
      else { throw ValidationError("no such method, or too many epochs or rows") }
      put("\(result.fit) \(result.sample)\n")
      if let out { _ = try MediaFile.write(result.made, to: out) }
    } catch let error as ValidationError {
      throw error
    } catch { throw fault(error) }
  }
}
