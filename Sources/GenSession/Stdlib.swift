import Glibc

/// Where the standard library lies: `GEN_STDLIB`, or the folder `stdlib` in one of the folders
/// above this program.
public enum Stdlib {
  public static func folder() -> String? {
    if let folder = environment("GEN_STDLIB") { return folder }
    guard let program = realpath("/proc/self/exe", nil) else { return nil }
    defer { free(program) }
    var path = String(cString: program)[...]
    while let slash = path.lastIndex(of: "/") {
      path = path[..<slash]
      if access("\(path)/stdlib/prelude.gen", R_OK) == 0 { return "\(path)/stdlib" }
    }
    return nil
  }
}
