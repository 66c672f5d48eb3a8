import Foundation

/// What the editor can do and where it works.
struct EditorFacts {
  struct Declaration: Decodable {
    struct Folder: Decodable { let uri: String }
    struct Capabilities: Decodable {
      struct General: Decodable { let positionEncodings: [String]? }
      struct Window: Decodable { let workDoneProgress: Bool? }
      struct TextDocument: Decodable {
        struct Hover: Decodable { let contentFormat: [String]? }
        struct Completion: Decodable {
          struct Item: Decodable { let documentationFormat: [String]? }
          let completionItem: Item?
        }
        struct Symbols: Decodable { let hierarchicalDocumentSymbolSupport: Bool? }
        let hover: Hover?
        let completion: Completion?
        let documentSymbol: Symbols?
      }
      let general: General?
      let window: Window?
      let textDocument: TextDocument?
    }
    let rootUri: String?
    let workspaceFolders: [Folder]?
    let capabilities: Capabilities?
  }

  var encoding = PositionEncoding.utf16
  /// In help, and beside what completes.
  var readsMarkdown = false
  var completesInMarkdown = false
  var nestsSymbols = false
  var showsProgress = false
  private var folder: String?

  init() {}

  init(_ declaration: Declaration) {
    let capabilities = declaration.capabilities
    let encodings = capabilities?.general?.positionEncodings ?? []
    if encodings.contains(PositionEncoding.utf8.rawValue) { encoding = .utf8 }
    let formats = capabilities?.textDocument?.hover?.contentFormat ?? []
    readsMarkdown = formats.contains("markdown")
    let completion = capabilities?.textDocument?.completion?.completionItem
    completesInMarkdown = completion?.documentationFormat?.contains("markdown") ?? false
    nestsSymbols =
      capabilities?.textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport ?? false
    showsProgress = capabilities?.window?.workDoneProgress ?? false
    let uri = declaration.workspaceFolders?.first?.uri ?? declaration.rootUri
    folder = uri.map(DocumentAddress.path)
  }

  /// Relative paths in programs are those of the folder that is open, as in its terminal.
  func enterFolder() {
    if let folder { _ = FileManager.default.changeCurrentDirectoryPath(folder) }
  }
}
