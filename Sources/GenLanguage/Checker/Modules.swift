import GenPipeline

/// Finds the texts that `use` names.
public protocol ModuleResolver: Sendable {
  /// - Parameters:
  ///   - path: What was written: `color.grade`, or a file's path when `isFile`.
  ///   - user: The name of the source that says `use`.
  /// - Returns: nil when there is no such module.
  func source(for path: String, isFile: Bool, from user: String) -> Source?
}

/// No modules at all: for programs that stand alone.
public struct NoModules: ModuleResolver {
  public init() {}
  public func source(for path: String, isFile: Bool, from user: String) -> Source? { nil }
}

/// Files beside the script and in the folder of the standard library.
public struct FileModules: ModuleResolver {
  public typealias Reader = @Sendable (String) -> [UInt8]?

  private let libraries: [String]
  private let reader: Reader

  /// - Parameters:
  ///   - libraries: Folders searched for `use name`, in this order.
  ///   - reader: Reads a file; nil where there is none.
  public init(libraries: [String], reader: @escaping Reader = FileBytes.read) {
    self.libraries = libraries
    self.reader = reader
  }

  public func source(for path: String, isFile: Bool, from user: String) -> Source? {
    let folder = user.lastIndex(of: "/").map { String(user[...$0]) } ?? ""
    if isFile {
      let name = path.hasPrefix("/") ? path : folder + path
      return read(name.hasSuffix(".gen") ? name : name + ".gen")
    }
    let relative = path.split(separator: ".").joined(separator: "/") + ".gen"
    for base in [folder] + libraries.map({ $0 + "/" }) {
      if let source = read(base + relative) { return source }
    }
    return nil
  }

  private func read(_ path: String) -> Source? {
    reader(path).map { Source(name: path, bytes: $0) }
  }
}

/// A module that has been checked.
struct CheckedModule: Sendable {
  let module: Module
  let names: [String: Binding]
}

extension Checker {
  /// Checks a used module once and hands out its names.
  func module(_ use: Statement.Use, from source: Source) -> CheckedModule? {
    let place = source.place(of: use.pathRange)
    guard
      let found = resolver.source(for: use.path, isFile: use.isFile, from: source.name)
    else {
      report(.moduleNotFound(use.path, isFile: use.isFile, at: place))
      return nil
    }
    resolved[ModuleKey(user: source.name, path: use.path)] = found.name
    if let known = modules[found.name] { return known }
    guard !openModules.contains(found.name) else {
      report(.moduleCycle(openModules + [found.name], at: place))
      return nil
    }
    guard openModules.count < 32 else {
      report(.nestedTooDeeply(at: place))
      return nil
    }
    return check(module: Module.parse(found))
  }

  private func check(module: Module) -> CheckedModule {
    sources.add(module.source)
    openModules.append(module.source.name)
    defer { openModules.removeLast() }
    module.diagnostics.forEach(report)
    let globals = GlobalNames(base: prelude)
    var scope = NameScope(source: module.source, globals: globals)
    let outer = laterNames
    let outerTypes = statementTypes
    laterNames = Checker.boundNames(of: module)
    for statement in module.statements {
      if case .expression = statement.kind {
        report(.moduleStatement(at: module.source.place(of: statement.range)))
      }
      check(statement, in: &scope, isTop: true)
    }
    laterNames = outer
    statementTypes = outerTypes
    let own = globals.ownNames(version: scope.version)
    let checked = CheckedModule(module: module, names: own)
    modules[module.source.name] = checked
    moduleOrder.append(module)
    return checked
  }
}

/// Which module a path means depends on who says it.
struct ModuleKey: Hashable, Sendable {
  let user: String
  let path: String
}
