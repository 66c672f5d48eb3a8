import GenTensor

extension NumericMode {
  /// What `set precision` and `precision:` name; `fast` is what this machine does fastest.
  init(setting: String) { self = NumericMode(rawValue: setting) ?? .fastest }
}
