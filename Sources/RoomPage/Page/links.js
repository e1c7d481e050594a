// Makes links of the web addresses in messages. A link shows its target as the browser reads it, so that its text
// cannot mislead.

/** An address ends at characters that change the direction of text or are invisible. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"“”„«»`\\^{|}\u0000-\u0020\u007F-\u00A0\u00AD\u061C\u115F\u1160\u180E\u2000-\u200F\u2028-\u202F\u205F-\u206F\u3000\u3164\uFEFF\uFFA0\uFFF9-\uFFFD]+/giu;
/** Characters that end a sentence more often than an address. */
const TRAILING = /[.,:;!?'"’…。、，！？*_~]+$/u;
const BRACKETS = { ")": "(", "]": "[" };

/** Splits a text into strings and link elements. */
export function linked(text) {
  const pieces = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const written = trimmed(found);
    const link = linkTo(written);
    if (!link) continue;
    pieces.push(text.slice(end, index), link);
    end = index + written.length;
  }
  pieces.push(text.slice(end));
  return pieces.filter((piece) => piece !== "");
}

/**
 * An address without the punctuation of the sentence around it. A closing bracket stays if it is opened in the address.
 */
function trimmed(found) {
  let address = found;
  for (;;) {
    const before = address;
    address = address.replace(TRAILING, "");
    const opening = BRACKETS[address.at(-1)];
    if (opening && count(address, address.at(-1)) > count(address, opening)) address = address.slice(0, -1);
    if (address === before) return address;
  }
}

function count(text, character) {
  return text.split(character).length - 1;
}

function linkTo(address) {
  const url = parsed(address);
  // A user name and password before the host can make it look like another host, and no page needs them.
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return null;
  const link = document.createElement("a");
  link.href = url.href;
  link.rel = "noopener noreferrer";
  link.target = "_blank";
  link.textContent = url.href;
  return link;
}

function parsed(address) {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
