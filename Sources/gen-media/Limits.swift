import Glibc

/// What this process may take from the machine, whatever a file makes it do.
enum Limits {
  static func forReading() {
    set(RLIMIT_AS, to: 6 << 30)
    set(RLIMIT_FSIZE, to: 0)
    forAll()
  }

  static func forWriting() {
    set(RLIMIT_AS, to: 32 << 30)
    forAll()
  }

  private static func forAll() {
    // A file that may not grow is an error like a full disk, and no reason to die.
    signal(SIGXFSZ, SIG_IGN)
    set(RLIMIT_CORE, to: 0)
    set(RLIMIT_NOFILE, to: 64)
  }

  private static func set(_ resource: __rlimit_resource, to value: UInt) {
    let kind = __rlimit_resource_t(resource.rawValue)
    var limit = rlimit()
    guard getrlimit(kind, &limit) == 0 else { return }
    limit.rlim_cur = min(rlim_t(value), limit.rlim_max)
    limit.rlim_max = limit.rlim_cur
    setrlimit(kind, &limit)
  }
}
