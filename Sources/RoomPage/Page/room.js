// This page's state in the room: whether it has joined, the members and their messages. It does not touch the document.

import { Socket } from "./socket.js";
import { harmless, harmlessName } from "./text.js";

/** More members than a room can have; more from the server are ignored. */
const MOST_MEMBERS = 2000;
/** The most messages taken from the history. */
const MOST_LINES = 1000;
/** Milliseconds until the next attempt to join a full room. */
const FULL_RETRY = 15_000;

/**
 * Events: `state`, `members`, `locked` and `iceservers` (see the properties), `rejoined` (after a lost connection,
 * before the new `members`), `bye` (detail: the member), `chat` (detail: `{from, name, text, time, isMine}`), `history`
 * (detail: such messages, sent before this page joined, the oldest first), `cleared` (the chat was cleared), `peer`
 * (detail: `{from, data}`).
 */
export class Room extends EventTarget {
  #socket;
  #token;
  #timer = 0;
  /** A secret shared with the server only: joining again with it replaces the member of the lost connection. */
  #session = randomName();
  name;
  /** This page's member id in the room, which is not the connection's id. */
  myID = null;
  /** This page's own name, as the server has it. */
  myName;
  /** The other members by id: `{id, role, name}`. */
  members = new Map();
  iceServers = [];
  /** Whether nobody else can join. */
  locked = false;
  #probing = false;
  /**
   * `phase`: connecting, joining, in, lost, full, refused, removed; `retryAt`: of lost and full, the time of the next
   * attempt, as of `performance.now()`; `reason`: of refused and removed, and of lost if the server gave one; `status`:
   * of lost, the HTTP status that the server or a proxy answered with; `again`: whether the page was in the room
   * before.
   */
  state = { phase: "connecting" };

