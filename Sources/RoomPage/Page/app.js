// The page of a room: opening it joins and watches.

import { Chat } from "./chat.js";
import { invitation, memory, roomName, takeLink } from "./link.js";
import { missing } from "./peer.js";
import { People } from "./people.js";
import { Room } from "./room.js";
import { setText } from "./screen.js";
import { Screens } from "./screens.js";
import { Vouching } from "./vouching.js";
import { roomTitle, roomWords } from "./words.js";

/** After so long out of sight a connection may have died unseen. */
const LONG_HIDDEN = 30_000;

const $ = (selector) => document.querySelector(selector);
const name = roomName(location.pathname);
let { token, fingerprints } = takeLink();
const vouching = new Vouching(fingerprints);

const room = new Room({
  url: new URL($("meta[name=oriel-socket]").content, document.baseURI),
  name, token, myName: memory.get("name") ?? `Guest ${100 + Math.floor(Math.random() * 900)}`,
});
const lacks = missing();
const screens = new Screens($("#screens"), room, vouching, !lacks);
const people = new People(room, (chosen) => memory.set("name", chosen));
const chat = new Chat(room);
let unread = 0;
let announced = "";
let hiddenAt = document.hidden ? performance.now() : null;

followState();
preparePanel();
prepareDialogs();
prepareKeys();

room.addEventListener("state", tell);
room.addEventListener("members", tell);
screens.addEventListener("change", tell);
room.addEventListener("locked", () => {
  $("#locked").hidden = !room.locked;
  if (room.locked) chat.remark("The room is locked: nobody else is let in for now");
  else if (room.state.phase === "in") chat.remark("The room is open again");
});
chat.addEventListener("message", () => {
  if (panelIsOpen() && !document.hidden) return;
  unread += 1;
  titled();
});
// A link to the same room with another token, or that vouches for somebody else, changes the fragment alone.
addEventListener("hashchange", () => {
  const other = takeLink();
  vouching.add(other.fingerprints);
  screens.reconsider();
  if (other.token && other.token !== token) room.retry((token = other.token));
});
// A network that came back: other ways may be better, or the only ones.
addEventListener("online", () => {
  room.wake();
  room.probe();
  screens.restart();
});
// Hidden pages have their timers once a minute, or not at all: what was due meanwhile is done now.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    hiddenAt = performance.now();
    return;
  }
  room.wake();
  if (hiddenAt !== null && performance.now() - hiddenAt > LONG_HIDDEN) room.probe();
  hiddenAt = null;
  screens.wake();
  if (panelIsOpen()) read();
});
document.addEventListener("resume", () => room.wake());
$("#copy-link").addEventListener("click", copyLink);

if (name) room.enter();
tell();
$("#incomplete").remove();

/** Says everywhere on the page how things are. */
function tell() {
  const { publishers, watching, paused, slow, doubted } = screens;
  const words = roomWords(stateToTell(), { now: performance.now(), publishers, watching, paused, slow, doubted });
  $("#state").dataset.mood = words.mood;
  setText($("#state-words"), words.line);
  titled();
  screens.words(words, () => room.retry());
  // A countdown is seen, not spoken.
  const spoken = `${words.title || words.line}${screens.silent ? ". Its sound is off; press m to hear it" : ""}`;
  if (spoken !== announced) setText($("#announcements"), (announced = spoken));
}

function stateToTell() {
  if (!name) return { phase: "nowhere" };
  const isShared = [...room.members.values()].some(({ role }) => role === "publisher");
  return lacks && isShared && room.state.phase === "in" ? { phase: "unsupported", missing: lacks } : room.state;
}

/** Who begins and ends to share is told in the chat too; a countdown goes on by the second. */
function followState() {
  let sharing = new Set();
  room.addEventListener("members", () => {
    if (room.state.phase !== "in") return;
    // By their names: after a lost connection the same people have other ids.
    const publishers = [...room.members.values()].filter(({ role }) => role === "publisher");
    const now = new Set(publishers.map(({ name }) => name));
    for (const who of now) if (!sharing.has(who)) chat.remark(`\u2068${who}\u2069 shares the screen`);
    for (const who of sharing) if (!now.has(who)) chat.remark(`\u2068${who}\u2069 no longer shares the screen`);
    sharing = now;
  });
  setInterval(() => room.state.retryAt && tell(), 250);
}

function titled() {
  const count = unread > 0 ? `(${unread}) ` : "";
  const { publishers, doubted } = screens;
  const title = name ? roomTitle(name, publishers.filter((who) => !doubted.includes(who))) : "No room";
  setText($("#room-name"), name ? title : "–");
  // A tab's title turns no text around it, and may show the marks that keep a name from it.
  const plain = `${count}${title} · Oriel`.replace(/[\u2068\u2069]/g, "");
  if (document.title !== plain) document.title = plain;
  const badge = $("#unread");
  badge.hidden = unread === 0 || panelIsOpen();
  setText(badge, unread > 99 ? "99+" : String(unread));
  badge.setAttribute("aria-label", `${unread} unread`);
}

function read() {
  unread = 0;
  titled();
}

function panelIsOpen() {
  return document.documentElement.dataset.panel === "open";
}

function setPanel(open) {
  document.documentElement.dataset.panel = open ? "open" : "closed";
  $("#toggle-panel").setAttribute("aria-expanded", open);
  if (!open) return;
  read();
  chat.scrollToEnd();
}

function preparePanel() {
  // Lying on its side, a telephone has room for the screen alone; standing, for the screen and the chat.
  setPanel(!matchMedia("(max-height: 500px) and (orientation: landscape)").matches);
  if (matchMedia("(max-width: 720px)").matches) $("#people").open = false;
  $("#toggle-panel").addEventListener("click", () => setPanel(!panelIsOpen()));
  $(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    setPanel(true);
    $("#say-text").focus();
  });
}

function prepareDialogs() {
  $("#show-help").addEventListener("click", () => $("#help-dialog").showModal());
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.querySelector(".cancel").addEventListener("click", () => dialog.close());
    // Beside it is outside of it.
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  }
}

function prepareKeys() {
  const box = $("#keys-on");
  box.checked = memory.get("keys") !== "off";
  box.addEventListener("change", () => memory.set("keys", box.checked ? "on" : "off"));
  const keys = {
    f: () => screens.current.toggleFull(),
    s: () => screens.current.toggleStatistics(),
    m: () => screens.current.toggleSound(),
    a: () => screens.current.toggleActual(),
    c: () => setPanel(!panelIsOpen()),
    "?": () => $("#help-dialog").showModal(),
  };
  addEventListener("keydown", (event) => {
    if (!box.checked || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.target.closest?.("input, textarea, dialog") || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    Promise.resolve(keys[event.key]()).catch(() => {});
  });
}

async function copyLink() {
  const link = invitation({ token, fingerprints: vouching.fingerprints });
  const label = $("#copy-link .label");
  const done = (await copied(link)) ? "Copied" : "Not copied";
  setText(label, done);
  setText($("#announcements"), done);
  setTimeout(() => setText(label, "Copy link"), 2000);
}

/** Plain HTTP has no clipboard of its own; there the old way does. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
