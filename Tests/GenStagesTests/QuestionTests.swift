import Testing

@testable import GenStages

@Test func `a number is right in any spelling that people use`() {
  let half = Question("Half?", answer: .number(0.5))
  for typed in ["0.5", "0,5", " .5 ", "50%", "50 %", "1/2"] {
    #expect(half.accepts(typed), "\(typed)")
  }
  for typed in ["", "5", "0.6", "1/0", "half", "%", "/"] {
    #expect(!half.accepts(typed), "\(typed)")
  }
  #expect(Question("Percent?", answer: .int(75)).accepts("75 %"))
  #expect(Question("Near?", answer: .number(3.14159), within: 0.01).accepts("3.14"))
}

@Test func `a choice is right by its number and by its words`() {
  let question = Question("Which?", answer: .text("Heun"), choices: ["Euler", "Heun"])
  #expect(question.accepts("2") && question.accepts(" heun. "))
  for typed in ["1", "0", "3", "-1", "Euler", ""] { #expect(!question.accepts(typed), "\(typed)") }
}

@Test func `yes and no are right in their usual spellings`() {
  for typed in ["yes", "Y", "true"] {
    #expect(Question("So?", answer: .bool(true)).accepts(typed))
    #expect(!Question("So?", answer: .bool(false)).accepts(typed))
  }
  #expect(Question("So?", answer: .bool(false)).accepts("no"))
}
