// All shared screens: one peer and one place for each publisher in the room.

import { Peer } from "./peer.js";
import { fullScreenElement, Screen } from "./screen.js";
import { Judge, Meter } from "./statistics.js";
import { harmless } from "./text.js";
import { codeOf } from "./vouching.js";
import { doubtWords, isKnownNotice, noticeWords, peerWords } from "./words.js";

/** More publishers than these have no place on a page. */
const MOST_SCREENS = 9;
const SAMPLE_INTERVAL = 1000;
/** What a publisher may say of its screen at once, and how long a text may be. */
const MOST_NOTICES = 8;
const NOTICE_LENGTH = 200;
/** Notices of why no picture comes. */
const WAITING = ["encoder", "noAddress", "relay"];

/** Events: `change`, whenever `publishers`, `watching`, `paused`, `slow`, `doubted` or the words on the first screen may have changed. */
export class Screens extends EventTarget {
  #main;
  #room;
  #pristine;
  #first;
  /** By the publisher's member id: `{peer, screen, name, meter, judge, verdict, notices, orphaned, reason}`. */
  #shown = new Map();
  #vouching;
  #canWatch;

  /**
   * @param {Vouching} vouching whose screens are shown without a question.
   * @param {boolean} canWatch whether this browser can; without, nobody is connected to.
   */
  constructor(main, room, vouching, canWatch) {
    super();
    this.#main = main;
    this.#room = room;
    this.#vouching = vouching;
    this.#canWatch = canWatch;
    const figure = main.querySelector("figure");
    this.#pristine = figure.cloneNode(true);
    this.#first = new Screen(figure);
    this.#first.name("");
    room.addEventListener("members", () => this.#follow());
    room.addEventListener("rejoined", () => this.#orphan());
    room.addEventListener("bye", ({ detail }) => this.#end(detail.id));
    room.addEventListener("state", () => {
      if (["refused", "removed"].includes(room.state.phase)) this.#endAll();
      if (room.state.phase === "lost") this.#endBroken();
    });
    room.addEventListener("peer", ({ detail: { from, data } }) => {
      const shown = this.#shown.get(from);
      if (data.type === "notice" && data.code === "unreachable") this.#giveUp(shown, data.text);
      else if (data.type === "notice") this.#notice(shown, data);
      else shown?.peer.take(data);
    });
    room.addEventListener("iceservers", () => {
      for (const { peer } of this.#shown.values()) peer.iceServers = room.iceServers;
    });
    setInterval(() => this.#sample(), SAMPLE_INTERVAL);
    this.#count();
  }

  /** The names of those whose screens are expected or seen. */
  get publishers() {
    return [...this.#shown.values()].map(({ name }) => name);
  }

  /** The names of those whose screens are seen. */
  get watching() {
    return [...this.#shown.values()].filter(({ screen }) => screen.pictured).map(({ name }) => name);
  }

  /** The names of those whose screens show nothing, as they say. */
  get paused() {
    return [...this.#shown.values()].filter(({ screen, notices }) => screen.pictured && notices.has("paused"))
      .map(({ name }) => name);
  }

  /** The names of those whose screens come late or not at all, for the way here is too slow. */
  get slow() {
    return [...this.#shown.values()]
      .filter(({ screen, notices }) => screen.pictured && notices.has("slow") && !notices.has("paused"))
      .map(({ name }) => name);
  }

  /** The names of those whose screens are not shown, as the link does not vouch for them. */
  get doubted() {
    return [...this.#shown.values()].filter(({ peer }) => peer.doubted).map(({ name }) => name);
  }

  /** Whether any screen has sound that nobody has asked for yet. */
  get silent() {
    return [...this.#shown.values()].some(({ screen }) => screen.silent);
  }

  /** The screen that a key acts on: the one in full screen or with the focus, else the one pointed at, or the first. */
  get current() {
    const screens = [...this.#shown.values()].map(({ screen }) => screen);
    const full = fullScreenElement();
    const chosen = screens.find(({ element }) => element === full || element.contains(document.activeElement));
    return chosen ?? screens.find(({ element }) => element.matches(":hover")) ?? screens[0] ?? this.#first;
  }

  /** The room's own words, where no publisher's screen stands. */
  words(words, act) {
    if (this.#shown.size === 0) this.#first.words(words, act);
  }

  /** The link vouches for others too by now. */
  reconsider() {
    for (const shown of this.#shown.values()) {
      if (shown.peer.doubted && this.#vouching.admits(shown.peer.doubtedFingerprint)) shown.peer.takeDoubted();
      this.#update(shown);
    }
  }

  /** The network changed: every publisher is asked for a new way. */
  restart() {
    for (const { peer } of this.#shown.values()) peer.restart();
  }

  /** The page is seen again: what was to be tried later is tried now. */
  wake() {
    for (const { peer } of this.#shown.values()) if (["unsteady", "failed"].includes(peer.state)) peer.restart();
  }

  #follow() {
    if (this.#room.state.phase !== "in" || !this.#canWatch) return;
    for (const { id, role, name } of this.#room.members.values()) {
      if (role !== "publisher") continue;
      const known = this.#shown.get(id);
      if (known) this.#name(known, name);
      else if (!this.#adopt(id, name)) this.#begin(id, name);
    }
    this.dispatchEvent(new Event("change"));
  }

  /** After the room was joined anew everybody may have another id; what still plays, plays on. */
  #orphan() {
    for (const [id, shown] of this.#shown) {
      shown.orphaned = !this.#room.members.has(id);
      if (shown.orphaned && shown.peer.state !== "live") this.#end(id);
    }
  }

  /** A publisher who came back under another id goes on in the place he had. */
  #adopt(id, name) {
    const [formerID, shown] = [...this.#shown].find(([, shown]) => shown.orphaned && shown.name === name) ?? [];
    if (!shown) return false;
    this.#shown.delete(formerID);
    shown.orphaned = false;
    shown.notices.clear();
    shown.peer.adopt(id);
    this.#shown.set(id, shown);
    return true;
  }

  #begin(id, name) {
    if (this.#shown.size >= MOST_SCREENS) return;
    const screen = this.#shown.size === 0 ? this.#first : this.#another();
    const peer = new Peer({
      id, iceServers: this.#room.iceServers, send: (data) => this.#room.sendTo(peer.id, data),
      admits: (fingerprint) => this.#vouching.admits(fingerprint),
    });
    const shown = {
      peer, screen, name, meter: new Meter(), judge: new Judge(), verdict: null, notices: new Map(), orphaned: false,
      reason: "",
    };
    this.#shown.set(id, shown);
    this.#name(shown, name);
    const update = () => this.#update(shown);
    peer.addEventListener("stream", () => {
      screen.show(peer.stream);
      update();
    });
    // Where the server is silent too the room is joined anew, and the publisher makes the way anew by itself.
    // Next to nothing comes while the publisher has paused a screen that is too much for the way.
    peer.addEventListener("silence", async () => {
      if (!shown.notices.has("slow") && (await this.#room.probe())) peer.restart();
    });
    peer.addEventListener("state", () => {
      if (["unsteady", "failed"].includes(peer.state)) this.#room.probe();
      if (peer.state === "live") shown.reason = "";
      // Nobody is there any more to make a new connection for.
      if (shown.orphaned && ["unsteady", "failed"].includes(peer.state)) this.#end(peer.id);
      else if (peer.state === "failed" && this.#room.state.phase === "lost") this.#end(peer.id);
      else update();
    });
    screen.addEventListener("size", () => {
      // Nothing keeps the picture back any more.
      for (const code of WAITING) shown.notices.delete(code);
      update();
    });
    screen.addEventListener("sound", update);
    screen.addEventListener("statistics", () => this.#sampleOne(shown));
    update();
    this.#count();
  }

  #another() {
    const figure = this.#pristine.cloneNode(true);
    this.#main.append(figure);
    return new Screen(figure);
  }

  #end(id) {
    const shown = this.#shown.get(id);
    if (!shown) return;
    this.#shown.delete(id);
    shown.peer.close();
    shown.screen.show(null);
    if (this.#shown.size === 0) {
      // The page's one place stays, in the state in which it began.
      this.#first = new Screen(this.#fresh(shown.screen.element));
      this.#first.name("");
    } else {
      shown.screen.element.remove();
    }
    this.#count();
    this.dispatchEvent(new Event("change"));
  }

  #fresh(figure) {
    const fresh = this.#pristine.cloneNode(true);
    figure.replaceWith(fresh);
    return fresh;
  }

  #endAll() {
    for (const id of [...this.#shown.keys()]) this.#end(id);
  }

  /** Neither a way to the publisher nor one to the room, through which to find one: the room's words say so. */
  #endBroken() {
    for (const [id, { peer }] of this.#shown) if (["waiting", "failed"].includes(peer.state)) this.#end(id);
  }

  /** A publisher has found no way here, and says why. */
  #giveUp(shown, text) {
    if (!shown) return;
    if (this.#isTrusted(shown)) shown.reason = harmless(text, NOTICE_LENGTH).trim();
    shown.peer.unreachable();
    this.#update(shown);
  }

  /** A publisher says something of its screen; without a text it takes that back. */
  #notice(shown, { code, text }) {
    if (!shown || typeof code !== "string" || code.length > 40) return;
    shown.notices.delete(code);
    const words = this.#isTrusted(shown) || isKnownNotice(code) ? harmless(text, NOTICE_LENGTH).trim() : "";
    if (words && shown.notices.size < MOST_NOTICES) shown.notices.set(code, words);
    this.#update(shown);
  }

  /** Whether words of its own are to be shown: where the link vouches for somebody, not before it is known to be them. */
  #isTrusted({ peer }) {
    return !this.#vouching.isGiven || this.#vouching.admits(peer.fingerprint);
  }

  #name(shown, name) {
    shown.name = name;
    shown.screen.name(name);
    this.#update(shown);
  }

  /** Above a picture words are a remark, the last picture being better than none; a paused one is black. */
  #update({ peer, screen, name, notices, verdict, reason }) {
    screen.origin(this.#origin(peer.fingerprint));
    if (peer.doubted) {
      screen.words(doubtWords(name, codeOf(peer.doubtedFingerprint)), () => {
        this.#vouching.accept(peer.doubtedFingerprint);
        peer.takeDoubted();
      });
      screen.notice(null);
      return this.dispatchEvent(new Event("change"));
    }
    const words = peerWords({ state: peer.state, cause: peer.cause, pictured: screen.pictured, reason, notices }, name);
    const said = peer.state === "live" ? noticeWords(notices, name) : null;
    if (!screen.pictured) {
      screen.words(words && typeof said === "string" ? { ...words, text: said } : words ?? {});
      screen.notice(null);
    } else {
      screen.words(said?.title ? said : {});
      screen.notice(words ? `${words.title.replace(/…$/, "")}. ${words.text}` : said?.title ? null : said ?? verdict);
    }
    this.dispatchEvent(new Event("change"));
  }

  /** What is said beside the name of who the screen is from. */
  #origin(fingerprint) {
    if (fingerprint === undefined) return null;
    if (!this.#vouching.isGiven) return { code: codeOf(fingerprint) };
    return this.#vouching.vouchesFor(fingerprint) ? null : { isDoubtful: true };
  }

  #count() {
    this.#main.dataset.count = Math.max(1, this.#shown.size);
  }

  async #sample() {
    if (document.hidden) return;
    for (const shown of this.#shown.values()) await this.#sampleOne(shown);
  }

  async #sampleOne(shown) {
    const { peer, screen, meter, judge } = shown;
    const report = await peer.statistics().catch(() => null);
    const values = report && meter.sample(report);
    if (screen.showsStatistics) screen.statistics(values);
    const verdict = values && peer.state === "live" ? judge.judge(values) : null;
    if (verdict === shown.verdict) return;
    shown.verdict = verdict;
    this.#update(shown);
  }
}
