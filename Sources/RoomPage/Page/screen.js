// One shared screen: its picture, what is said about it, and the controls.

import { rows } from "./statistics.js";

const PARTS = [
  "picture", "words", "notice", "unmute", "statistics", "who", "origin", "actual", "sound", "numbers", "pip", "full",
];
/** In full screen the controls go away after this time without a movement. */
const IDLE_LIMIT = 2500;

/** Events: `size` (the picture's first frame, or another size), `sound` (see `silent`) and `statistics` (shown or hidden). */
export class Screen extends EventTarget {
  #parts = {};
  #idle = 0;
  /** Whether the sound has been on: who turns it off again knows where it is. */
  #heard = false;
  element;
  video;

  /** @param {HTMLElement} figure the place in the page. */
  constructor(figure) {
    super();
    this.element = figure;
    for (const part of PARTS) this.#parts[part] = figure.querySelector(`.${part}`);
    this.video = figure.querySelector("video");
    // The attribute alone does not do it where the element was copied.
    this.video.muted = true;
    this.#listen();
  }

  get pictured() {
    return this.element.dataset.state === "live";
  }

  /** Whether there is sound that has not been asked for yet. */
  get silent() {
    return !this.#parts.unmute.hidden;
  }

  get showsStatistics() {
    return !this.#parts.statistics.hidden;
  }

  /** Shows what a publisher sends, also when there is more in it than before; null empties the screen. */
  show(stream) {
    for (const track of stream?.getAudioTracks() ?? []) {
      track.onmute = track.onunmute = track.onended = () => this.#update();
    }
    if (this.video.srcObject === stream) return this.#update();
    this.video.srcObject = stream;
    if (!stream) {
      this.element.dataset.state = "empty";
      this.video.muted = true;
      this.#heard = false;
      if (document.pictureInPictureElement === this.video) document.exitPictureInPicture().catch(() => {});
      this.statistics(null);
      this.notice(null);
    } else {
      // Muted, every browser lets it play; what refuses is told by the words that stay.
      this.video.play().catch(() => {});
    }
    this.#update();
  }

  name(name) {
    this.#parts.who.textContent = name;
    this.video.setAttribute("aria-label", name ? `The screen of ${name}` : "The shared screen");
  }

  /** What the link says of the name: nothing, that it does not vouch for it, or the code to compare where it says nothing. */
  origin(said) {
    const { origin } = this.#parts;
    origin.hidden = !said || (!said.isDoubtful && !said.code);
    if (origin.hidden) return setText(origin, "");
    origin.classList.toggle("doubtful", said.isDoubtful === true);
    setText(origin, said.isDoubtful ? "Not vouched for by the link" : `Code ${said.code}`);
    origin.title = said.isDoubtful
      ? "This screen does not come from the person who made the link."
      : "The code of this screen: the presenter's terminal shows the same.";
  }

  /** What stands where the picture will be: `{title, text, action}`; the action's button calls `act`. */
  words({ title = "", text = "", action } = {}, act = null) {
    const [heading, paragraph, button] = this.#parts.words.children;
    setText(heading, title);
    setText(paragraph, text);
    setText(button, action ?? "");
    button.hidden = !action;
    button.onclick = act;
    this.#parts.words.hidden = !title && !text;
  }

  /** A remark above a picture that goes on; null takes it away. */
  notice(text) {
    setText(this.#parts.notice, text ?? "");
    this.#parts.notice.hidden = !text;
  }

  /** Fills the overlay; null: there is nothing to say. */
  statistics(values) {
    const entries = values ? rows(values) : [["Picture", "none yet"]];
    this.#parts.statistics.replaceChildren(
      ...entries.map(([name, value]) => {
        const row = document.createElement("div");
        row.append(made("dt", name), made("dd", value));
        return row;
      }),
    );
  }

  toggleFull() {
    if (fullScreenElement() === this.element) {
      return (document.exitFullscreen ?? document.webkitExitFullscreen).call(document);
    }
    const enter = this.element.requestFullscreen ?? this.element.webkitRequestFullscreen;
    // A telephone may give full screen to a video only.
    return enter ? enter.call(this.element) : this.video.webkitEnterFullscreen?.();
  }

  toggleActual() {
    const actual = this.element.dataset.size !== "actual";
    this.element.dataset.size = actual ? "actual" : "fit";
    this.#parts.actual.setAttribute("aria-pressed", actual);
    // What does not fit can be moved by the arrow keys.
    if (actual) this.#parts.picture.tabIndex = 0;
    else this.#parts.picture.removeAttribute("tabindex");
    this.#measure();
  }

