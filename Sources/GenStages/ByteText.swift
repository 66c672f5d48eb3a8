/// A size as people say it: `1.2 MB`.
public func byteText(_ count: Int) -> String {
  if count < 1000 { return "\(count) bytes" }
  var (value, units) = (Double(count) / 1000, ["kB", "MB", "GB", "TB"][...])
  while value >= 999.5, units.count > 1 {
    value /= 1000
    units = units.dropFirst()
  }
  let digits = value < 10 ? "\((value * 10).rounded() / 10)" : "\(Int(value.rounded()))"
  return "\(digits) \(units.first ?? "")"
}
