/// A path with one `%d` or `%03d` in its last part, which stands for a frame's number.
public struct FramePattern: Sendable, Hashable {
  let prefix: String
  let digitCount: Int
  let suffix: String

  /// Nil when the name holds no such place, or more than one.
  public init?(_ path: String) {
    let parts = path.split(separator: "%", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].contains("/") else { return nil }
    let digits = parts[1].prefix { $0.isASCII && $0.isNumber }
    let rest = parts[1].dropFirst(digits.count)
    guard rest.first == "d", digits.isEmpty || digits.first == "0", digits.count <= 2 else {
      return nil
    }
    prefix = String(parts[0])
    digitCount = Int(digits) ?? 0
    suffix = String(rest.dropFirst())
  }

  /// The path of the frame of this number.
  public func path(_ number: Int) -> String {
    let digits = String(number)
    let zeros = String(repeating: "0", count: max(0, digitCount - digits.count))
    return prefix + zeros + digits + suffix
  }
}
