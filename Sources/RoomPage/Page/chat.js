// The chat. All messages go into text nodes, some of them in links; they cannot contain images or markup.

import { linked } from "./links.js";
import { made, setText } from "./screen.js";
import { CHAT_LENGTH, harmless, harmlessName, timeOfDay } from "./text.js";
import { refusedWords } from "./words.js";

/** Older messages are removed from the page. */
const MOST_MESSAGES = 500;
/** How many messages are remembered by sender, time and text, so that none is shown twice after a lost connection. */
const MOST_KNOWN = 2000;
/** Messages of one person within this time are grouped. Milliseconds. */
const TOGETHER = 120_000;
/** With so many characters left, or fewer, the form shows their number. */
const SAY_LEFT = 100;

/** Events: `message`, when another person's message arrives. */
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
      // Own messages are shown as soon as they are sent.
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
      // While an input method composes, Enter belongs to it.
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

  /** Shows the messages sent before this page joined, or while its connection was lost. */
  #recall(lines) {
    const missed = lines.filter((line) => this.#isNew(line));
    if (missed.length === 0) return;
    this.remark(this.#room.state.again ? "Sent while you were away" : "Sent before you joined");
    for (const line of missed) this.#append(line);
    this.remark(this.#room.state.again ? "You are back" : "You joined");
  }

  /** Whether a message arrives for the first time. */
  #isNew({ from, text, time }) {
    const key = JSON.stringify([from, time, text]);
    if (this.#known.has(key)) return false;
    this.#known.add(key);
    if (this.#known.size > MOST_KNOWN) this.#known.delete(this.#known.values().next().value);
    return true;
  }

  /** Adds a remark of the page itself. */
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
      // The text goes back into the form, to be sent again.
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

  /** Fits the field's height to its text, and shows how many characters are left when there are few. */
  #measure() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${Math.min(this.#text.scrollHeight + 2, 140)}px`;
    const left = CHAT_LENGTH - this.#text.value.length;
    setText(this.#note, left <= SAY_LEFT ? `${left} characters left` : "");
  }
}
