-- Gen in Neovim: checks, completion, help, names, layout, cells. See README.md beside this file.
vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile" }, {
  pattern = "*.gen",
  command = "setfiletype gen",
})

vim.api.nvim_create_autocmd("FileType", {
  pattern = "gen",
  callback = function(event)
    vim.bo.commentstring = "# %s"
    vim.bo.omnifunc = "v:lua.vim.lsp.omnifunc"
    local root = vim.fn.fnamemodify(event.file ~= "" and event.file or ".", ":p:h")
    if vim.lsp.start then
      vim.lsp.start({ name = "gen", cmd = { "gen", "lsp" }, root_dir = root })
    else -- before Neovim 0.8
      vim.g.gen_client = vim.g.gen_client
        or vim.lsp.start_client({ name = "gen", cmd = { "gen", "lsp" }, root_dir = root })
      vim.lsp.buf_attach_client(event.buf, vim.g.gen_client)
    end
  end,
})
