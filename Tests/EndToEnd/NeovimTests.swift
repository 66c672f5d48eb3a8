import Foundation
import Testing

private let neovim = program("nvim")

/// Opens a script as a person would and asks for all that Neovim asks of a server.
private let visit = """
  local function wait(what, fits)
    if not vim.wait(30000, fits, 50) then io.stdout:write("missed ", what, "\\n") end
  end
  local function ask(method, line, character, more)
    local params = vim.tbl_extend("force", {
      textDocument = vim.lsp.util.make_text_document_params(),
      position = { line = line, character = character },
    }, more or {})
    local found = vim.lsp.buf_request_sync(0, method, params, 30000)
    for _, answer in pairs(found or {}) do return answer.result end
  end
  local function say(...) io.stdout:write(table.concat({ ... }, " "), "\\n") end

  vim.cmd("edit a.gen")
  wait("diagnostics", function() return #vim.diagnostic.get(0) > 0 end)
  local wrong = vim.diagnostic.get(0)[1]
  say("wrong", wrong.code, wrong.lnum, wrong.col)
  vim.api.nvim_buf_set_lines(0, 1, 2, false, { 'print("🚤 {wide}")' })
  wait("mending", function() return #vim.diagnostic.get(0) == 0 end)
  say("hover", ask("textDocument/hover", 1, 11).contents.value:match("wide: %a+") or "nothing")
  local items = ask("textDocument/completion", 1, 13).items
  say("complete", items[1] and items[1].label or "nothing")
  vim.api.nvim_win_set_cursor(0, { 2, 15 })
  vim.lsp.buf.rename("broad")
  wait("renaming", function() return vim.api.nvim_buf_get_lines(0, 0, 1, false)[1] == "broad=2" end)
  wait("checking", function() return #vim.diagnostic.get(0) == 0 end)
  local client = vim.lsp.get_active_clients()[1]
  local edits = ask("textDocument/formatting", 0, 0, { options = { tabSize = 2, insertSpaces = true } })
  vim.lsp.util.apply_text_edits(edits, 0, client.offset_encoding)
  say(table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "/"))
  local lens = ask("textDocument/codeLens", 0, 0)[1].command
  say("shown", ask("workspace/executeCommand", 0, 0, lens).shown[1])
  vim.lsp.stop_client(client.id)
  wait("ending", function() return #vim.lsp.get_active_clients() == 0 end)
  vim.cmd("qall!")
  """

@Test(.enabled(if: neovim != nil, "there is no Neovim on this machine"))
func `Neovim set up as we say checks, completes, renames, lays out and runs a script`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  let setup = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../stdlib/editors/neovim/gen.lua").standardizedFileURL.path
  try tool.write("wide=2\nprint(wid)\n", to: "a.gen")
  try tool.write(visit, to: "visit.lua")
  let outcome = try tool.run(
    try #require(neovim),
    ["--headless", "-u", "NONE", "-n", "-c", "luafile \(setup)", "-c", "luafile visit.lua"])
  #expect(
    outcome.output == """
      wrong E0101 1 6
      hover wide: Int
      complete wide
      broad = 2/print("🚤 {broad}")
      shown 🚤 2

      """, "\(outcome.errors)")
}
