// Engine.IO's long polling behind the face of a WebSocket, for networks that let no WebSocket through: one request waits for what
// the server says, and another carries what this page says once the one before it is answered. So nothing is overtaken. What
// fails ends the connection, since nobody knows how much of it had arrived.

const SEPARATOR = "\x1e";
/** As a WebSocket counts its states. */
const [CONNECTING, OPEN, CLOSING, CLOSED] = [0, 1, 2, 3];
/** Together in one request, where one packet alone is not more: what the server takes of a page that is in no room yet. */
const MOST_BYTES = 16_000;
const MOST_PACKETS = 200;
/** How long the server may take to hear that this page goes. */
const PARTING_LIMIT = 3000;

/**
 * As of a WebSocket: `readyState`, `send`, `close`, `onopen`, `onmessage` and `onclose`. That one's event has a `refusal`, where an
 * answer was one: `{status, text}`, with what the server, or a proxy in its place, says in plain text.
 */
export class Polling {
  #url;
  #waiting = [];
  #isPosting = false;
  #ending = new AbortController();
  readyState = CONNECTING;
  onopen = null;
  onmessage = null;
  onclose = null;

  /** @param {URL} url as for a WebSocket. */
  constructor(url) {
    this.#url = new URL(url);
    this.#url.protocol = this.#url.protocol.replace("ws", "http");
    this.#url.searchParams.set("transport", "polling");
    this.#listen();
  }

  send(packet) {
    if (this.readyState !== OPEN) return;
    this.#waiting.push(packet);
    this.#post();
  }

  close() {
    if (this.readyState === CONNECTING) return this.#end();
    if (this.readyState !== OPEN) return;
    this.readyState = CLOSING;
    this.#waiting.push("1");
    this.#post();
    setTimeout(() => this.#end(), PARTING_LIMIT);
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
      // What else answers in the server's place, such as a network's page to log in at, says no such thing.
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
      while (this.#waiting.length > 0 && this.readyState < CLOSED) {
        await this.#ask({ method: "POST", body: this.#together() });
      }
      if (this.readyState === CLOSING) this.#end();
    } catch (error) {
      this.#end(error);
    }
    this.#isPosting = false;
  }

  /** As many of the packets that wait as go in one request, in their order. */
  #together() {
    let [count, bytes] = [0, 0];
    do {
      // A character is at most three bytes of UTF-8.
      bytes += this.#waiting[count++].length * 3 + 1;
    } while (count < Math.min(this.#waiting.length, MOST_PACKETS)
      && bytes + this.#waiting[count].length * 3 < MOST_BYTES);
    return this.#waiting.splice(0, count).join(SEPARATOR);
  }

  /** @throws {Refused} for an answer that is none. */
  async #ask(request) {
    const response = await fetch(this.#url, { cache: "no-store", signal: this.#ending.signal, ...request });
    const text = await response.text();
    if (!response.ok) throw new Refused(response, text);
    return text;
  }

  #end(error) {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.#ending.abort();
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

/** What an answer that refuses says; a proxy's page is not for people to read here. */
function sentenceOf(type, text) {
  if (/^text\/plain\b/i.test(type)) return text.trim();
  try {
    return String(JSON.parse(text).message ?? "");
  } catch {
    return "";
  }
}
