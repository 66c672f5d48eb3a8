import Foundation
import GenMedia

/// A small hospital that never was: patients, and the visits that they paid to it.
///
/// Age, weight and smoking go together, and they say which illnesses come, how long they keep and
/// what they cost, so that there is something to be learned from the rows. Equal seeds make equal
/// tables.
public struct Hospital: Sendable {
  /// Columns: patient, name, mail, born, sex, region, insurance, smoker, bmi.
  public let patients: Table
  /// Columns: patient, day, ward, diagnosis, nights, cost, outcome; in the order of days for each patient.
  public let visits: Table

  /// - Parameter count: Patients, 1 to 1,000,000.
  /// - Throws: ``TableError`` never, as long as this file is right.
  public init(patientCount count: Int, seed: UInt64) throws {
    var people = PatientColumns()
    var stays = VisitColumns()
    for number in 0..<count {
      var random = RandomSource(seed: seed, index: UInt64(number))
      let patient = Patient(number: number, &random)
      people.append(patient)
      for stay in Visit.visits(of: patient, &random) { stays.append(stay) }
    }
    patients = try people.table()
    visits = try stays.table()
  }
}

/// One person, drawn from what goes together.
struct Patient {
  let code: String
  let given: String
  let family: String
  /// Days since 1970-01-01.
  let born: Double
  let isWoman: Bool
  let region: Int
  let isPrivate: Bool
  let isSmoker: Bool
  let bodyMass: Double

  static let regions = ["Coast", "Harbour", "Hills", "Lakes", "North", "Old Town"]
  /// The day on which the books were opened: 2024-01-01.
  static let opening = 19_723.0

  var age: Double { (Patient.opening - born) / 365.25 }

  init(number: Int, _ random: inout RandomSource) {
    let digits = String(number + 1)
    code = "P-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    isWoman = random.chance(0.53)
    given = random.pick(isWoman ? Patient.women : Patient.men, otherwise: "Ada")
    family = random.pick(Patient.families, otherwise: "Bell")
    // Two humps: the young with accidents, the old with everything.
    let age =
      random.chance(0.35)
      ? 22 + 12 * random.normal() : 61 + 15 * random.normal()
    born = (Patient.opening - 365.25 * min(max(Double(age), 0.2), 101)).rounded()
    region = random.index(below: Patient.regions.count)
    isPrivate = random.chance(region == 1 ? 0.34 : 0.13)
    let isAdult = age > 16
    isSmoker = isAdult && random.chance(age < 50 ? 0.31 : 0.19)
    let weight = 21.5 + 0.09 * min(max(Double(age), 0), 65) + 3.4 * Double(random.normal())
    bodyMass = ((isSmoker ? weight - 0.8 : weight) * 10).rounded() / 10
  }

  private static let women = [
    "Ada", "Berta", "Clara", "Dora", "Emma", "Frida", "Gerda", "Hedda", "Ida", "Judith", "Karin",
    "Lotte", "Martha", "Nora", "Olga", "Paula", "Ruth", "Signe", "Thea", "Vera",
  ]
  private static let men = [
    "Anton", "Bruno", "Carl", "David", "Emil", "Fritz", "Georg", "Hans", "Ivan", "Jakob", "Kurt",
    "Leo", "Max", "Niels", "Oskar", "Paul", "Rolf", "Simon", "Tom", "Viktor",
  ]
  private static let families = [
    "Ahlers", "Bell", "Castro", "Dietz", "Evans", "Fuchs", "Gruber", "Haas", "Iversen", "Jung",
    "Kowal", "Lang", "Moreau", "Novak", "Okafor", "Petrov", "Quist", "Rossi", "Schmid", "Tanaka",
    "Urban", "Vidal", "Wirth", "Young", "Zeller",
  ]
}

/// One stay.
struct Visit {
  let patient: String
  let day: Double
  let illness: Int
  let nights: Double
  let cost: Double
  let outcome: Int

  static let outcomes = ["recovered", "referred", "died"]
  static let illnesses: [Illness] = [
    .init("fracture", "surgery", nights: 3, cost: 900, young: 3),
    .init("appendicitis", "surgery", nights: 4, cost: 1100, young: 2),
    .init("pneumonia", "medicine", nights: 7, cost: 650, old: 2, smoker: 2),
    .init("angina", "cardiology", nights: 5, cost: 1250, old: 3, smoker: 1.5, heavy: 1.5),
    .init("heart failure", "cardiology", nights: 9, cost: 980, old: 4, heavy: 1.5),
    .init("diabetes", "medicine", nights: 4, cost: 540, old: 1, heavy: 4),
    .init("asthma", "medicine", nights: 2, cost: 420, young: 1.5, smoker: 2),
    .init("cataract", "eyes", nights: 1, cost: 1500, old: 5),
    .init("concussion", "neurology", nights: 2, cost: 700, young: 2),
    .init("stroke", "neurology", nights: 12, cost: 1400, old: 4, smoker: 1.5),
  ]

  struct Illness {
    let name: String
    let ward: String
    let nights: Double
    /// Of one night.
    let cost: Double
    let young: Double
    let old: Double
    let smoker: Double
    let heavy: Double

    init(
      _ name: String, _ ward: String, nights: Double, cost: Double, young: Double = 0,
      old: Double = 0, smoker: Double = 1, heavy: Double = 1
    ) {
      (self.name, self.ward, self.nights, self.cost) = (name, ward, nights, cost)
      (self.young, self.old, self.smoker, self.heavy) = (young, old, smoker, heavy)
    }

    /// How likely it is for somebody, beside the others.
    func weight(for patient: Patient) -> Double {
      let share = min(max((patient.age - 20) / 60, 0), 1)
      let byAge = 0.2 + young * (1 - share) + old * share * share
      return byAge * (patient.isSmoker ? smoker : 1) * (patient.bodyMass > 30 ? heavy : 1)
    }
  }

  /// All of somebody's visits in two years; who has been ill before comes back.
  static func visits(of patient: Patient, _ random: inout RandomSource) -> [Visit] {
    let weights = illnesses.map { $0.weight(for: patient) }
    let wanted = 0.7 + patient.age / 45 + (patient.isSmoker ? 0.5 : 0)
    var day = Patient.opening
    var all: [Visit] = []
    while all.count < 40 {
      day += (-730 / wanted * log(1 - Double(random.unit()))).rounded(.up)
      guard day < Patient.opening + 730 else { return all }
      let visit = Visit(patient, day, random.weighted(weights), &random)
      all.append(visit)
      if visit.outcome == 2 { return all }
      day += visit.nights
    }
    return all
  }

  private init(_ patient: Patient, _ day: Double, _ illness: Int, _ random: inout RandomSource) {
    let kind = Visit.illnesses[illness]
    (self.patient, self.day, self.illness) = (patient.code, day, illness)
    let slow = 0.7 + patient.age / 110
    nights = max(1, (kind.nights * slow * exp(0.35 * Double(random.normal()))).rounded())
    let rate = kind.cost * (patient.isPrivate ? 1.45 : 1)
    let total = (180 + nights * rate) * exp(0.12 * Double(random.normal()))
    cost = (total * 100).rounded() / 100
    let danger = nights > 8 ? 0.002 * max(0, patient.age - 40) : 0.0004 * max(0, patient.age - 50)
    let lot = Double(random.unit())
    outcome = lot < danger ? 2 : lot < danger + 0.08 ? 1 : 0
  }
}
