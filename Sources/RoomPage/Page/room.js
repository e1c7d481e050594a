// The room as this page knows it: whether it is in, who is there, and what they say. It knows no elements.

import { Socket } from "./socket.js";
import { harmless, harmlessName } from "./text.js";

/** More than a room ever holds; a server that names more is not believed. */
const MOST_MEMBERS = 2000;
/** Of what was said before this page came. */
const MOST_LINES = 1000;
/** After this time a full room is asked again. */
const FULL_RETRY = 15_000;

/**
 * Events: `state`, `members`, `locked` and `iceservers` (see the properties), `rejoined` (after a lost connection, before the new
 * `members`), `bye` (detail: the member), `chat` (detail: `{from, name, text, time, isMine}`), `history` (detail: such lines, from before this page
 * came, the oldest first), `cleared` (what was said is forgotten), `peer` (detail: `{from, data}`).
 */
export class Room extends EventTarget {
  #socket;
  #token;
  #timer = 0;
  /** Known to the server alone: joining anew takes out what a lost connection left behind. */
  #session = randomName();
  name;
  /** My own id in the room, which is not the connection's. */
  myID = null;
  /** My own name, as the server has it. */
  myName;
  /** The members by their ids, without myself: `{id, role, name}`. */
  members = new Map();
  iceServers = [];
  /** Whether nobody else is let in. */
  locked = false;
  #probing = false;
  /**
   * `phase`: connecting, joining, in, lost, full, refused, removed; `retryAt`: of lost and full, when the next try is,
   * by `performance.now()`; `reason`: of refused and removed, and of lost where the server gave one, or else the `status` that it or a proxy
   * answered with; `again`: whether it was in the room before.
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

  /** Tries again now: what a person or a changed network asks for. */
  retry(token = this.#token) {
    this.#token = token;
    if (this.#socket.connected) this.#join();
    else this.#socket.connect();
  }

  /** The page has been asleep, or the network came back. */
  wake() {
    this.#socket.check();
  }

  leave() {
    this.#socket.emit("leave", this.name);
    this.#socket.close();
  }

  /** Says something to everyone here. @throws {Refusal} when the server did not take it. */
  say(text) {
    return this.#ask("chat", text);
  }

  /** @throws {Refusal} when the server did not take it. */
  rename(name) {
    return this.#ask("name", name);
  }

  /** Sends signalling to one member. @returns {boolean} whether it went out. */
  sendTo(id, data) {
    return this.state.phase === "in" && this.#socket.emit("message", this.name, { ...data, to: id });
  }

  /**
   * The way to a publisher broke: is the one to the server still there? A network that changed may have taken both, and
   * it can be long until a lost connection shows. The answer is TURN credentials: the first ones may have run out.
   * @returns {Promise<boolean>} whether the server has answered; else it is joined anew.
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
    this.#tell("iceservers");
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

  /** Out of the room, and nothing is tried until somebody asks for it. */
  #end(state) {
    this.#change(state);
    this.#socket.close();
    this.members.clear();
    this.#lock(false);
    this.#tell("members");
  }

  #change(state) {
    const again = this.state.again || this.state.phase === "in";
    this.state = { ...state, again };
    this.#tell("state");
  }

  #tell(type, detail) {
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
      // The list follows; those who left meanwhile are told apart then.
      this.#change({ phase: "in" });
    });
    // Somebody presents now.
    on("iceServers", (info) => this.#takeIceServers(info?.iceServers));
    on("members", (list) => {
      this.members.clear();
      for (const member of Array.isArray(list) ? list : []) this.#add(member?.id, member);
      if (this.state.again) this.#tell("rejoined");
      this.#tell("members");
    });
    on("otherjoin", (id, info) => {
      this.#add(id, info);
      this.#tell("members");
    });
    on("member", (member) => {
      if (member?.id === this.myID) this.myName = harmlessName(member.name);
      else this.#add(member?.id, member);
      this.#tell("members");
    });
    on("bye", (id) => {
      const member = this.members.get(id);
      this.members.delete(id);
      this.#tell("members");
      if (member) this.#tell("bye", member);
    });
    on("full", (id, info) => {
      if (info?.reason && info.reason !== "full") return this.#refuse(info.reason);
      this.#timer = setTimeout(() => this.retry(), FULL_RETRY);
      this.#change({ phase: "full", retryAt: performance.now() + FULL_RETRY });
    });
    on("locked", (locked) => this.#lock(locked === true));
    on("removed", (id, info) => this.#end({ phase: "removed", reason: harmless(info?.reason, 40) }));
    on("chat", (message) => this.#tell("chat", this.#line(message)));
    on("history", (list) => {
      if (Array.isArray(list)) this.#tell("history", list.slice(-MOST_LINES).map((message) => this.#line(message)));
    });
    on("cleared", () => this.#tell("cleared"));
    on("message", (data) => {
      // The server says in an object who it is from. What stands in a text, its sender wrote.
      if (typeof data?.from === "string") this.#tell("peer", { from: data.from, data });
    });
  }

  #line(message) {
    const { id, name, text, time } = message ?? {};
    return { from: id, name: harmlessName(name), text: harmless(text), time: asTime(time), isMine: id === this.myID };
  }

  #lock(locked) {
    if (locked === this.locked) return;
    this.locked = locked;
    this.#tell("locked");
  }

  #add(id, info) {
    if (typeof id !== "string" || id === this.myID) return;
    const known = this.members.get(id);
    if (!known && this.members.size >= MOST_MEMBERS) return;
    const role = info?.role === "publisher" ? "publisher" : known?.role ?? "viewer";
    const name = harmlessName(info?.name, role === "publisher" ? "Presenter" : "Guest");
    this.members.set(id, { id, role, name: role === "publisher" ? this.#distinct(id, name) : name });
  }

  /** Two who share a screen under one name are told apart: the one who came later has a number. */
  #distinct(id, name) {
    const taken = new Set();
    for (const member of this.members.values()) if (member.role === "publisher" && member.id !== id) taken.add(member.name);
    let distinct = name;
    for (let number = 2; taken.has(distinct); number++) distinct = `${name} (${number})`;
    return distinct;
  }
}

/** Why the server did not do what was asked for, in its one word. */
export class Refusal extends Error {}

function randomName() {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((number) => number.toString(36)).join("");
}

function asTime(value) {
  return Number.isFinite(value) && Math.abs(value) < 8e15 ? value : Date.now();
}
