/// A page that asks nobody for anything: what it shows is in it, and its policy forbids every request.
public struct Page: Sendable {
  public var title: String
  /// What made it, such as a program and its version.
  public var origin: String
  public var body: String
  public var footer: String
  /// What it may run beyond nothing, as a source of the policy.
  public var scriptSource: String?
  /// Rules beside ``PageStyle``.
  public var style: String

  /// - Parameters: HTML, but for `title` and `origin`, which are text.
  public init(
    title: String, origin: String, body: String, footer: String, scriptSource: String? = nil,
    style: String = ""
  ) {
    (self.title, self.origin, self.body, self.footer) = (title, origin, body, footer)
    (self.scriptSource, self.style) = (scriptSource, style)
  }

  private var policy: String {
    "default-src 'none'; " + (scriptSource.map { "script-src \($0); " } ?? "")
      + "style-src 'unsafe-inline'; img-src data:; media-src data:; base-uri 'none'; "
      + "form-action 'none'"
  }

  public var text: String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="generator" content="\(HTML.escaped(origin))">
    <meta http-equiv="Content-Security-Policy" content="\(policy)">
    <link rel="icon" href="data:,">
    <title>\(HTML.escaped(title))</title>
    <style>
    \(PageStyle.text)\(style)
    </style>
    </head>
    <body>
    <main>
    <header><h1>\(HTML.escaped(title))</h1></header>
    \(body)</main>
    <footer>\(footer)</footer>
    </body>
    </html>

    """
  }
}
