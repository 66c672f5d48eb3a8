import GenPipeline

/// Finds out, before anything runs, what every expression of a program is, and all that is wrong.
///
/// - Source: `language.md` section 3.
final class Checker {
  private struct Reported: Hashable {
    let code: String
    let file: String
    let offset: Int
  }

  /// A body checked for one combination of argument types.
  struct Instance: Hashable {
    let template: ObjectIdentifier
    let types: [ValueType]
  }

  let vocabulary: Catalog
  let settings: [SettingInfo]
  let resolver: any ModuleResolver
  let prelude: GlobalNames?
  let generation: Int

  var diagnostics: [Diagnostic] = []
  var sources = Sources()
  var modules: [String: CheckedModule] = [:]
  /// In the order in which they must be evaluated.
  var moduleOrder: [Module] = []
  var openModules: [String] = []
  var resolved: [ModuleKey: String] = [:]
  /// Names that get a value further down the file.
  var laterNames: Set<String> = []
  var statementTypes: [Checked] = []
  var readNames: Set<String> = []
  var files = FilesNamed()
  /// Whether a call may find faults in the values of its arguments before anything runs.
  var looksAhead = false
  /// Where names stand; nil where nobody asks.
  var occurrences: OccurrenceLog?
  /// Where each statement of the checked text begins, with the version of the names it sees.
  var versions: [(offset: Int, version: Int)] = []
  /// What `set` gives each setting, where that can be told.
  var settingValues: [String: Value] = [:]

  var instances: [Instance: Checked] = [:]
  /// The calls, outermost first, whose bodies are being checked.
  var openCalls: [SourcePlace] = []
  var callDepth = 0
  /// Keeps the identities in ``instances`` alive.
  var retained: [Template] = []
  var applied: Set<ObjectIdentifier> = []
  /// Bodies that have to be checked even if nobody calls them.
  var pending: [Template] = []
  private var reported: Set<Reported> = []

  static let deepestCall = 48
  static let mostDiagnostics = 200
  /// Elements of a range that are worked out for the check.
  static let longestConstant = 4096

  init(
    vocabulary: Catalog, settings: [SettingInfo], resolver: any ModuleResolver,
    prelude: GlobalNames?, generation: Int = 0
  ) {
    self.vocabulary = vocabulary
    self.settings = settings
    self.resolver = resolver
    self.prelude = prelude
    self.generation = generation
  }

  private var formsByName: [String: [Form]] = [:]

  /// The forms of a verb; empty when there is none.
  func forms(of name: String) -> [Form] {
    if let known = formsByName[name] { return known }
    let forms = vocabulary.forms(of: name).map(Form.init)
    formsByName[name] = forms
    return forms
  }

  /// Whether no more messages are kept, so that none need be worked out.
  var isFull: Bool { diagnostics.count >= Checker.mostDiagnostics }

  /// Keeps a message once for each place; inside the body of a stage it also names the call.
  func report(_ diagnostic: Diagnostic) {
    guard !isFull else { return }
    let key = Reported(
      code: diagnostic.code, file: diagnostic.place?.file ?? "",
      offset: diagnostic.place?.offset ?? -1)
    guard reported.insert(key).inserted else { return }
    guard let call = openCalls.first, diagnostic.second == nil else {
      diagnostics.append(diagnostic)
      return
    }
    diagnostics.append(diagnostic.asked(by: call))
  }

  /// Checks all statements, then the bodies that nobody called.
  func check(_ module: Module, in scope: inout NameScope) {
    sources.add(module.source)
    openModules = [module.source.name]
    laterNames = Checker.boundNames(of: module)
    module.diagnostics.forEach(report)
    for statement in module.statements {
      versions.append((statement.range.lowerBound, scope.version))
      check(statement, in: &scope, isTop: true)
    }
    checkPending()
  }

  /// Checks bodies with arguments of unknown types, so that what is wrong with any is told.
  func checkPending() {
    while let template = pending.popLast() {
      guard !applied.contains(ObjectIdentifier(template)) else { continue }
      let arguments = template.parameters.map { parameter in
        Checked(type: parameter.type ?? initialType(parameter, template) ?? .unknown)
      }
      _ = instantiate(template, arguments, at: nil)
    }
  }

  private func initialType(_ parameter: Template.Parameter, _ template: Template) -> ValueType? {
    parameter.initial.map { checkValue($0, template.names).type }
  }

  static func boundNames(of module: Module) -> Set<String> {
    var names: Set<String> = []
    for statement in module.statements {
      switch statement.kind {
      case .binding(let bound, _): names.formUnion(bound.map(\.text))
      case .definition(let definition): names.insert(definition.name.text)
      default: break
      }
    }
    return names
  }
}

/// The paths that a program names: what it would read and write.
public struct FilesNamed: Sendable, Hashable {
  public internal(set) var reads: [String] = []
  public internal(set) var writes: [String] = []

  mutating func add(_ path: String, isRead: Bool) {
    if isRead {
      if !reads.contains(path) { reads.append(path) }
    } else if !writes.contains(path) {
      writes.append(path)
    }
  }
}

extension Diagnostic {
  /// The message with the call, in another body, that led to it.
  func asked(by call: SourcePlace) -> Diagnostic {
    if let place, place.file != call.file {
      return Diagnostic(
        code, severity: severity, message: message, label: "this call leads to it", hint: hint,
        at: call, second: Second(place: place, label: label ?? "here"))
    }
    return Diagnostic(
      code, severity: severity, message: message, label: label, hint: hint, at: place,
      second: Second(place: call, label: "called from here"))
  }
}
