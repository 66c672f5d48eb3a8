import GenMedia
import GenWorlds
import Testing

@Test func `equal seeds make equal hospitals, and more patients do not change the first`() throws {
  let small = try Hospital(patientCount: 50, seed: 3)
  let large = try Hospital(patientCount: 80, seed: 3)
  #expect(try small.patients == Hospital(patientCount: 50, seed: 3).patients)
  #expect(large.patients.rows(Array(0..<50)) == small.patients)
  #expect(try small.visits != Hospital(patientCount: 50, seed: 4).visits)
}

@Test func `every visit is somebody's, after birth and in the order of days`() throws {
  let hospital = try Hospital(patientCount: 400, seed: 1)
  let born = Dictionary(
    uniqueKeysWithValues: (0..<400).compactMap { row in
      hospital.patients["patient"]?.text(row).map {
        ($0, hospital.patients["born"]?.numbers?[row] ?? .infinity)
      }
    })
  #expect(born.count == 400)
  let days = hospital.visits["day"]?.numbers ?? []
  let people = (0..<hospital.visits.rowCount).map { hospital.visits["patient"]?.text($0) ?? "" }
  #expect(days.count > 300)
  for (row, person) in people.enumerated() {
    #expect((born[person] ?? .infinity) < days[row])
    if row > 0, people[row - 1] == person { #expect(days[row - 1] < days[row]) }
  }
}

@Test func `there is something to be learned: long stays cost more, and some entries are missing`()
  throws
{
  let hospital = try Hospital(patientCount: 2000, seed: 1)
  let nights = hospital.visits["nights"]?.numbers ?? []
  let costs = hospital.visits["cost"]?.numbers ?? []
  let long = zip(nights, costs).filter { $0.0 > 6 }.map(\.1)
  let short = zip(nights, costs).filter { $0.0 <= 2 }.map(\.1)
  let means: (long: Double, short: Double) = (
    long.reduce(0, +) / Double(long.count), short.reduce(0, +) / Double(short.count)
  )
  #expect(means.long > 2 * means.short)
  let missing = hospital.patients["bmi"]?.missingCount ?? 0
  #expect((20...200).contains(missing))
}
