// A Socket.IO client: protocol 5 over a WebSocket or by polling (Engine.IO 4), the default namespace, text only. It stays
// connected: a lost connection is made again, later each time and never in step with the other pages.

import { Polling } from "./polling.js";

const FIRST_DELAY = 500;
const LONGEST_DELAY = 5000;
/** How long a new connection may take until it is open. */
const OPENING_LIMIT = 15_000;
/** After this time without a word over a WebSocket polling is tried beside it: some proxies swallow what they do not know. */
const ANSWER_LIMIT = 3000;
const ACK_LIMIT = 10_000;
/** Between two tries to find out whether a connection is dead. */
const RIVAL_DELAY = 250;

/** Answers that stay the same however often one asks, where nothing else has been heard yet: forbidden, and not this server's name. */
const FINAL = [403, 421];

/**
 * Events: `connect`, `disconnect` (detail: `delay` in ms until the next try, and where an answer was a refusal its `status` and
 * `text`) and `refused` (detail: the server's message; there is no further try). What the server emits comes by `on`.
 *
 * Where a WebSocket does not open, or nothing comes by it, polling takes its place: for as long as the page is there, unless a
 * WebSocket has come through before.
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
  /** Whether anything has come since `connect`. */
  #answered = false;
  #polls = false;
  #hadWebSocket = false;
  #wasConnected = false;
  #doubt = 0;
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
    if (this.#socket) return;
    this.#answered = false;
    this.#use(this.#dial());
    if (this.#polls) return;
    this.#doubt = setTimeout(() => {
      if (!this.#answered && !this.#rival) this.#race(new Polling(this.#url));
    }, ANSWER_LIMIT);
  }

  #dial() {
    return this.#polls ? new Polling(this.#url) : new WebSocket(this.#url);
  }

  #use(socket) {
    clearTimeout(this.#retry);
    this.#retry = 0;
    this.#socket = socket;
    this.#silence = OPENING_LIMIT;
    this.#hear();
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket || typeof data !== "string") return;
      this.#answered = true;
      this.#endRival();
      this.#hear();
      this.#take(data);
    };
    socket.onclose = (event) => {
      if (socket !== this.#socket) return;
      if (this.#answered || socket instanceof Polling) return this.#lost(socket, event?.refusal);
      // It was refused, or nobody is there: which of the two, polling tells.
      const rival = this.#rival;
      this.#rival = null;
      this.#use(rival ?? new Polling(this.#url));
    };
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
    const rival = this.#dial();
    this.#race(rival);
    rival.onclose = () =>
      setTimeout(() => {
        if (rival !== this.#rival) return;
        this.#rival = null;
        this.verify();
      }, RIVAL_DELAY);
  }

  /** Whichever of the connection and this one is heard first stays. */
  #race(rival) {
    this.#rival = rival;
    rival.onclose = (event) => {
      if (rival !== this.#rival) return;
      this.#rival = null;
      if (!this.#answered && event?.refusal) this.#lost(this.#socket, event.refusal);
    };
    rival.onmessage = ({ data }) => {
      if (rival !== this.#rival || typeof data !== "string") return;
      this.#rival = null;
      const { connected } = this;
      const other = this.#socket;
      this.#forget();
      retire(other);
      if (connected) this.dispatchEvent(new CustomEvent("disconnect", { detail: { delay: 0 } }));
      this.#use(rival);
      rival.onmessage({ data });
    };
  }

  #endRival() {
    const rival = this.#rival;
    this.#rival = null;
    if (rival) retire(rival);
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
        this.#wasConnected = true;
        if (!(this.#socket instanceof Polling)) this.#hadWebSocket = true;
        this.#polls = !this.#hadWebSocket;
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

  #lost(socket, refusal) {
    if (!socket || socket !== this.#socket) return;
    this.#forget();
    socket.close();
    if (FINAL.includes(refusal?.status) && !this.#wasConnected) {
      return this.dispatchEvent(new CustomEvent("refused", { detail: refusal.text }));
    }
    const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.#failures++);
    const delay = longest * (0.5 + Math.random());
    this.#retry = setTimeout(() => this.connect(), delay);
    this.dispatchEvent(new CustomEvent("disconnect", { detail: { delay, ...refusal } }));
  }

  #forget() {
    this.#endRival();
    clearTimeout(this.#doubt);
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

/** Closes a connection that another has taken the place of. */
function retire(socket) {
  socket.onmessage = socket.onclose = null;
  // Before it is open the browser would complain.
  if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
  else socket.close();
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
