// A Socket.IO client: protocol 5 over a WebSocket (Engine.IO 4), the default namespace, text only. It stays connected:
// a lost connection is made again, later each time and never in step with the other pages.

const FIRST_DELAY = 500;
const LONGEST_DELAY = 5000;
/** How long a new connection may take until it is open. */
const OPENING_LIMIT = 15_000;
const ACK_LIMIT = 10_000;
/** Between two tries to find out whether a connection is dead. */
const RIVAL_DELAY = 250;

/**
 * Events: `connect`, `disconnect` (detail: `{delay}` in ms until the next try) and `refused` (detail: the server's
 * message; there is no further try). What the server emits comes by `on`.
 */
export class Socket extends EventTarget {
  #url;
  #socket = null;
  /** Opened to see whether the connection is still there. */
  #rival = null;
  #handlers = new Map();
  #acks = new Map();
  #lastAck = 0;
  #failures = 0;
  #watchdog = 0;
  #retry = 0;
  #silence = OPENING_LIMIT;
  #heard = 0;
  #maxPayload = 100_000;
  id = null;

  /** @param {string|URL} url where the server is, such as `https://host/socket.io/`. */
  constructor(url) {
    super();
    this.#url = new URL(url);
    this.#url.protocol = this.#url.protocol.replace("http", "ws");
    this.#url.search = "?EIO=4&transport=websocket";
  }

  get connected() {
    return this.id !== null;
  }

  /** Calls `handler` with the arguments of the server's event `name`. */
  on(name, handler) {
    this.#handlers.set(name, handler);
  }

  /** Connects now, also where the next try would have come later. A connection that is open, or about to be, stays. */
  connect() {
    if (!this.#socket) this.#use(new WebSocket(this.#url));
  }

  #use(socket) {
    clearTimeout(this.#retry);
    this.#retry = 0;
    this.#socket = socket;
    this.#silence = OPENING_LIMIT;
    this.#hear();
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket || typeof data !== "string") return;
      this.#endRival();
      this.#hear();
      this.#take(data);
    };
    socket.onclose = () => this.#lost(socket);
  }

  /** Ends the connection for good. */
  close() {
    const socket = this.#socket;
    this.#forget();
    if (socket?.readyState === WebSocket.OPEN) socket.send("41");
    socket?.close();
  }

  /** After a sleep or a hidden time timers may be late: looks at once whether the server has been silent too long. */
  check() {
    if (this.#socket && performance.now() - this.#heard > this.#silence) this.#lost(this.#socket);
    else if (!this.#socket && this.#retry) this.connect();
  }

  /**
   * Finds out whether the connection is dead without a word, as it is after a change of networks: another one is opened beside
   * it, and the one that is heard first stays. To be called with a request on its way, so that a living one is faster.
   */
  verify() {
    if (!this.connected || this.#rival) return;
    const rival = new WebSocket(this.#url);
    this.#rival = rival;
    rival.onclose = () =>
      setTimeout(() => {
        if (rival !== this.#rival) return;
        this.#rival = null;
        this.verify();
      }, RIVAL_DELAY);
    rival.onmessage = ({ data }) => {
      if (rival !== this.#rival || typeof data !== "string") return;
      this.#rival = null;
      const dead = this.#socket;
      this.#forget();
      dead.close();
      this.dispatchEvent(new CustomEvent("disconnect", { detail: { delay: 0 } }));
      this.#use(rival);
      this.#take(data);
    };
  }

  #endRival() {
    const rival = this.#rival;
    this.#rival = null;
    if (!rival) return;
    // Before it is open the browser would complain.
    if (rival.readyState === WebSocket.CONNECTING) rival.onopen = () => rival.close();
    else rival.close();
  }

  /**
   * Emits an event.
   * @returns {boolean} whether it went out: nothing is kept for later.
   */
  emit(name, ...values) {
    return this.#send(`42${JSON.stringify([name, ...values])}`);
  }

  /** Emits an event and gives the first value of the server's acknowledgement; rejects when none comes. */
  request(name, ...values) {
    return new Promise((resolve, reject) => {
      const id = this.#lastAck++;
      const timer = setTimeout(() => this.#settle(id, "reject", new Error("no answer")), ACK_LIMIT);
      this.#acks.set(id, { resolve, reject, timer });
      if (!this.#send(`42${id}${JSON.stringify([name, ...values])}`)) {
        this.#settle(id, "reject", new Error("not connected"));
      }
    });
  }

  #send(packet) {
    // A character is at most three bytes of UTF-8; the server cuts off whoever sends more than it said.
    if (!this.connected || packet.length * 3 > this.#maxPayload) return false;
    this.#socket.send(packet);
    return true;
  }

  #take(packet) {
    switch (packet[0]) {
      case "0": return this.#open(parse(packet.slice(1)));
      case "1": return this.#lost(this.#socket);
      case "2": return this.#socket.send("3");
      case "4": return this.#message(packet.slice(1));
    }
  }

  #open(handshake) {
    const { pingInterval, pingTimeout, maxPayload } = handshake ?? {};
    if (!(pingInterval > 0 && pingTimeout > 0)) return this.#lost(this.#socket);
    this.#silence = pingInterval + pingTimeout;
    if (maxPayload > 0) this.#maxPayload = maxPayload;
    this.#hear();
    this.#socket.send("40");
  }

  #message(packet) {
    const [, type, id, body] = /^([0-6])(\d*)(.*)$/s.exec(packet) ?? [];
    const value = parse(body);
    switch (type) {
      case "0":
        if (typeof value?.sid !== "string") return this.#lost(this.#socket);
        this.id = value.sid;
        this.#failures = 0;
        return this.dispatchEvent(new Event("connect"));
      case "1":
        return this.#lost(this.#socket);
      case "2":
        if (!this.connected || !Array.isArray(value)) return;
        this.#handlers.get(value[0])?.(...value.slice(1));
        // Nothing that the server emits to this page asks for more than that it came.
        if (id) this.#send(`43${id}[]`);
        return;
      case "3":
        if (Array.isArray(value)) this.#settle(Number(id), "resolve", value[0]);
        return;
      case "4": {
        const message = typeof value?.message === "string" ? value.message : "";
        this.close();
        return this.dispatchEvent(new CustomEvent("refused", { detail: message }));
      }
    }
  }

  #hear() {
    this.#heard = performance.now();
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#lost(this.#socket), this.#silence);
  }

  #lost(socket) {
    if (!socket || socket !== this.#socket) return;
    this.#forget();
    socket.close();
    const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.#failures++);
    const delay = longest * (0.5 + Math.random());
    this.#retry = setTimeout(() => this.connect(), delay);
    this.dispatchEvent(new CustomEvent("disconnect", { detail: { delay } }));
  }

  #forget() {
    this.#endRival();
    this.#socket = null;
    this.id = null;
    clearTimeout(this.#watchdog);
    clearTimeout(this.#retry);
    this.#retry = 0;
    for (const id of [...this.#acks.keys()]) this.#settle(id, "reject", new Error("not connected"));
  }

  #settle(id, how, value) {
    const ack = this.#acks.get(id);
    if (!ack) return;
    this.#acks.delete(id);
    clearTimeout(ack.timer);
    ack[how](value);
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
