// The page of a room: opening it joins the room and shows its screens.

import { Chat } from "./chat.js";
import { invitation, memory, roomName, takeLink } from "./link.js";
import { missing } from "./peer.js";
import { People } from "./people.js";
import { Room } from "./room.js";
import { setText } from "./screen.js";
import { Screens } from "./screens.js";
import { Vouching } from "./vouching.js";
import { roomTitle, roomWords } from "./words.js";

/** After the page was hidden for this long, the connection to the server is tested. Milliseconds. */
const LONG_HIDDEN = 30_000;

const $ = (selector) => document.querySelector(selector);
const name = roomName(location.pathname);
let { token, fingerprints } = takeLink();
const vouching = new Vouching(fingerprints);

const room = new Room({
  url: new URL($("meta[name=oriel-socket]").content, document.baseURI),
  name, token, myName: memory.get("name") ?? `Guest ${100 + Math.floor(Math.random() * 900)}`,
});
const missingFeature = missing();
const screens = new Screens($("#screens"), room, vouching, !missingFeature);
const people = new People(room, (chosen) => memory.set("name", chosen));
const chat = new Chat(room);
let unread = 0;
let announced = "";
let hiddenAt = document.hidden ? performance.now() : null;

followState();
preparePanel();
prepareDialogs();
prepareKeys();

room.addEventListener("state", showState);
room.addEventListener("members", showState);
screens.addEventListener("change", showState);
room.addEventListener("locked", () => {
  $("#locked").hidden = !room.locked;
  if (room.locked) chat.remark("The room is locked: nobody else can join for now");
  else if (room.state.phase === "in") chat.remark("The room is open again");
});
chat.addEventListener("message", () => {
  if (panelIsOpen() && !document.hidden) return;
  unread += 1;
  updateTitle();
});
// A link to the same room with another token or other fingerprints changes only the fragment.
addEventListener("hashchange", () => {
  const other = takeLink();
  vouching.add(other.fingerprints);
  screens.reconsider();
  if (other.token && other.token !== token) room.retry((token = other.token));
});
// The network is back: other paths may be better, or the only ones.
addEventListener("online", () => {
  room.wake();
  room.probe();
  screens.restart();
});
// Timers of hidden pages run once a minute, or not at all: do now what was due meanwhile.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    hiddenAt = performance.now();
    return;
  }
  room.wake();
  if (hiddenAt !== null && performance.now() - hiddenAt > LONG_HIDDEN) room.probe();
  hiddenAt = null;
  screens.wake();
  if (panelIsOpen()) markRead();
});
document.addEventListener("resume", () => room.wake());
$("#copy-link").addEventListener("click", copyLink);

if (name) room.enter();
showState();
$("#incomplete").remove();

/** Updates everything on the page that depends on the state. */
function showState() {
  const { publishers, watching, paused, slow, untrusted } = screens;
  const words = roomWords(shownState(), { now: performance.now(), publishers, watching, paused, slow, untrusted });
  $("#state").dataset.mood = words.mood;
  setText($("#state-words"), words.line);
  updateTitle();
  screens.words(words, () => room.retry());
  // Without the countdown in `line`, which a screen reader would repeat every second.
  const spoken = `${words.title || words.line}${screens.silent ? ". Its sound is off; press m to hear it" : ""}`;
  if (spoken !== announced) setText($("#announcements"), (announced = spoken));
}

function shownState() {
  if (!name) return { phase: "nowhere" };
  const isShared = [...room.members.values()].some(({ role }) => role === "publisher");
  if (!missingFeature || !isShared || room.state.phase !== "in") return room.state;
  return { phase: "unsupported", missing: missingFeature };
}

/** Adds a remark to the chat when somebody starts or stops sharing, and updates the countdown. */
function followState() {
  let sharing = new Set();
  room.addEventListener("members", () => {
    if (room.state.phase !== "in") return;
    // Compares names: after a lost connection the same people have other ids.
    const publishers = [...room.members.values()].filter(({ role }) => role === "publisher");
    const now = new Set(publishers.map(({ name }) => name));
    for (const who of now) if (!sharing.has(who)) chat.remark(`\u2068${who}\u2069 is sharing a screen`);
    for (const who of sharing) if (!now.has(who)) chat.remark(`\u2068${who}\u2069 has stopped sharing`);
    sharing = now;
  });
  setInterval(() => room.state.retryAt && showState(), 250);
}

function updateTitle() {
  const count = unread > 0 ? `(${unread}) ` : "";
  const { publishers, untrusted } = screens;
  const title = name ? roomTitle(name, publishers.filter((who) => !untrusted.includes(who))) : "No room";
  setText($("#room-name"), name ? title : "–");
  // A tab's title is isolated from other text, and some browsers would show the isolation marks.
  const plain = `${count}${title} · Oriel`.replace(/[\u2068\u2069]/g, "");
  if (document.title !== plain) document.title = plain;
  const badge = $("#unread");
  badge.hidden = unread === 0 || panelIsOpen();
  setText(badge, unread > 99 ? "99+" : String(unread));
  badge.setAttribute("aria-label", `${unread} unread`);
}

function markRead() {
  unread = 0;
  updateTitle();
}

function panelIsOpen() {
  return document.documentElement.dataset.panel === "open";
}

function setPanel(open) {
  document.documentElement.dataset.panel = open ? "open" : "closed";
  $("#toggle-panel").setAttribute("aria-expanded", open);
  if (!open) return;
  markRead();
  chat.scrollToEnd();
}

function preparePanel() {
  // In landscape a telephone has room only for the screen; in portrait for the screen and the chat.
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
    // A click on the dialog itself is one on its backdrop: its content covers the rest.
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

/** Copies a text. Over plain HTTP there is no `navigator.clipboard`; there `execCommand` still works. */
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
