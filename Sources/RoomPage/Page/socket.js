// A Socket.IO client: protocol 5 over a WebSocket or by polling (Engine.IO 4), the default namespace, text only. It
// reconnects after a lost connection, with growing random delays, so that pages do not all reconnect at the same
// moment.

import { Polling } from "./polling.js";

const FIRST_DELAY = 500;
const LONGEST_DELAY = 5000;
/** Milliseconds until a new connection must be open. */
const OPENING_LIMIT = 15_000;
/** Milliseconds without a message on a new WebSocket until polling is tried beside it: some proxies drop WebSockets. */
const ANSWER_LIMIT = 3000;
const ACK_LIMIT = 10_000;
/** Milliseconds between two attempts to verify a connection. */
const RIVAL_DELAY = 250;

/** HTTP statuses that are final for a page that was never connected: 403 Forbidden, 421 Misdirected Request. */
const FINAL = [403, 421];

/**
 * Events: `connect`, `disconnect` (detail: `delay` in ms until the next attempt, and the `status` and `text` of a
 * refusal) and `refused` (detail: the server's message; there is no further attempt). `on` registers handlers of the
 * server's events.
 *
 * If a WebSocket does not open or receives nothing, polling replaces it until the page is closed, unless a WebSocket
 * has worked before.
 */
export class Socket extends EventTarget {
  #url;
  #socket = null;
  /** A second connection, opened to find out whether the first one is still alive; the first to receive stays. */
  #rival = null;
  #handlers = new Map();
  #acks = new Map();
  #lastAck = 0;
  #failures = 0;
  #watchdog = 0;
  #retry = 0;
  #silenceLimit = OPENING_LIMIT;
  #lastReceived = 0;
  #maxPayload = 100_000;
  /** Whether anything was received since `connect`. */
  #answered = false;
  #usesPolling = false;
  #hadWebSocket = false;
  #wasConnected = false;
  #pollingTimer = 0;
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

  /** Connects now, ahead of a scheduled attempt. Does nothing if a connection is open or being opened. */
  connect() {
    if (this.#socket) return;
    this.#answered = false;
    this.#use(this.#dial());
    if (this.#usesPolling) return;
    this.#pollingTimer = setTimeout(() => {
      if (!this.#answered && !this.#rival) this.#race(new Polling(this.#url));
    }, ANSWER_LIMIT);
  }

  #dial() {
    return this.#usesPolling ? new Polling(this.#url) : new WebSocket(this.#url);
  }

  #use(socket) {
    clearTimeout(this.#retry);
    this.#retry = 0;
    this.#socket = socket;
    this.#silenceLimit = OPENING_LIMIT;
    this.#noteReceived();
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket || typeof data !== "string") return;
      this.#answered = true;
      this.#endRival();
      this.#noteReceived();
      this.#take(data);
    };
    socket.onclose = (event) => {
      if (socket !== this.#socket) return;
      if (this.#answered || socket instanceof Polling) return this.#lost(socket, event?.refusal);
      // A WebSocket does not show whether it was refused or there is no server; polling does.
      const rival = this.#rival;
      this.#rival = null;
      this.#use(rival ?? new Polling(this.#url));
    };
  }

  /** Closes the connection; it is not opened again by itself. */
  close() {
    const socket = this.#socket;
    this.#forget();
    if (socket?.readyState === WebSocket.OPEN) socket.send("41");
    socket?.close();
  }

  /** Checks for silence and due attempts at once: after sleep, or while the page was hidden, timers may be late. */
  check() {
    if (this.#socket && performance.now() - this.#lastReceived > this.#silenceLimit) this.#lost(this.#socket);
    else if (!this.#socket && this.#retry) this.connect();
  }

  /**
   * Finds out whether the connection died unnoticed, as after a change of networks: opens a second one beside it, and
   * keeps the first of the two that receives a message. To be called after a request was sent, so that a live
   * connection wins.
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

  /** Keeps the first of the connection and `rival` that receives a message. */
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
   * @returns {boolean} whether it was sent; events are not queued.
   */
  emit(name, ...values) {
    return this.#send(`42${JSON.stringify([name, ...values])}`);
  }

  /**
   * Emits an event and resolves to the first value of the server's acknowledgement; rejects if there is none in time.
   */
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
    // A UTF-16 unit is at most three bytes of UTF-8. The server closes the connection of a client that exceeds
    // `maxPayload`.
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
    this.#silenceLimit = pingInterval + pingTimeout;
    if (maxPayload > 0) this.#maxPayload = maxPayload;
    this.#noteReceived();
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
        this.#usesPolling = !this.#hadWebSocket;
        return this.dispatchEvent(new Event("connect"));
      case "1":
        return this.#lost(this.#socket);
      case "2":
        if (!this.connected || !Array.isArray(value)) return;
        this.#handlers.get(value[0])?.(...value.slice(1));
        // None of the server's events needs values in its acknowledgement.
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

  #noteReceived() {
    this.#lastReceived = performance.now();
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#lost(this.#socket), this.#silenceLimit);
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
    clearTimeout(this.#pollingTimer);
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

/** Closes a connection that another one has replaced. */
function retire(socket) {
  socket.onmessage = socket.onclose = null;
  // Closing a WebSocket before it is open logs an error in the browser's console.
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