  constructor({ url, name, myName, token }) {
    super();
    this.name = name;
    this.myName = myName;
    this.#token = token;
    this.#socket = new Socket(url);
    this.#socket.addEventListener("connect", () => this.#join());
    this.#socket.addEventListener("disconnect", ({ detail }) => {
      if (!["refused", "removed"].includes(this.state.phase)) {
        const { delay, status, text } = detail;
        this.#change({ phase: "lost", retryAt: performance.now() + delay, status, reason: harmless(text, 300) });
      }
    });
    this.#socket.addEventListener("refused", ({ detail }) => this.#refuse(detail));
    this.#listen();
  }

  enter() {
    this.#socket.connect();
  }

  /** Tries again now, for a person or after a change of the network. */
  retry(token = this.#token) {
    this.#token = token;
    if (this.#socket.connected) this.#join();
    else this.#socket.connect();
  }

  /** To be called after the page was asleep, or when the network is back. */
  wake() {
    this.#socket.check();
  }

  leave() {
    this.#socket.emit("leave", this.name);
    this.#socket.close();
  }

  /** Sends a chat message. @throws {Refusal} when the server did not accept it. */
  say(text) {
    return this.#ask("chat", text);
  }

  /** Changes this page's name. @throws {Refusal} when the server did not accept it. */
  rename(name) {
    return this.#ask("name", name);
  }

  /** Sends signalling to one member. @returns {boolean} whether it was sent. */
  sendTo(id, data) {
    return this.state.phase === "in" && this.#socket.emit("message", this.name, { ...data, to: id });
  }

  /**
   * Tests the connection to the server, for use after the connection to a publisher broke. A change of the network may
   * have broken both, and a lost WebSocket can go unnoticed for long. The request asks for TURN credentials, since the
   * first ones may have expired.
   * @returns {Promise<boolean>} whether the server has answered; if not, the page joins again.
   */
  async probe() {
    if (this.state.phase !== "in") return false;
    const answered = this.#probing ? null : this.#ask("iceServers").catch(() => ({}));
    this.#socket.verify();
    if (!answered) return false;
    this.#probing = true;
    const { id } = this.#socket;
    const { iceServers } = await answered;
    this.#probing = false;
    if (iceServers) this.#takeIceServers(iceServers);
    return this.#socket.id === id;
  }

  #takeIceServers(servers) {
    this.iceServers = (Array.isArray(servers) ? servers : []).slice(0, 8);
    this.#dispatch("iceservers");
  }

  async #ask(event, ...values) {
    const asked = this.#socket.request(event, this.name, ...values);
    const answer = await asked.catch(({ message }) => ({ reason: message }));
    if (answer?.ok !== true) throw new Refusal(harmless(answer?.reason, 100));
    return answer;
  }

  #join() {
    clearTimeout(this.#timer);
    this.#change({ phase: "joining" });
    this.#socket.emit("join", this.name, {
      role: "viewer", name: this.myName, token: this.#token, session: this.#session,
    });
  }

  #refuse(reason) {
    this.#end({ phase: "refused", reason: harmless(reason, 200) });
  }

  /** Leaves the room for good: nothing is tried again until a person asks for it. */
  #end(state) {
    this.#change(state);
    this.#socket.close();
    this.members.clear();
    this.#lock(false);
    this.#dispatch("members");
  }

  #change(state) {
    const again = this.state.again || this.state.phase === "in";
    this.state = { ...state, again };
    this.#dispatch("state");
  }

  #dispatch(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #listen() {
    const on = (event, handler) =>
      this.#socket.on(event, (room, ...values) => {
        if (room === this.name) handler(...values);
      });
    on("joined", (id, info) => {
      this.myID = id;
      if (typeof info?.name === "string") this.myName = harmlessName(info.name);
      this.#takeIceServers(info?.iceServers);
      this.#lock(info?.locked === true);
      // The list of members follows; it shows who left meanwhile.
      this.#change({ phase: "in" });
    });
    // Sent when somebody starts to share.
    on("iceServers", (info) => this.#takeIceServers(info?.iceServers));
    on("members", (list) => {
      this.members.clear();
      for (const member of Array.isArray(list) ? list : []) this.#add(member?.id, member);
      if (this.state.again) this.#dispatch("rejoined");
      this.#dispatch("members");
    });
    on("otherjoin", (id, info) => {
      this.#add(id, info);
      this.#dispatch("members");
    });
    on("member", (member) => {
      if (member?.id === this.myID) this.myName = harmlessName(member.name);
      else this.#add(member?.id, member);
      this.#dispatch("members");
    });
    on("bye", (id) => {
      const member = this.members.get(id);
      this.members.delete(id);
      this.#dispatch("members");
      if (member) this.#dispatch("bye", member);
    });
    on("full", (id, info) => {
      if (info?.reason && info.reason !== "full") return this.#refuse(info.reason);
      this.#timer = setTimeout(() => this.retry(), FULL_RETRY);
      this.#change({ phase: "full", retryAt: performance.now() + FULL_RETRY });
    });
    on("locked", (locked) => this.#lock(locked === true));
    on("removed", (id, info) => this.#end({ phase: "removed", reason: harmless(info?.reason, 40) }));
    on("chat", (message) => this.#dispatch("chat", this.#line(message)));
    on("history", (list) => {
      if (Array.isArray(list)) this.#dispatch("history", list.slice(-MOST_LINES).map((message) => this.#line(message)));
    });
    on("cleared", () => this.#dispatch("cleared"));
    on("message", (data) => {
      // The server sets `from` in an object; in a text the sender wrote everything, so texts are ignored.
      if (typeof data?.from === "string") this.#dispatch("peer", { from: data.from, data });
    });
  }

  #line(message) {
    const { id, name, text, time } = message ?? {};
    return { from: id, name: harmlessName(name), text: harmless(text), time: asTime(time), isMine: id === this.myID };
  }

  #lock(locked) {
    if (locked === this.locked) return;
    this.locked = locked;
    this.#dispatch("locked");
  }

  #add(id, info) {
    if (typeof id !== "string" || id === this.myID) return;
    const known = this.members.get(id);
    if (!known && this.members.size >= MOST_MEMBERS) return;
    const role = info?.role === "publisher" ? "publisher" : known?.role ?? "viewer";
    const name = harmlessName(info?.name, role === "publisher" ? "Presenter" : "Guest");
    this.members.set(id, { id, role, name: role === "publisher" ? this.#distinct(id, name) : name });
  }

  /** Makes the names of publishers distinct: of two with one name the later one gets a number. */
  #distinct(id, name) {
    const taken = new Set();
    for (const member of this.members.values()) if (member.role === "publisher" && member.id !== id) taken.add(member.name);
    let distinct = name;
    for (let number = 2; taken.has(distinct); number++) distinct = `${name} (${number})`;
    return distinct;
  }
}

/** A request that the server refused; the message is its reason, in one word. */
export class Refusal extends Error {}

function randomName() {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((number) => number.toString(36)).join("");
}

function asTime(value) {
  return Number.isFinite(value) && Math.abs(value) < 8e15 ? value : Date.now();
}
