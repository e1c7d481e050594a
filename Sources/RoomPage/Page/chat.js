// What people say. Everything goes into text nodes, some of them in links; nothing in it is an image or markup.

import { linked } from "./links.js";
import { made, setText } from "./screen.js";
import { CHAT_LENGTH, harmless, harmlessName, timeOfDay } from "./text.js";
import { refusedWords } from "./words.js";

/** Older messages leave the page. */
const MOST_MESSAGES = 500;
/** Lines that are known by what the server says of them, so that none is shown twice after a lost connection. */
const MOST_KNOWN = 2000;
/** Messages of one person within this time stand together. */
const TOGETHER = 120_000;
/** From here on the form says how much room is left. */
const SAY_LEFT = 100;

/** Events: `message`, when somebody else said something. */
export class Chat extends EventTarget {
  #room;
  #log = document.querySelector("#log");
  #form = document.querySelector("#say");
  #text = document.querySelector("#say-text");
  #note = document.querySelector("#say-note");
  #toLatest = document.querySelector("#to-latest");
  #last = null;
  #known = new Set();

  constructor(room) {
    super();
    this.#room = room;
    room.addEventListener("chat", ({ detail }) => {
      // What I said is shown when I say it.
      if (!this.#isNew(detail) || detail.isMine) return;
      this.#append(detail);
      this.dispatchEvent(new Event("message"));
    });
    room.addEventListener("history", ({ detail }) => this.#recall(detail));
    room.addEventListener("cleared", () => {
      this.#log.replaceChildren();
      this.remark("The presenter has cleared the chat");
    });
    room.addEventListener("state", () => this.#enable());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#say();
    });
    this.#text.addEventListener("keydown", (event) => {
      // While an input method composes, Enter is its own.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#say();
    });
    this.#text.addEventListener("input", () => this.#measure());
    this.#log.addEventListener("scroll", () => {
      if (this.#atEnd) this.#toLatest.hidden = true;
    });
    this.#toLatest.addEventListener("click", () => {
      this.scrollToEnd();
      this.#text.focus();
    });
    this.#enable();
  }

  /** What was said before this page came, or while its connection was lost. */
  #recall(lines) {
    const missed = lines.filter((line) => this.#isNew(line));
    if (missed.length === 0) return;
    this.remark(this.#room.state.again ? "Said meanwhile" : "Said before you came");
    for (const line of missed) this.#append(line);
    this.remark(this.#room.state.again ? "You are back" : "You came");
  }

  /** Whether the server tells of a line for the first time. */
  #isNew({ from, text, time }) {
    const key = JSON.stringify([from, time, text]);
    if (this.#known.has(key)) return false;
    this.#known.add(key);
    if (this.#known.size > MOST_KNOWN) this.#known.delete(this.#known.values().next().value);
    return true;
  }

  /** A remark of the page itself. */
  remark(text) {
    this.#last = null;
    this.#add(made("li", text, "remark"));
  }

  scrollToEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#toLatest.hidden = true;
  }

  get #atEnd() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 40;
  }

  async #say() {
    const text = this.#text.value.trim();
    if (!text || this.#room.state.phase !== "in") return;
    this.#text.value = "";
    this.#measure();
    const message = { from: null, name: harmlessName(this.#room.myName), text: harmless(text), time: Date.now() };
    const item = this.#append(message);
    this.scrollToEnd();
    item.dataset.state = "pending";
    try {
      await this.#room.say(text);
      delete item.dataset.state;
    } catch (error) {
      item.dataset.state = "failed";
      item.append(made("p", `Not sent: ${refusedWords(error.message)}`, "failure"));
      // It is not lost: it can be sent again as it was.
      if (!this.#text.value) this.#text.value = text;
      this.#measure();
      this.scrollToEnd();
    }
  }

  #append({ from, name, text, time }) {
    const item = made("li");
    const last = this.#last;
    const together = last && last.from === from && last.name === name && time - last.time < TOGETHER;
    this.#last = { from, name, time };
    if (from === null) item.classList.add("mine");
    if (together) item.classList.add("together");
    const head = made("p", undefined, "head");
    const clock = made("time", timeOfDay(time));
    clock.dateTime = new Date(time).toISOString();
    head.append(made("bdi", from === null ? `${name} (you)` : name, "name"), " ", clock);
    const body = made("p", undefined, "text");
    body.append(...linked(text));
    body.dir = "auto";
    item.append(head, body);
    this.#add(item);
    return item;
  }

  #add(item) {
    const follow = this.#atEnd;
    this.#log.append(item);
    while (this.#log.childElementCount > MOST_MESSAGES) this.#log.firstElementChild.remove();
    if (follow) this.scrollToEnd();
    else this.#toLatest.hidden = false;
  }

  #enable() {
    const ready = this.#room.state.phase === "in";
    this.#text.placeholder = ready ? "Message to everyone here" : "Not connected";
    this.#form.dataset.ready = ready;
    this.#form.querySelector("button").disabled = !ready;
  }

  /** The field grows with what is in it, and says when there is little room left. */
  #measure() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${Math.min(this.#text.scrollHeight + 2, 140)}px`;
    const left = CHAT_LENGTH - this.#text.value.length;
    setText(this.#note, left <= SAY_LEFT ? `${left} characters left` : "");
  }
}
