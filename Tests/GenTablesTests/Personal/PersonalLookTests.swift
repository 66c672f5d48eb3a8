import GenMedia
import Testing

@testable import GenTables

private func kind(_ name: String, _ texts: [String?], _ type: ColumnType = .text) -> PersonalKind? {
  PersonalLook.kind(of: Column(name, type, .texts(TextEntries(texts))))
}

@Test(arguments: [
  (["ada@mail.org", "bo.b+x@sub.host.de", nil], PersonalKind.email),
  (["DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819"], .iban),
  (["4111 1111 1111 1111", "5500-0055-5555-5559"], .card),
  (["192.168.1.7", "8.8.8.8"], .ip), (["fe80::1", "2001:db8::8a2e:370:7334"], .ip),
  (["+49 30 1234567", "+1 (555) 010-9999"], .phone),
])
func `what stands in a column says what it is, whatever it is called`(
  entries: [String?], expected: PersonalKind
) {
  #expect(kind("column", entries) == expected)
}

@Test func `a name of a column counts where the entries go with it`() {
  #expect(kind("Nachname", ["Müller", "O'Neil", "van Dyk"]) == .name)
  #expect(kind("patient_name", ["Ada Lovelace", "Bo, Ole"]) == .name)
  #expect(kind("filename", ["a.txt", "b/c.txt"]) == nil)
  #expect(kind("home_phone", ["030 1234567", "0171-998877"]) == .phone)
  #expect(kind("street", ["Oak Road 12"]) == .address)
  #expect(kind("PatientID", ["A-17", "A-18"], .identifier) == .code)
}

@Test func `names are seen under any heading, in several languages, and are told from places`() {
  let readers = ["Anna Müller", "Jürgen Groß", "Zoë Öztürk", "Max Lang", "Björn Ståhl"]
  #expect(kind("Leser", readers) == .name)
  #expect(kind("w", ["García, José", "Gómez, Lucía", "Ruiz, Xavier"]) == .name)
  #expect(kind("who", ["Anna", "Ibrahim", "Priya", "Giulia", "Wojciech"]) == .name)
  #expect(kind("city", ["San Francisco", "New York", "Los Angeles", "Saint Paul", "Lima"]) == nil)
  #expect(kind("car", ["Mercedes", "Opel", "Ford Fiesta", "Tesla", "Fiat"]) == nil)
  #expect(kind("film", ["The Big Sleep", "Annie Hall", "Jaws", "Die Hard"]) == nil)
  #expect(kind("size", ["Max", "Min", "Mean"]) == nil)
}

@Test func `what tells nothing about anybody is left alone`() {
  #expect(kind("region", ["north", "south"]) == nil)
  #expect(kind("note", ["call back at noon", "paid by card"]) == nil)
  #expect(kind("version", ["1.2.3", "1.2.4"]) == nil)
  #expect(kind("amount", ["4111111111111112", "12"]) == nil)
  #expect(kind("email", [nil, nil]) == nil)
  let ages = Column("age", .whole, .numbers([31, 42, .nan]))
  #expect(PersonalLook.kind(of: ages) == nil)
}

@Test func `a wrong check digit is no account`() {
  #expect(kind("column", ["DE88 3704 0044 0532 0130 00"]) == nil)
  #expect(kind("column", ["4111 1111 1111 1112"]) == nil)
}
