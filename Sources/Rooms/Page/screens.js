// All shared screens: one peer and one place for each publisher in the room.

import { Peer } from "./peer.js";
import { fullScreenElement, Screen } from "./screen.js";
import { Judge, Meter } from "./statistics.js";
import { peerWords } from "./words.js";

/** More publishers than these have no place on a page. */
const MOST_SCREENS = 9;
const SAMPLE_INTERVAL = 1000;

/** Events: `change`, whenever `publishers`, `watching` or the words on the first screen may have changed. */
export class Screens extends EventTarget {
  #main;
  #room;
  #pristine;
  #first;
  /** By the publisher's member id: `{peer, screen, name, meter, judge, orphaned}`. */
  #shown = new Map();
  #canWatch;

  /** @param {boolean} canWatch whether this browser can; without, nobody is connected to. */
  constructor(main, room, canWatch) {
    super();
    this.#main = main;
    this.#room = room;
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
    });
    room.addEventListener("peer", ({ detail }) => this.#shown.get(detail.from)?.peer.take(detail.data));
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

  /** The network changed: every publisher is asked for a new way. */
  restart() {
    for (const { peer } of this.#shown.values()) peer.restart();
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
    shown.peer.adopt(id);
    this.#shown.set(id, shown);
    return true;
  }

  #begin(id, name) {
    if (this.#shown.size >= MOST_SCREENS) return;
    const screen = this.#shown.size === 0 ? this.#first : this.#another();
    const peer = new Peer({
      id, iceServers: this.#room.iceServers, send: (data) => this.#room.sendTo(peer.id, data),
    });
    const shown = { peer, screen, name, meter: new Meter(), judge: new Judge(), orphaned: false };
    this.#shown.set(id, shown);
    this.#name(shown, name);
    const update = () => this.#update(shown);
    peer.addEventListener("stream", () => {
      screen.show(peer.stream);
      update();
    });
    peer.addEventListener("state", () => {
      if (["unsteady", "failed"].includes(peer.state)) this.#room.probe();
      // Nobody is there any more to make a new connection for.
      if (shown.orphaned && ["unsteady", "failed"].includes(peer.state)) this.#end(peer.id);
      else update();
    });
    screen.addEventListener("size", update);
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

  #name(shown, name) {
    shown.name = name;
    shown.screen.name(name);
    this.#update(shown);
  }

  #update({ peer, screen, name }) {
    const words = peerWords({ state: peer.state, cause: peer.cause, pictured: screen.pictured }, name);
    // Above a picture it is a remark: the last one seen is better than none.
    screen.words(screen.pictured ? {} : words ?? {});
    if (screen.pictured && peer.state !== "live") screen.notice(words && `${words.title}. ${words.text}`);
    else if (peer.state !== "live" || !words) screen.notice(null);
    this.dispatchEvent(new Event("change"));
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
    if (values && peer.state === "live") screen.notice(judge.judge(values));
  }
}
