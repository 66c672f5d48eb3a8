import GenMedia

/// Patients, column by column.
struct PatientColumns {
  private var codes = TextEntries()
  private var names = TextEntries()
  private var mails = TextEntries()
  private var born: [Double] = []
  private var sexes: [Int32] = []
  private var regions: [Int32] = []
  private var insurances: [Int32] = []
  private var smokers: [Int32] = []
  private var masses: [Double] = []

  mutating func append(_ patient: Patient) {
    codes.append(patient.code)
    names.append("\(patient.given) \(patient.family)")
    let digits = patient.code.drop { !$0.isNumber }
    mails.append("\(patient.given).\(patient.family)\(digits)@post.org".lowercased())
    born.append(patient.born)
    sexes.append(patient.isWoman ? 0 : 1)
    regions.append(Int32(patient.region))
    insurances.append(patient.isPrivate ? 1 : 0)
    smokers.append(patient.isSmoker ? 1 : 0)
    // Those who came lying down were not weighed.
    let isWeighed = patient.born.truncatingRemainder(dividingBy: 29) != 0
    masses.append(isWeighed ? patient.bodyMass : .nan)
  }

  func table() throws -> Table {
    try Table([
      Column("patient", .identifier, .texts(codes)), Column("name", .text, .texts(names)),
      Column("mail", .text, .texts(mails)),
      Column("born", .date(format: "%Y-%m-%d"), .numbers(born)),
      Column("sex", .flag, .codes(sexes, levels: ["woman", "man"])),
      Column("region", .category, .codes(regions, levels: Patient.regions)),
      Column("insurance", .flag, .codes(insurances, levels: ["public", "private"])),
      Column("smoker", .flag, .codes(smokers, levels: ["no", "yes"])),
      Column("bmi", .number, .numbers(masses)),
    ])
  }
}

/// Visits, column by column.
struct VisitColumns {
  private var patients = TextEntries()
  private var days: [Double] = []
  private var wards: [Int32] = []
  private var illnesses: [Int32] = []
  private var nights: [Double] = []
  private var costs: [Double] = []
  private var outcomes: [Int32] = []

  private static let wardNames = Array(Set(Visit.illnesses.map(\.ward))).sorted()

  mutating func append(_ visit: Visit) {
    let ward = Visit.illnesses[visit.illness].ward
    patients.append(visit.patient)
    days.append(visit.day)
    wards.append(Int32(Self.wardNames.firstIndex(of: ward) ?? 0))
    illnesses.append(Int32(visit.illness))
    nights.append(visit.nights)
    costs.append(visit.cost)
    outcomes.append(Int32(visit.outcome))
  }

  func table() throws -> Table {
    try Table([
      Column("patient", .text, .texts(patients)),
      Column("day", .date(format: "%Y-%m-%d"), .numbers(days)),
      Column("ward", .category, .codes(wards, levels: Self.wardNames)),
      Column("diagnosis", .category, .codes(illnesses, levels: Visit.illnesses.map(\.name))),
      Column("nights", .whole, .numbers(nights)), Column("cost", .number, .numbers(costs)),
      Column("outcome", .category, .codes(outcomes, levels: Visit.outcomes)),
    ])
  }
}
