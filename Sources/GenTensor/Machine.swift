#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What this machine has.
enum Machine {
  /// Bytes of memory that a program may still take; nothing where the system does not say.
  static var availableMemory: Int? {
    #if os(Linux)
      guard let file = fopen("/proc/meminfo", "r") else { return nil }
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 256)
      while fgets(&line, Int32(line.count), file) != nil {
        let text = String(
          decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard text.hasPrefix("MemAvailable:") else { continue }
        return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
      }
    #endif
    return nil
  }
}
