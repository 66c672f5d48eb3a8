/// Something that the world can draw: an emoji of the table or a shape of its own.
public struct Subject: Sendable, Hashable {
  public enum Side: String, Sendable { case left, right }

  public let name: String
  public let synonyms: [String]
  /// The emoji's code point; nil for a drawn shape.
  public let codePoint: Int?
  /// The side that the picture looks to; nil when it looks ahead.
  public let faces: Side?
  /// Whether captions may give it one of the eight colours.
  public let takesColour: Bool
  /// Where it stands when a caption names no place.
  public let home: Place?

  var shape: Shape? { codePoint == nil ? Shape(rawValue: name) : nil }

  init(shape: Shape) {
    (name, synonyms, codePoint) = (shape.rawValue, shape.synonyms, nil)
    (faces, takesColour, home) = (nil, true, nil)
  }

  init(
    name: String, synonyms: [String], codePoint: Int, faces: Side?, takesColour: Bool, home: Place?
  ) {
    (self.name, self.synonyms, self.codePoint) = (name, synonyms, codePoint)
    (self.faces, self.takesColour, self.home) = (faces, takesColour, home)
  }
}

extension Subject {
  /// The subjects of a table: tab-separated name, synonyms, code point, side, tint, home.
  ///
  /// - Throws: ``WorldError/tableLine(path:line:reason:)`` at the first line that is not so.
  static func table(_ text: String, path: String) throws -> [Subject] {
    var subjects: [Subject] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if line.isEmpty || line.hasPrefix("#") { continue }
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      let subject = try subject(fields) { reason in
        WorldError.tableLine(path: path, line: number + 1, reason: reason)
      }
      if subjects.contains(where: { $0.name == subject.name }) {
        let reason = "'\(subject.name)' is listed twice"
        throw WorldError.tableLine(path: path, line: number + 1, reason: reason)
      }
      subjects.append(subject)
    }
    return subjects
  }

  private static func subject(
    _ fields: [String], _ error: (String) -> WorldError
  ) throws -> Subject {
    guard fields.count == 6 else { throw error("6 fields wanted, \(fields.count) found") }
    let names =
      [fields[0]] + (fields[1] == "-" ? [] : fields[1].split(separator: ",").map(String.init))
    for name in names where !name.allSatisfy({ "a"..."z" ~= $0 || $0 == " " }) || name.isEmpty {
      throw error("'\(name)' is not lower-case words")
    }
    guard let codePoint = Int(fields[2], radix: 16), 1...0x10FFFF ~= codePoint else {
      throw error("'\(fields[2])' is no code point")
    }
    let faces = Side(rawValue: fields[3])
    guard faces != nil || fields[3] == "-" else { throw error("'\(fields[3])' is no side") }
    guard ["yes", "-"].contains(fields[4]) else { throw error("tint is 'yes' or '-'") }
    let home = Place(rawValue: fields[5])
    guard home != nil || fields[5] == "-" else { throw error("'\(fields[5])' is no place") }
    return Subject(
      name: names[0], synonyms: Array(names.dropFirst()), codePoint: codePoint, faces: faces,
      takesColour: fields[4] == "yes", home: home)
  }
}
