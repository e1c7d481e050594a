// Makes text of other people harmless. It goes only into text nodes, and cannot affect text outside its own element.

/** Control characters, unusual line ends, and characters that change the direction of the following text. */
const HARMFUL = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069\uFFF9-\uFFFB]/g;
/** Characters without a width, except the joiners that scripts and emoji need. */
const INVISIBLE = /[\u00AD\u061C\u115F\u1160\u180E\u200B\u200E\u200F\u2060-\u2064\u206A-\u206F\u3164\uFEFF\uFFA0]/g;

export const NAME_LENGTH = 40;
export const CHAT_LENGTH = 1000;

/** A message that is safe to show: several lines, at most `limit` characters. */
export function harmless(text, limit = 4000) {
  if (typeof text !== "string") return "";
  const lines = text.slice(0, limit * 2).replace(/\r\n?/g, "\n").replace(/\t/g, " ").replace(HARMFUL, "\uFFFD");
  return clip(lines, limit);
}

/** A name that is safe to show: one line, not empty. */
export function harmlessName(name, unnamed = "Guest") {
  const line = harmless(name, 200).replace(INVISIBLE, "").replace(/\s+/g, " ").trim();
  return clip(line, 60) || unnamed;
}

/** At most `limit` whole code points. */
function clip(text, limit) {
  const characters = [...text];
  return characters.length > limit ? `${characters.slice(0, limit - 1).join("")}…` : text;
}

/** The first letter or digit of a name; empty if there is none. */
export function initial(name) {
  return /[\p{L}\p{N}]\p{M}?/u.exec(name)?.[0].toLocaleUpperCase() ?? "";
}

export function timeOfDay(milliseconds) {
  return new Date(milliseconds).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

export function bitRate(bitsPerSecond) {
  if (bitsPerSecond >= 1e6) return `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`;
  return `${Math.round(bitsPerSecond / 1000)} kbit/s`;
}
