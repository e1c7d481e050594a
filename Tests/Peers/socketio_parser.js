// Encodes and decodes packets with Debian's socket.io-parser (protocol 5), for the differential test of RoomProtocol.
// Each line of the file named is {"encode": packet} or {"decode": [message, …]}; bytes are {"$bytes": "hexadecimal"}.
const { Decoder, Encoder } = require("socket.io-parser");
const { readFileSync } = require("node:fs");

const revived = (_, value) => (value?.$bytes === undefined ? value : Buffer.from(value.$bytes, "hex"));

function shown(value) {
  if (Buffer.isBuffer(value)) return { $bytes: value.toString("hex") };
  if (Array.isArray(value)) return value.map(shown);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shown(member)]));
}

function decoded(messages) {
  const decoder = new Decoder();
  const packets = [];
  decoder.on("decoded", (packet) => packets.push(packet));
  for (const message of messages) decoder.add(message);
  if (packets.length !== 1) throw new Error("no packet");
  const { type, nsp, id, data } = packets[0];
  return { type, nsp, id, data };
}

for (const line of readFileSync(process.argv[2], "utf8").split("\n").filter(Boolean)) {
  const { encode, decode } = JSON.parse(line, revived);
  let answer;
  try {
    answer = encode ? new Encoder().encode(encode) : decoded(decode);
  } catch (error) {
    answer = { error: error.message };
  }
  console.log(JSON.stringify(shown(answer)));
}
