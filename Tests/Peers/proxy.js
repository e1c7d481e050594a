// A proxy in front of a room server that breaks WebSockets. It prints the port it listens on.
//
// node proxy.js PORT MODE
//   strip     forwards a WebSocket request without `Upgrade`, as nginx does by default
//   swallow   never answers a WebSocket request
//   rename    like strip, with the server's own name in `Host` instead of the proxy's
// Commands on standard input: `cut` closes all connections while a request waits for the server's answer; `refuse STATUS
// TYPE TEXT` answers Socket.IO requests with that, and `pass` ends it.
const http = require("node:http");
const readline = require("node:readline");

const [port, mode] = process.argv.slice(2);
let refusal = null;
const sockets = new Set();

const server = http.createServer((request, response) => {
  if (refusal && request.url.startsWith("/socket.io/")) {
    response.writeHead(refusal.status, { "Content-Type": refusal.type });
    return response.end(refusal.text);
  }
  if (request.headers.upgrade && mode === "swallow") return;
  const headers = { ...request.headers };
  delete headers.upgrade;
  headers.connection = "close";
  if (mode === "rename") headers.host = `127.0.0.1:${port}`;
  const forwarded = http.request({ host: "127.0.0.1", port, method: request.method, path: request.url, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  forwarded.startedAt = performance.now();
  sockets.add(forwarded);
  forwarded.on("close", () => sockets.delete(forwarded));
  forwarded.on("error", () => response.destroy());
  response.on("close", () => forwarded.destroy());
  request.pipe(forwarded);
});

server.on("connection", (socket) => {
  sockets.add(socket);
  socket.on("close", () => sockets.delete(socket));
});

/** Waits for a request that is surely with the server: a browser repeats by itself one that may not have arrived. */
function cut() {
  const waits = [...sockets].some(({ startedAt }) => performance.now() - startedAt > 200);
  if (!waits) return setTimeout(cut, 20);
  for (const socket of sockets) socket.destroy();
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const [command, status, type, ...words] = line.split(" ");
  if (command === "cut") cut();
  if (command === "refuse") refusal = { status: Number(status), type, text: words.join(" ") };
  if (command === "pass") refusal = null;
  console.log(line);
});

server.listen(0, "127.0.0.1", () => console.log(server.address().port));
