import GenTensor

extension NumericMode {
  /// What `set precision` and `precision:` name; `fast` is what this machine does fastest.
  init(setting: String) { self = NumericMode(rawValue: setting) ?? .fastest }

  /// The same for a network of convolutions alone.
  static func convolving(_ setting: String) -> NumericMode {
    NumericMode(rawValue: setting) ?? .fastestConvolving
  }
}
