import GenMedia
import Testing

@testable import GenTables

private let disguise = Disguise(secret: [1, 2, 3])

private func texts(_ column: Column) -> [String?] { (0..<column.count).map(column.text) }

@Test(arguments: [
  (PersonalKind.iban, "DE89 3704 0044 0532 0130 00"), (.card, "4111-1111-1111-1111"),
  (.email, "ada@mail.org"), (.ip, "10.1.2.3"), (.phone, "+49 (30) 123-4567"),
])
func `what is made up is of the same kind and form`(kind: PersonalKind, text: String) {
  let made = disguise.replaced(text, kind)
  #expect(made != text)
  let column = Column("column", .text, .texts(TextEntries([made])))
  #expect(PersonalLook.kind(of: column) == kind, "\(made)")
  func form(_ text: String) -> [Character] {
    text.map { $0.isPlainDigit ? "0" : $0.isPlainLetter ? "a" : $0 }
  }
  if kind != .email, kind != .ip { #expect(form(made) == form(text), "\(made)") }
}

@Test func `countries stay, and hosts are such as cannot exist`() {
  #expect(disguise.replaced("DE89370400440532013000", .iban).hasPrefix("DE"))
  #expect(disguise.replaced("+49 30 1234567", .phone).hasPrefix("+49 "))
  let first = disguise.replaced("ada@mail.org", .email)
  let second = disguise.replaced("Bo@mail.org", .email)
  #expect(first.hasSuffix(".example"))
  #expect(first.split(separator: "@").last == second.split(separator: "@").last)
  #expect(first != second)
}

@Test func `names keep their number of words, their order and their capitals`() {
  let plain = disguise.replaced("Ada Lovelace", .name)
  #expect(plain.split(separator: " ").count == 2 && plain != "Ada Lovelace")
  let turned = disguise.replaced("LOVELACE, Ada", .name)
  #expect(turned.contains(", ") && turned.prefix(3) == turned.prefix(3).uppercased())
  let street = disguise.replaced("12 Oak Street", .address)
  #expect(street.hasSuffix(" Street") && !street.contains("Oak"))
}

@Test func `the same entry becomes the same everywhere, under one secret`() {
  let column = Column("a", .text, .texts(TextEntries(["AB-12", nil, "AB-12", "AB-13"])))
  let made = texts(disguise.replacing(column, as: .code))
  #expect(made[0] == made[2] && made[1] == nil && made[0] != made[3])
  #expect(Disguise(secret: [1, 2, 3]).replaced("AB-12", .code) == made[0])
  #expect(Disguise(secret: [4]).replaced("AB-12", .code) != made[0])
}

@Test func `codes that differ stay different, of numbers as of texts`() {
  let all = (0..<2000).map { "K\($0 / 1000)-\(100 + $0 % 1000)" }
  let column = Column("id", .identifier, .texts(TextEntries(all)))
  let made = texts(disguise.replacing(column, as: .code)).compactMap { $0 }
  #expect(Set(made).count == 2000)
  #expect(
    made.allSatisfy { text in
      let signs = Array(text)
      return signs.count >= 6 && signs[0].isUppercase && signs[1].isNumber && signs[2] == "-"
        && signs.dropFirst(3).allSatisfy(\.isNumber)
    })
  let numbers = Column("id", .whole, .numbers((1000..<3000).map(Double.init) + [.nan]))
  guard let other = disguise.replacing(numbers, as: .code).numbers else {
    Issue.record("they are no numbers any more")
    return
  }
  #expect(Set(other.dropLast()).count == 2000 && other.last?.isNaN == true)
  #expect(other.dropLast().allSatisfy { (1000...9999).contains($0) })
}

@Test func `levels of a category stay as many`() {
  let levels = (0..<60).map {
    "Doctor \(Character(Unicode.Scalar(65 + UInt8($0 % 26))))x\($0 / 26)"
  }
  let codes = (0..<60).map(Int32.init) + [-1]
  let made = disguise.replacing(
    Column("name", .category, .codes(codes, levels: levels)), as: .name)
  #expect(made.codes?.codes == codes)
  #expect(Set(made.codes?.levels ?? []).count == 60)
}
