// All shared screens: a `Peer` and a `Screen` for each publisher in the room.

import { Peer } from "./peer.js";
import { fullScreenElement, Screen } from "./screen.js";
import { Judge, Meter } from "./statistics.js";
import { harmless } from "./text.js";
import { codeOf } from "./vouching.js";
import { untrustedWords, isKnownNotice, noticeWords, peerWords } from "./words.js";

/** Further publishers are not shown. */
const MOST_SCREENS = 9;
const SAMPLE_INTERVAL = 1000;
/** The most notices that a publisher may have at a time, and the most characters of one. */
const MOST_NOTICES = 8;
const NOTICE_LENGTH = 200;
/** The codes of notices that explain why there is no picture. */
const NO_PICTURE = ["encoder", "noAddress", "relay"];

/**
 * Events: `change`, when `publishers`, `watching`, `paused`, `slow`, `untrusted` or the first screen's words may
 * differ.
 */
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
   * @param {Vouching} vouching which certificates' screens are shown without asking.
   * @param {boolean} canWatch whether this browser can play screens; if not, the page connects to no publisher.
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
      if (data.type === "notice" && data.code === "unreachable") this.#showUnreachable(shown, data.text);
      else if (data.type === "notice") this.#notice(shown, data);
      else shown?.peer.take(data);
    });
    room.addEventListener("iceservers", () => {
      for (const { peer } of this.#shown.values()) peer.iceServers = room.iceServers;
    });
    setInterval(() => this.#sample(), SAMPLE_INTERVAL);
    this.#count();
  }

  /** The names of all publishers, whether their screens are already shown or still expected. */
  get publishers() {
    return [...this.#shown.values()].map(({ name }) => name);
  }

  /** The names of publishers whose screens are shown. */
  get watching() {
    return [...this.#shown.values()].filter(({ screen }) => screen.pictured).map(({ name }) => name);
  }

  /** The names of publishers who have paused their screens. */
  get paused() {
    return [...this.#shown.values()].filter(({ screen, notices }) => screen.pictured && notices.has("paused"))
      .map(({ name }) => name);
  }

  /** The names of publishers whose pictures are late or missing, because the path to this page is too slow. */
  get slow() {
    return [...this.#shown.values()]
      .filter(({ screen, notices }) => screen.pictured && notices.has("slow") && !notices.has("paused"))
      .map(({ name }) => name);
  }

  /** The names of publishers whose screens are not shown, because the link does not vouch for them. */
  get untrusted() {
    return [...this.#shown.values()].filter(({ peer }) => peer.untrusted).map(({ name }) => name);
  }

  /** Whether any screen has sound that was never turned on. */
  get silent() {
    return [...this.#shown.values()].some(({ screen }) => screen.silent);
  }

  /** The screen for a key: the one in full screen or with the focus, else the one under the pointer, else the first. */
  get current() {
    const screens = [...this.#shown.values()].map(({ screen }) => screen);
    const full = fullScreenElement();
    const chosen = screens.find(({ element }) => element === full || element.contains(document.activeElement));
    return chosen ?? screens.find(({ element }) => element.matches(":hover")) ?? screens[0] ?? this.#first;
  }

  /** Shows the words for the room's state if there is no publisher. */
  words(words, act) {
    if (this.#shown.size === 0) this.#first.words(words, act);
  }

  /** To be called when the link vouches for further certificates. */
  reconsider() {
    for (const shown of this.#shown.values()) {
      if (shown.peer.untrusted && this.#vouching.admits(shown.peer.untrustedFingerprint)) shown.peer.takeUntrusted();
      this.#update(shown);
    }
  }

  /** To be called when the network changed: asks each publisher for an ICE restart or a new connection. */
  restart() {
    for (const { peer } of this.#shown.values()) peer.restart();
  }

  /** To be called when the page is visible again: does pending attempts now. */
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

  /** After the room was joined again everybody may have another id. Screens that still play go on. */
  #orphan() {
    for (const [id, shown] of this.#shown) {
      shown.orphaned = !this.#room.members.has(id);
      if (shown.orphaned && shown.peer.state !== "live") this.#end(id);
    }
  }

  /** Gives a publisher who came back under another id the former screen. */
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
    // If the server does not answer either, the page joins the room again and the publisher connects by itself.
    // A publisher that has paused the screen because the path is too slow sends almost no packets: that is not a
    // failure.
    peer.addEventListener("silence", async () => {
      if (!shown.notices.has("slow") && (await this.#room.probe())) peer.restart();
    });
    peer.addEventListener("state", () => {
      if (["unsteady", "failed"].includes(peer.state)) this.#room.probe();
      if (peer.state === "live") shown.reason = "";
      // An orphaned publisher has left the room, so there is no new connection to wait for.
      if (shown.orphaned && ["unsteady", "failed"].includes(peer.state)) this.#end(peer.id);
      else if (peer.state === "failed" && this.#room.state.phase === "lost") this.#end(peer.id);
      else update();
    });
    screen.addEventListener("size", () => {
      // There is a picture, so the reasons for having none are outdated.
      for (const code of NO_PICTURE) shown.notices.delete(code);
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
      // The page always has one screen; it goes back to its first state.
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

  /** Without the room no connection to a publisher can be made. Removes such screens, so that the room's words show. */
  #endBroken() {
    for (const [id, { peer }] of this.#shown) if (["waiting", "failed"].includes(peer.state)) this.#end(id);
  }

  /** Shows why a publisher cannot connect to this page, as it reports. */
  #showUnreachable(shown, text) {
    if (!shown) return;
    if (this.#isTrusted(shown)) shown.reason = harmless(text, NOTICE_LENGTH).trim();
    shown.peer.unreachable();
    this.#update(shown);
  }

  /** Takes a publisher's notice about its screen; one without text withdraws the earlier one of its code. */
  #notice(shown, { code, text }) {
    if (!shown || typeof code !== "string" || code.length > 40) return;
    shown.notices.delete(code);
    const words = this.#isTrusted(shown) || isKnownNotice(code) ? harmless(text, NOTICE_LENGTH).trim() : "";
    if (words && shown.notices.size < MOST_NOTICES) shown.notices.set(code, words);
    this.#update(shown);
  }

  /**
   * Whether to show the publisher's own texts: if the link vouches for somebody, only once the publisher is admitted.
   */
  #isTrusted({ peer }) {
    return !this.#vouching.isGiven || this.#vouching.admits(peer.fingerprint);
  }

  #name(shown, name) {
    shown.name = name;
    shown.screen.name(name);
    this.#update(shown);
  }

  /**
   * Over a picture the words are only a notice, since the last picture is better than none. A paused screen is black.
   */
  #update({ peer, screen, name, notices, verdict, reason }) {
    screen.origin(this.#origin(peer.fingerprint));
    if (peer.untrusted) {
      screen.words(untrustedWords(name, codeOf(peer.untrustedFingerprint)), () => {
        this.#vouching.accept(peer.untrustedFingerprint);
        peer.takeUntrusted();
      });
      screen.notice(null);
      return this.dispatchEvent(new Event("change"));
    }
    const words = peerWords({ state: peer.state, cause: peer.cause, pictured: screen.pictured, reason, notices }, name);
    const notice = peer.state === "live" ? noticeWords(notices, name) : null;
    if (!screen.pictured) {
      screen.words(words && typeof notice === "string" ? { ...words, text: notice } : words ?? {});
      screen.notice(null);
    } else {
      screen.words(notice?.title ? notice : {});
      const remark = notice?.title ? null : notice ?? verdict;
      screen.notice(words ? `${words.title.replace(/…$/, "")}. ${words.text}` : remark);
    }
    this.dispatchEvent(new Event("change"));
  }

  /** What stands beside the publisher's name; see `Screen.origin`. */
  #origin(fingerprint) {
    if (fingerprint === undefined) return null;
    if (!this.#vouching.isGiven) return { code: codeOf(fingerprint) };
    return this.#vouching.vouchesFor(fingerprint) ? null : { isUntrusted: true };
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
