/// Why a kernel cannot run or be installed.
public enum KernelError: Error, Sendable, Equatable {
  case connectionFile(path: String, reason: String)
  case libraryMissing(reason: String)
  case cannotListen(endpoint: String, reason: String)
  case badName(String)
  case cannotInstall(folder: String, reason: String)
  case notInstalled(name: String)
}

extension KernelError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .connectionFile(let path, let reason):
      "\"\(path)\" is no connection file: \(reason); Jupyter writes one when it starts a kernel"
    case .libraryMissing(let reason):
      "libzmq cannot be opened (\(reason)); install libzmq5"
    case .cannotListen(let endpoint, let reason): "cannot listen at \(endpoint): \(reason)"
    case .badName(let name):
      "\"\(name)\" is no name for a kernel; take letters, digits, dots, dashes and underscores"
    case .cannotInstall(let folder, let reason):
      "cannot install in \(folder): \(reason); --user takes your own folder"
    case .notInstalled(let name):
      "there is no kernel of Gen named \"\(name)\"; gen kernel list shows those that there are"
    }
  }
}
