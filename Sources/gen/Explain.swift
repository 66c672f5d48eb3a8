import ArgumentParser
import GenSession

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Explains a message by its code, such as E0104.")

  @Argument(help: "The code that stands after a message.", completion: .codes) var code: String

  func run() throws {
    guard let page = Explanations.page(of: code.uppercased()) else {
      throw ValidationError(
        "There is no message with the code \"\(code)\". Codes: "
          + Explanations.codes.joined(separator: " "))
    }
    put(page + "\n")
  }
}