  toggleSound() {
    if (this.#parts.sound.disabled) return;
    this.video.muted = !this.video.muted;
    this.#update();
    this.video.play().catch(() => {});
  }

  toggleStatistics() {
    const { statistics, numbers } = this.#parts;
    statistics.hidden = !statistics.hidden;
    numbers.setAttribute("aria-pressed", !statistics.hidden);
    this.dispatchEvent(new Event("statistics"));
  }

  togglePictureInPicture() {
    if (document.pictureInPictureElement === this.video) return document.exitPictureInPicture();
    return this.video.requestPictureInPicture();
  }

  #listen() {
    const { picture, actual, sound, numbers, pip, full, unmute } = this.#parts;
    const press = (button, does) =>
      button.addEventListener("click", () => Promise.resolve(does.call(this)).catch(() => {}));
    press(actual, this.toggleActual);
    press(sound, this.toggleSound);
    press(unmute, this.toggleSound);
    press(numbers, this.toggleStatistics);
    press(pip, this.togglePictureInPicture);
    press(full, this.toggleFull);
    pip.hidden = !document.pictureInPictureEnabled;
    picture.addEventListener("dblclick", () => Promise.resolve(this.toggleFull()).catch(() => {}));
    this.video.addEventListener("volumechange", () => this.#update());
    for (const event of ["loadeddata", "resize"]) {
      this.video.addEventListener(event, () => {
        // What ends without a picture ends with a black one.
        const ended = this.video.srcObject?.getVideoTracks().every(({ readyState }) => readyState === "ended") ?? true;
        if (ended || !this.video.videoWidth) return;
        this.element.dataset.state = "live";
        this.#measure();
        this.#update();
        this.dispatchEvent(new Event("size"));
      });
    }
    this.#watchDensity();
    for (const event of ["pointermove", "pointerdown", "keydown", "fullscreenchange"]) {
      this.element.addEventListener(event, () => this.#wake());
    }
    this.#dragging(picture);
  }

  /** The display's points become more or fewer when the page is zoomed or goes to another monitor. */
  #watchDensity() {
    const density = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    density.addEventListener("change", () => (this.#measure(), this.#watchDensity()), { once: true });
  }

  /** Actual size: one point of the picture is one of the display. */
  #measure() {
    const actual = this.element.dataset.size === "actual" && this.video.videoWidth > 0;
    this.video.style.width = actual ? `${this.video.videoWidth / devicePixelRatio}px` : "";
    this.video.style.height = actual ? `${this.video.videoHeight / devicePixelRatio}px` : "";
  }

  #update() {
    const { sound, unmute, pip } = this.#parts;
    const tracks = this.video.srcObject?.getAudioTracks() ?? [];
    const sounds = tracks.some(({ muted, readyState }) => !muted && readyState === "live");
    const on = sounds && !this.video.muted;
    const wasSilent = this.silent;
    this.#heard ||= on;
    sound.disabled = !sounds;
    sound.title = sounds ? "Sound (m)" : "There is no sound";
    sound.setAttribute("aria-pressed", on);
    sound.querySelector("use").setAttribute("href", on ? "#icon-sound" : "#icon-muted");
    unmute.hidden = !sounds || on || this.#heard || !this.pictured;
    pip.disabled = !this.pictured;
    if (this.silent !== wasSilent) this.dispatchEvent(new Event("sound"));
  }

  #wake() {
    delete this.element.dataset.idle;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      // Who goes through the controls by keyboard has to see them.
      if (!this.element.querySelector("button:focus-visible")) this.element.dataset.idle = "";
    }, IDLE_LIMIT);
  }

  /** A picture larger than its place is moved with the mouse; fingers do it by themselves. */
  #dragging(picture) {
    picture.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse" || event.button !== 0 || this.element.dataset.size !== "actual") return;
      picture.setPointerCapture(event.pointerId);
      picture.dataset.dragged = "";
    });
    picture.addEventListener("pointermove", (event) => {
      if (picture.hasPointerCapture(event.pointerId)) picture.scrollBy(-event.movementX, -event.movementY);
    });
    picture.addEventListener("lostpointercapture", () => delete picture.dataset.dragged);
  }
}

export function fullScreenElement() {
  return document.fullscreenElement ?? document.webkitFullscreenElement ?? null;
}

/** An element with a text. */
export function made(tag, text, className) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
}

/** Changes nothing where nothing changes: screen readers speak what is written anew. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
