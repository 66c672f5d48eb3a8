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

  let lines = try consoleLines(of: "probe.html", in: tool)
  #expect(lines.count == 1, "\(lines)")
  #expect(lines.first?.contains("seen 48 0 true end") == true, "\(lines)")
}

/// What a page says on its console until it says that it has seen what it looked for.
private func consoleLines(of page: String, in tool: Tool) throws -> [String] {
  let running = try Running(
    executable: try #require(browser),
    arguments: [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(tool.path("profile"))",
      "--window-size=500,900", "--autoplay-policy=no-user-gesture-required",
      "--enable-logging=stderr", "--remote-debugging-port=0",
      "file://" + tool.path(page),
    ], folder: tool.folder, environment: tool.environment, input: nil)
  let end = Date.now + 90
  while !running.errorsSoFar.contains("seen"), Date.now < end, running.process.isRunning {
    usleep(50_000)
  }
  running.process.terminate()
  let outcome = try running.finish()
  return outcome.errors.split(separator: "\n").filter { $0.contains("CONSOLE") }.map(String.init)
}

/// Says whether the mesh turns under a pointer and under keys, how long the sound is and whether it
/// plays, and what was fetched.
private let turningProbe = """
  <script>
  const canvas = document.querySelector("canvas"), sound = document.querySelector("audio");
  const copy = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const sum = () => {
    [copy.canvas.width, copy.canvas.height] = [canvas.width, canvas.height];
    copy.drawImage(canvas, 0, 0);
    const {data} = copy.getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    for (let at = 0; at < data.length; at++) sum = (sum * 31 + data[at]) % 4294967291;
    return sum;
  };
  const after = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const point = (name, more) => canvas.dispatchEvent(new PointerEvent(name, more));
  (async () => {
    while (canvas.dataset.state !== "ready" || !(sound.duration > 0)) await after();
    const sums = [sum()];
    point("pointerdown", {pointerId: 1});
    point("pointermove", {pointerId: 1, movementX: 40, movementY: 5});
    point("pointerup", {pointerId: 1});
    await after();
    sums.push(sum());
    point("pointermove", {pointerId: 1, movementX: 40});
    await after();
    sums.push(sum());
    canvas.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowLeft"}));
    await after();
    sums.push(sum());
    const turns = sums[0] !== sums[1] && sums[1] === sums[2] && sums[2] !== sums[3];
    await sound.play();
    while (!(sound.currentTime > 0)) await after();
    const fetched = performance.getEntriesByType("resource").length;
    console.log("seen", turns, sound.duration.toFixed(2), fetched, "end");
  })();
  </script></body>
  """

@Test(.enabled(if: browser != nil, "there is no Chromium on this machine"))
func `a mesh on a page turns and a sound plays, under the page's own policy`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write(
    "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 1 4 3\nf 2 3 4\n", to: "t.obj")
  try tool.write("load(\"t.obj\")\ntone(440Hz, 1.5s)\n", to: "a.gen")
  #expect(try tool.run("export", "a.gen").status == 0)
  let page = try String(contentsOfFile: tool.path("a.html"), encoding: .utf8)
  let policy = try #require(page.firstMatch(of: /script-src ('sha256-[^']+');/))
  // The page's program runs by its sum alone; the test's is allowed by a mark of its own.
  try tool.write(
    page.replacing(policy.output.1, with: "\(policy.output.1) 'nonce-test'")
      .replacing("</body>", with: turningProbe.replacing("<script>", with: "<script nonce=test>")),
    to: "probe.html")
  let lines = try consoleLines(of: "probe.html", in: tool)
  #expect(lines.count == 1, "\(lines)")
  #expect(lines.first?.contains("seen true 1.50 0 end") == true, "\(lines)")
}

/// Types into the search, goes down and says what was found, what is chosen, and what was asked of
/// other hosts.
private let searchProbe = """
  <script>
  addEventListener("load", () => {
    const field = document.getElementById("search"), found = document.getElementById("found");
    const key = name => field.dispatchEvent(new KeyboardEvent("keydown", {key: name}));
    field.value = "resi";
    field.dispatchEvent(new InputEvent("input"));
    const titles = [...found.querySelectorAll("b")].map(title => title.textContent).join("+");
    key("ArrowDown");
    const chosen = [...found.children].findIndex(item => item.classList.contains("chosen"));
    key("Escape");
    const hosts = performance.getEntriesByType("resource").filter(entry => !entry.name.startsWith("file:"));
    console.log("seen", titles, chosen, found.children.length, hosts.length, "end");
  });
  </script></body>
  """

@Test(.enabled(if: browser != nil, "there is no Chromium on this machine"))
func `the search of the reference finds pages as somebody types`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  #expect(try tool.run("doc", "resize", "--site", "site").status == 0)
  let page = try String(contentsOfFile: tool.path("site/index.html"), encoding: .utf8)
  try tool.write(page.replacing("</body>", with: searchProbe), to: "site/probe.html")
  let lines = try consoleLines(of: "site/probe.html", in: tool)
  #expect(lines.count == 1, "\(lines)")
  #expect(lines.first?.contains("seen resize 0 0 0 end") == true, "\(lines)")
}
