// The list of the people in the room.

import { made, setText } from "./screen.js";
import { harmlessName, initial } from "./text.js";
import { refusedWords } from "./words.js";

const HUES = 6;

export class People {
  #room;
  #list = document.querySelector("#people-list");
  #count = document.querySelector("#people-count");
  #dialog = document.querySelector("#name-dialog");
  #me;

  /** @param {(name: string) => void} renamed is called with this page's new name. */
  constructor(room, renamed) {
    this.#room = room;
    const change = made("button", undefined, "quiet change");
    change.type = "button";
    change.title = "Change your name";
    change.append(icon("edit"), made("span", "Change your name", "hidden"));
    change.addEventListener("click", () => this.#ask());
    this.#me = entry({ id: "me", name: room.myName, role: "viewer" });
    this.#me.querySelector(".name").after(made("span", "you", "role"), change);
    this.#prepareDialog(renamed);
    room.addEventListener("members", () => this.#render());
    room.addEventListener("state", () => this.#render());
    this.#render();
  }

  #render() {
    const here = ["in", "lost", "joining"].includes(this.#room.state.phase);
    const members = [...this.#room.members.values()].sort(
      (one, other) => (other.role === "publisher") - (one.role === "publisher") || one.name.localeCompare(other.name),
    );
    const publishers = members.filter(({ role }) => role === "publisher");
    const name = harmlessName(this.#room.myName);
    setText(this.#me.querySelector(".name"), name);
    setText(this.#me.querySelector(".avatar"), initial(name));
    const others = members.slice(publishers.length);
    const focused = this.#list.contains(document.activeElement) ? document.activeElement : null;
    if (here) this.#list.replaceChildren(...publishers.map(entry), this.#me, ...others.map(entry));
    else this.#list.replaceChildren();
    focused?.focus();
    this.#list.dataset.stale = this.#room.state.phase !== "in";
    setText(this.#count, here ? String(members.length + 1) : "");
  }

  #ask() {
    const input = this.#dialog.querySelector("input");
    input.value = harmlessName(this.#room.myName);
    setText(this.#dialog.querySelector(".note"), "");
    this.#dialog.showModal();
    input.select();
  }

  #prepareDialog(renamed) {
    this.#dialog.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const name = this.#dialog.querySelector("input").value.trim();
      if (!name) return;
      try {
        await this.#room.rename(name);
        this.#dialog.close();
        renamed(name);
      } catch (error) {
        setText(this.#dialog.querySelector(".note"), `Not changed: ${refusedWords(error.message)}`);
      }
    });
  }
}

function entry({ id, name, role }) {
  const item = made("li");
  const avatar = made("span", initial(name), "avatar");
  avatar.setAttribute("aria-hidden", "true");
  avatar.dataset.hue = [...id].reduce((sum, character) => (sum * 31 + character.codePointAt(0)) % 9973, 7) % HUES;
  item.append(avatar, made("bdi", name, "name"));
  if (role === "publisher") item.append(made("span", "sharing", "role sharing"));
  return item;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}
