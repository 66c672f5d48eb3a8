// Starts `gen lsp` and hands it the .gen files.
const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

let client;

exports.activate = (context) => {
  const command = vscode.workspace.getConfiguration("gen").get("path", "gen");
  const server = { command, args: ["lsp"], transport: TransportKind.stdio };
  client = new LanguageClient("gen", "Gen", server, { documentSelector: [{ language: "gen" }] });
  context.subscriptions.push(client);
  return client.start();
};

exports.deactivate = () => client?.stop();
