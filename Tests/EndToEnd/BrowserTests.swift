import Foundation
import Testing

/// A browser to look at pages with, where the machine has one.
private let browser: String? = ["chromium", "chromium-browser", "google-chrome"]
  .flatMap { name in ["/usr/bin/", "/usr/local/bin/"].map { $0 + name } }
  .first { FileManager.default.isExecutableFile(atPath: $0) }

/// Says, once all films play, how wide they are, what was fetched, and whether the page fits.
private let probe = """
  <script>
  const films = [...document.querySelectorAll("video")];
  films.forEach(film => film.play());
  const watch = setInterval(() => {
    if (!films.every(film => film.currentTime > 0 && !film.error)) return;
    clearInterval(watch);
    const fetched = performance.getEntriesByType("resource").length;
    const fits = document.documentElement.scrollWidth <= innerWidth;
    console.log("seen", films.map(film => film.videoWidth).join(" "), fetched, fits, "end");
  }, 100);
  </script></body>
  """

@Test(.enabled(if: browser != nil, "there is no Chromium on this machine"))
func `the films of a page play in a browser, which fetches nothing and has nothing to complain of`()
  throws
{
  let tool = try Tool()
  defer { tool.remove() }
  let wide = String(repeating: "wide", count: 60)
  try tool.write(
    "film([plain(48, 32), plain(48, 32, color: \"red\")])\n\"\(wide)\"\nplain(900, 20)\n",
    to: "a.gen")
  #expect(try tool.run("export", "a.gen").status == 0)
  let page = try String(contentsOfFile: tool.path("a.html"), encoding: .utf8)
  try tool.write(
    page.replacing("default-src 'none';", with: "default-src 'none'; script-src 'unsafe-inline';")
      .replacing("</body>", with: probe), to: "probe.html")

  let running = try Running(
    executable: try #require(browser),
    arguments: [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(tool.path("profile"))",
      "--window-size=500,900", "--enable-logging=stderr", "--remote-debugging-port=0",
      "file://" + tool.path("probe.html"),
    ], folder: tool.folder, environment: tool.environment, input: nil)
  let end = Date.now + 90
  while !running.errorsSoFar.contains("seen"), Date.now < end, running.process.isRunning {
    usleep(50_000)
  }
  running.process.terminate()
  let outcome = try running.finish()
  let lines = outcome.errors.split(separator: "\n").filter { $0.contains("CONSOLE") }
  #expect(lines.count == 1, "\(outcome.errors)")
  #expect(lines.first?.contains("seen 48 0 true end") == true, "\(lines)")
}
