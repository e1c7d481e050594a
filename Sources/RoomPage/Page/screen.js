// One shared screen: its picture, the words about it, and the controls.

import { rows } from "./statistics.js";

const PARTS = [
  "picture", "words", "notice", "unmute", "statistics", "who", "origin", "actual", "sound", "numbers", "pip", "full",
];
/** In full screen the controls disappear after this time without input. Milliseconds. */
const IDLE_LIMIT = 2500;

/**
 * Events: `size` (the first frame, or a change of the size), `sound` (see `silent`), `statistics` (shown or hidden).
 */
export class Screen extends EventTarget {
  #parts = {};
  #idle = 0;
  /** Whether the sound was on before; then the hint that the sound is off is not needed. */
  #wasUnmuted = false;
  element;
  video;

  /** @param {HTMLElement} figure the place in the page. */
  constructor(figure) {
    super();
    this.element = figure;
    for (const part of PARTS) this.#parts[part] = figure.querySelector(`.${part}`);
    this.video = figure.querySelector("video");
    // In a cloned element the attribute alone has no effect.
    this.video.muted = true;
    this.#listen();
  }

  get pictured() {
    return this.element.dataset.state === "live";
  }

  /** Whether there is sound that was never turned on. */
  get silent() {
    return !this.#parts.unmute.hidden;
  }

  get showsStatistics() {
    return !this.#parts.statistics.hidden;
  }

  /** Shows a publisher's stream; to be called again when it has more tracks. Null empties the screen. */
  show(stream) {
    for (const track of stream?.getAudioTracks() ?? []) {
      track.onmute = track.onunmute = track.onended = () => this.#update();
    }
    if (this.video.srcObject === stream) return this.#update();
    this.video.srcObject = stream;
    if (!stream) {
      this.element.dataset.state = "empty";
      this.video.muted = true;
      this.#wasUnmuted = false;
      if (document.pictureInPictureElement === this.video) document.exitPictureInPicture().catch(() => {});
      this.statistics(null);
      this.notice(null);
    } else {
      // Every browser plays a muted video. If one refuses, the words stay in place of the picture.
      this.video.play().catch(() => {});
    }
    this.#update();
  }

  name(name) {
    this.#parts.who.textContent = name;
    this.video.setAttribute("aria-label", name ? `The screen of ${name}` : "The shared screen");
  }

  /**
   * Shows beside the name where the screen comes from: null for nothing, `{isUntrusted}` if the link does not vouch for
   * it, `{code}` to compare if the link vouches for nobody.
   */
  origin(shown) {
    const { origin } = this.#parts;
    origin.hidden = !shown || (!shown.isUntrusted && !shown.code);
    if (origin.hidden) return setText(origin, "");
    origin.classList.toggle("untrusted", shown.isUntrusted === true);
    setText(origin, shown.isUntrusted ? "Not vouched for by the link" : `Code ${shown.code}`);
    origin.title = shown.isUntrusted
      ? "This screen does not come from the person who made the link."
      : "The code of this screen: the presenter's terminal shows the same.";
  }

  /** Shows words in place of the picture: `{title, text, action}`; the action's button calls `act`. */
  words({ title = "", text = "", action } = {}, act = null) {
    const [heading, paragraph, button] = this.#parts.words.children;
    setText(heading, title);
    setText(paragraph, text);
    setText(button, action ?? "");
    button.hidden = !action;
    button.onclick = act;
    this.#parts.words.hidden = !title && !text;
  }

  /** Shows a sentence over the picture, which stays visible; null removes it. */
  notice(text) {
    setText(this.#parts.notice, text ?? "");
    this.#parts.notice.hidden = !text;
  }

  /** Fills the statistics overlay; null if there are no values. */
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
    // Some telephones allow full screen only for a video.
    return enter ? enter.call(this.element) : this.video.webkitEnterFullscreen?.();
  }

  toggleActual() {
    const actual = this.element.dataset.size !== "actual";
    this.element.dataset.size = actual ? "actual" : "fit";
    this.#parts.actual.setAttribute("aria-pressed", actual);
    // A focusable picture can be scrolled with the arrow keys.
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
        // A track that ends without a picture shows a last, black one.
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

  /** Measures again when the device pixel ratio changes: the page is zoomed or moved to another monitor. */
  #watchDensity() {
    const density = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    density.addEventListener("change", () => (this.#measure(), this.#watchDensity()), { once: true });
  }

  /** At actual size one pixel of the picture is one pixel of the display. */
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
    this.#wasUnmuted ||= on;
    sound.disabled = !sounds;
    sound.title = sounds ? "Sound (m)" : "There is no sound";
    sound.setAttribute("aria-pressed", on);
    sound.querySelector("use").setAttribute("href", on ? "#icon-sound" : "#icon-muted");
    unmute.hidden = !sounds || on || this.#wasUnmuted || !this.pictured;
    pip.disabled = !this.pictured;
    if (this.silent !== wasSilent) this.dispatchEvent(new Event("sound"));
  }

  #wake() {
    delete this.element.dataset.idle;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      // The controls stay visible for keyboard navigation.
      if (!this.element.querySelector("button:focus-visible")) this.element.dataset.idle = "";
    }, IDLE_LIMIT);
  }

  /** Lets the mouse drag a picture larger than its place; touch scrolling needs no code. */
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

/** Sets a text only if it differs: screen readers speak every text that is set. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
