// A proxy in front of a room server that does not let WebSockets through as it should. It writes the port it listens on.
//
// node proxy.js PORT MODE
//   strip     a request for a WebSocket goes on as one without `Upgrade`, as nginx does it that is told nothing of WebSockets
//   swallow   and is never answered
//   rename    the same as strip, and the server hears its own name instead of the proxy's
// Lines on its standard input: `cut` ends all connections, while a request waits for what the server will say; `refuse STATUS TYPE TEXT` answers so in place of Socket.IO, and `pass`
// no longer.
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
  forwarded.begun = performance.now();
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

/** A browser sends again by itself what was cut off before it was answered, where that may never have arrived. */
function cut() {
  const waits = [...sockets].some(({ begun }) => performance.now() - begun > 200);
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
