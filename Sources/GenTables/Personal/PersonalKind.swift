/// What a column may tell about people.
public enum PersonalKind: String, Sendable, Hashable, Codable, CaseIterable {
  case name, email, phone, iban, card, address, ip
  /// Signs of which each stands for somebody: `AB-1234`, social security numbers.
  case code

  /// Whether a column of numbers can hold it.
  public var suitsNumbers: Bool {
    switch self {
    case .phone, .card, .code: true
    case .name, .email, .iban, .address, .ip: false
    }
  }

  /// As a sentence says it: `looks like e-mail addresses`.
  public var plural: String {
    switch self {
    case .name: "names of people"
    case .email: "e-mail addresses"
    case .phone: "phone numbers"
    case .iban: "bank accounts (IBAN)"
    case .card: "card numbers"
    case .address: "addresses"
    case .ip: "addresses of computers (IP)"
    case .code: "codes that name people"
    }
  }

  /// Words in the name of a column that say so, in English, German, French and Spanish.
  var hints: Set<String> {
    switch self {
    case .name:
      [
        "name", "names", "surname", "forename", "firstname", "lastname", "fullname", "givenname",
        "familyname", "vorname", "nachname", "nom", "prenom", "nombre", "apellido",
      ]
    case .email: ["email", "mail", "emails"]
    case .phone: ["phone", "telephone", "tel", "mobile", "fax", "telefon", "handy", "telefono"]
    case .iban: ["iban", "konto", "account"]
    case .card: ["card", "creditcard", "karte", "pan"]
    case .address:
      ["address", "street", "adresse", "strasse", "straße", "rue", "calle", "direccion"]
    case .ip: ["ip", "ipaddress"]
    case .code:
      [
        "ssn", "passport", "kunde", "kundennummer", "customer", "licence", "license", "insurance",
        "mrn", "svnr", "taxid", "nhs",
        "patient",
        "patientid", "customerid", "personid", "plate",
      ]
    }
  }
}
