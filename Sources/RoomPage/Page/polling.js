// Engine.IO's long polling with the interface of a WebSocket, for networks that block WebSockets. One request waits for
// packets from the server; another sends packets, once the one before it is answered. So packets stay in order. A
// request that fails closes the connection, since it is unknown how many of its packets arrived.

const SEPARATOR = "\x1e";
/** The values of `WebSocket.readyState`. */
const [CONNECTING, OPEN, CLOSING, CLOSED] = [0, 1, 2, 3];
/**
 * The most bytes and packets in one request, unless a single packet is larger: what the server accepts of a page that
 * is in no room yet.
 */
const MOST_BYTES = 16_000;
const MOST_PACKETS = 200;
/** Milliseconds for sending the close packet. */
const CLOSE_LIMIT = 3000;

/**
 * Has a WebSocket's `readyState`, `send`, `close`, `onopen`, `onmessage` and `onclose`. The close event has a `refusal`
 * if a request was refused: `{status, text}`, with the plain text of the server, or of a proxy in its place.
 */
export class Polling {
  #url;
  #unsent = [];
  #isPosting = false;
  #abort = new AbortController();
  readyState = CONNECTING;
  onopen = null;
  onmessage = null;
  onclose = null;

  /** @param {URL} url the one for a WebSocket. */
  constructor(url) {
    this.#url = new URL(url);
    this.#url.protocol = this.#url.protocol.replace("ws", "http");
    this.#url.searchParams.set("transport", "polling");
    this.#listen();
  }

  send(packet) {
    if (this.readyState !== OPEN) return;
    this.#unsent.push(packet);
    this.#post();
  }

  close() {
    if (this.readyState === CONNECTING) return this.#end();
    if (this.readyState !== OPEN) return;
    this.readyState = CLOSING;
    this.#unsent.push("1");
    this.#post();
    setTimeout(() => this.#end(), CLOSE_LIMIT);
  }

  async #listen() {
    try {
      while (this.readyState <= OPEN) {
        for (const packet of (await this.#ask()).split(SEPARATOR)) this.#take(packet);
      }
    } catch (error) {
      this.#end(error);
    }
  }

  #take(packet) {
    if (this.readyState === CONNECTING) {
      // Anything else that answers, such as a network's login page, has no handshake: this throws.
      this.#url.searchParams.set("sid", JSON.parse(packet.slice(packet[0] === "0" ? 1 : packet.length)).sid);
      this.readyState = OPEN;
      this.onopen?.();
    }
    if (packet === "1") return this.#end();
    if (this.readyState === OPEN) this.onmessage?.({ data: packet });
  }

  async #post() {
    if (this.#isPosting) return;
    this.#isPosting = true;
    try {
      while (this.#unsent.length > 0 && this.readyState < CLOSED) {
        await this.#ask({ method: "POST", body: this.#nextBatch() });
      }
      if (this.readyState === CLOSING) this.#end();
    } catch (error) {
      this.#end(error);
    }
    this.#isPosting = false;
  }

  /** Takes the next packets from the queue, as many as fit in one request. */
  #nextBatch() {
    let [count, bytes] = [0, 0];
    do {
      // A UTF-16 unit is at most three bytes of UTF-8.
      bytes += this.#unsent[count++].length * 3 + 1;
    } while (count < Math.min(this.#unsent.length, MOST_PACKETS)
      && bytes + this.#unsent[count].length * 3 < MOST_BYTES);
    return this.#unsent.splice(0, count).join(SEPARATOR);
  }

  /** @throws {Refused} for a response with another status than 200 to 299. */
  async #ask(request) {
    const response = await fetch(this.#url, { cache: "no-store", signal: this.#abort.signal, ...request });
    const text = await response.text();
    if (!response.ok) throw new Refused(response, text);
    return text;
  }

  #end(error) {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.#abort.abort();
    const refusal = error instanceof Refused ? { status: error.status, text: error.text } : undefined;
    queueMicrotask(() => this.onclose?.({ refusal }));
  }
}

class Refused extends Error {
  constructor({ status, headers }, text) {
    super(`HTTP ${status}`);
    this.status = status;
    this.text = sentenceOf(headers.get("Content-Type") ?? "", text);
  }
}

/** The sentence in a refusal: its plain text, or the `message` of its JSON. Empty for a proxy's HTML page. */
function sentenceOf(type, text) {
  if (/^text\/plain\b/i.test(type)) return text.trim();
  try {
    return String(JSON.parse(text).message ?? "");
  } catch {
    return "";
  }
}
