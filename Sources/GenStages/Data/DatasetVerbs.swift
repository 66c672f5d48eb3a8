import GenMedia
import GenPipeline
import GenWeights
import GenWorlds

extension Studio {
  /// Tables to work with.
  @CatalogBuilder var datasetVerbs: [Stage] {
    Stage(
      "hospital",
      "A small hospital that never was: its patients, and the visits that they paid to it.",
      topic: "tables",
      Parameter("patients", "How many.", in: 1...1_000_000, default: 500),
      Parameter("seed", "Another seed, other people.", in: 0...4_294_967_295, setting: "seed"),
      examples: [
        .init("hospital(20).patients", "Table of 20 rows, 9 columns"),
        .init("(hospital(20).patients |> rows)[0].patient", "\"P-00001\""),
      ],
      result: .byArguments { _ in
        guard let small = try? Hospital(patientCount: 1, seed: 0) else { return .unknown }
        return .record([
          .init("patients", .table(small.patients.rowType)),
          .init("visits", .table(small.visits.rowType)),
        ])
      }
    ) { (count: Int, seed: Int) in
      let made = try Hospital(patientCount: count, seed: UInt64(bitPattern: Int64(seed)))
      return Tables([("patients", made.patients), ("visits", made.visits)])
    }
    Stage(
      "dataset", "A well-known table by its name, fetched once.", topic: "tables",
      parameters: [
        ParameterInfo(
          "name", "Which: \(datasets.joined(separator: ", ")).", .choice(datasets),
          default: nil)
      ],
      result: .byArguments { [self] call in
        guard let name = call.constants["name"].flatMap(String.init),
          let files = try? store.files(of: name)
        else { return .table(.unknown) }
        return .table(try tables.look(path(of: files)).table.rowType)
      },
      examples: [], models: { [String($0["name"] ?? .none)].compactMap { $0 } }
    ) { [self] arguments in
      let name: String = try arguments.read("name")
      let files = try await store.get(name) { [announce] event in
        if let sentence = event.sentence { announce(.fetching(sentence)) }
      }
      return .table(try tables.read(path(of: files)).table)
    }
  }

  /// The tables that the store knows.
  private var datasets: [String] { store.list().filter { $0.kind == "table" }.map(\.name) }

  private func path(of files: ModelFiles) -> String {
    let member = files.manifest.members.first { $0.name.hasSuffix(".csv") }
    return files.path(of: member?.name ?? "")
  }
}

/// Several tables under their names.
private struct Tables: ValueConvertible {
  static var valueType: ValueType { .variable("Tables") }
  let fields: [RecordField]

  init(_ tables: [(String, Table)]) { fields = tables.map { RecordField($0, .table($1)) } }
  init?(_ value: Value) {
    guard case .record(let fields) = value else { return nil }
    self.fields = fields
  }
  var value: Value { .record(fields) }
}
