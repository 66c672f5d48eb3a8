import Foundation
import GenMedia
import Testing

@testable import GenTables

private func texts(_ entries: TextEntries) -> [String] {
  (0..<entries.count).compactMap { entries[$0] }
}

/// Entries of each kind as files have them.
private let real: [(PersonalKind, [String])] = [
  (.name, ["Dr. Anna Müller", "WEBER, Ines", "Max van Dyk"]),
  (.email, ["adele@letters.org", "bodo.b+x@letters.org", "cyrus@hosting.de"]),
  (.phone, ["+49 30 1234567", "+49 (171) 998-8776"]),
  (.iban, ["DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819"]),
  (.card, ["4111 1111 1111 1111", "5500-0055-5555-5559"]),
  (.ip, ["192.168.1.7", "8.8.8.8"]),
  (.address, ["Oak Street 12, 01067 Dresden", "Lange Straße 3b, 10115 Berlin"]),
]

@Test func `entries made from nothing are of the same kind, and none of them was there`() {
  for (kind, entries) in real {
    let made = texts(PersonalForm(of: entries, kind).entries(300, seed: 7))
    #expect(made.count == 300)
    #expect(Set(made).isDisjoint(with: entries), "\(kind)")
    #expect(kind == .name || Set(made).count == 300, "\(kind): \(Set(made).count)")
    let column = Column(kind == .address ? "address" : "column", .text, .texts(TextEntries(made)))
    let looks = PersonalLook.kind(of: column)
    if kind != .name { #expect(looks == kind, "\(kind): \(made.prefix(3))") }
  }
}

@Test func `what is kept of entries tells nobody's`() throws {
  for (kind, entries) in real {
    let kept = String(
      decoding: try JSONEncoder().encode(PersonalForm(of: entries, kind)), as: UTF8.self)
    for entry in entries {
      for word in entry.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
      where word.count > 3 && !["Street", "Straße"].contains(word) {
        #expect(!kept.contains(word), "\(word) in \(kept)")
      }
    }
  }
}

@Test func `letters beside digits and short names are not kept, keys are no streets`() throws {
  func kept(_ text: String, _ kind: PersonalKind) throws -> String {
    String(decoding: try JSONEncoder().encode(PersonalForm(of: [text], kind)), as: UTF8.self)
  }
  #expect(try kept("0x4Fab-9c Oak St 3b", .address).contains("#~#^~~-#~ ^~~ St #~"))
  #expect(try !kept("Le, Van", .name).contains("Le"))
  #expect(try kept("Dr. Eva van Dyk", .name).contains("Dr. ^~~ van ^~~"))
  let keys = (0..<40).map { "0x\(100_000 + 37 * $0)af" }
  let column = Column("wallet_address", .identifier, .texts(TextEntries(keys)))
  #expect(PersonalLook.kind(of: column) == nil)
}

@Test func `forms come as often as they were seen, and the seed says which entries`() {
  let phones = (0..<300).map { "+49 30 \(100_000 + $0)" } + (0..<100).map { "0171/\(1000 + $0)" }
  let form = PersonalForm(of: phones, .phone)
  let made = texts(form.entries(2000, seed: 1))
  let share = Double(made.count { $0.hasPrefix("+49 ") }) / 2000
  #expect(abs(share - 0.75) < 0.04, "\(share)")
  #expect(made.allSatisfy { $0.count == ($0.hasPrefix("+") ? 13 : 9) })
  #expect(made == texts(form.entries(2000, seed: 1)))
  #expect(made != texts(form.entries(2000, seed: 2)))
  let gappy = form.entries(2000, missing: 0.3, seed: 1)
  #expect(abs(Double(gappy.missingCount) / 2000 - 0.3) < 0.04)
}

@Test func `titles stay, names keep their order, and as keys they are all different`() {
  let form = PersonalForm(of: ["Dr. Anna Müller"], .name)
  let made = texts(form.entries(30_000, unique: true, seed: 3))
  #expect(Set(made).count == 30_000)
  #expect(made.allSatisfy { $0.hasPrefix("Dr. ") && $0.split(separator: " ").count >= 3 })
}

@Test func `a form without outlines or of outlines without end is not sound`() throws {
  func form(_ text: String) throws -> PersonalForm {
    try JSONDecoder().decode(PersonalForm.self, from: Data(text.utf8))
  }
  #expect(try !form(#"{"kind": "phone", "outlines": []}"#).isSound)
  func outlined(_ text: String, _ count: Int) throws -> PersonalForm {
    try form("{\"kind\": \"phone\", \"outlines\": [{\"text\": \"\(text)\", \"count\": \(count)}]}")
  }
  #expect(try !outlined("#", 0).isSound)
  #expect(try !outlined(String(repeating: "#", count: 10_000), 1).isSound)
  #expect(try outlined("#", 1).isSound)
}
