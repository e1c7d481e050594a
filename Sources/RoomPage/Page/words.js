// The sentences that the page shows for the state of the room and of each connection.

/**
 * @param state `Room.state`
 * @returns `{mood, line, title, text, action}`: mood is busy, well, idle or bad; `line` stands in the header, `title`
 *   and `text` in place of the screen; `action` is the label of the button there, or undefined.
 */
export function roomWords(state, { now, publishers, watching, paused = [], slow = [], untrusted = [] }) {
  const seconds = state.retryAt === undefined ? 0 : Math.max(0, Math.ceil((state.retryAt - now) / 1000));
  const when = seconds > 0 ? `Trying again in ${seconds}\u00A0s` : "Trying again";
  switch (state.phase) {
    case "connecting":
      return { mood: "busy", line: "Connecting…", title: "Connecting…", text: "" };
    case "joining":
      return { mood: "busy", line: "Joining the room…", title: "Joining the room…", text: "" };
    case "lost":
      return state.again
        ? {
            mood: "busy", line: `Connection to the room lost. ${when}`, title: "Connection to the room lost",
            text: `${when}.${answered(state)}`, action: "Try now",
          }
        : {
            mood: "busy", line: `The room does not answer. ${when}`, title: "The room does not answer",
            text: `${when}.${answered(state) || " Check your network; the server may also be restarting."}`, action: "Try now",
          };
    case "full":
      return {
        mood: "bad", line: `The room is full. ${when}`, title: "The room is full",
        text: `Nobody else can join now. ${when}; you join as soon as somebody leaves.`, action: "Try now",
      };
    case "refused":
      return { mood: "bad", ...refusal(state) };
    case "removed":
      return ["expired", "revoked"].includes(state.reason)
        ? {
            mood: "bad", line: "Your time in this room is over", title: "Your time in this room is over",
            text: "The link that let you in has expired or was withdrawn. Ask for a new one.",
          }
        : {
            mood: "bad", line: "You were removed", title: "You were removed from the room",
            text: "The presenter removed you. Ask them before you try again.",
          };
    case "unsupported":
      return { mood: "bad", ...unsupported(state.missing) };
    case "nowhere":
      return {
        mood: "bad", line: "No such room", title: "This is not a room's name",
        text: "A room's name has 1 to 64 letters, digits, - and _. Check the link.",
      };
    default:
      if (watching.length > 0 && watching.length === paused.length) {
        return { mood: "idle", line: `${list(paused)} paused`, title: "", text: "" };
      }
      if (slow.length > 0 && watching.length === paused.length + slow.length) {
        return { mood: "busy", line: `The connection to ${list(slow)} is too slow`, title: "", text: "" };
      }
      if (watching.length > 0) return { mood: "well", line: `Watching ${list(watching)}`, title: "", text: "" };
      if (untrusted.length > 0) {
        return { mood: "bad", line: `Not from the person who made the link: ${list(untrusted)}`, title: "", text: "" };
      }
      if (publishers.length > 0) {
        return { mood: "busy", line: `Connecting to ${list(publishers)}…`, title: "Connecting…", text: "" };
      }
      return {
        mood: "idle", line: "Waiting for somebody to share", title: "Nobody is sharing a screen",
        text: "You are in the room. The screen appears here as soon as somebody shares one.",
      };
  }
}

/**
 * The random names that `oriel share` makes, which cannot be guessed: a title of 26 such letters would mean nothing.
 */
const RANDOM = /^[a-z2-7]{26}$/;

/** The room's title: its name, or the presenters' names where the room's name is random. */
export function roomTitle(name, publishers) {
  if (!RANDOM.test(name)) return name;
  const named = publishers.filter((who) => who !== "Presenter");
  return named.length > 0 ? `Screen of ${list(named)}` : "Screen share";
}

/** The reason or HTTP status that the server, or a proxy in its place, answered with. */
function answered({ reason, status }) {
  if (reason) return ` The server says: ${isolated(reason)}`;
  return status ? ` Something else answers (HTTP ${status}): perhaps a proxy or another server.` : "";
}

function refusal({ reason }) {
  switch (reason) {
    case "token":
      return {
        line: "The link does not open this room", title: "The link does not open this room",
        text: "Its token is missing or wrong. Ask for the whole link again, with everything after the #.",
        action: "Try again",
      };
    case "locked":
      return {
        line: "The room is locked", title: "The room is locked",
        text: "Nobody else can join for now. Ask the presenter to unlock it.", action: "Try again",
      };
    case "removed":
      return {
        line: "You were removed", title: "You were removed from this room",
        text: "The presenter removed you. Ask them to let you in again.", action: "Try again",
      };
    case "closed":
      return {
        line: "No such room", title: "There is no such room here",
        text: "This server has no room of that name. Check the link, or ask for it again.", action: "Try again",
      };
    case "rooms":
    case "rate":
      return {
        line: "Too many connections", title: "The server accepts no more connections from here for now",
        text: "Your address made too many connections or attempts. Wait a minute and try again.",
        action: "Try again",
      };
    default:
      return {
        line: "The server refused the connection", title: "The server refused the connection",
        text: reason ? `Its reason: ${sentence(reason)}` : "It gave no reason.", action: "Try again",
      };
  }
}

/** A reason, which is one word or a sentence, as the end of a sentence. */
function sentence(reason) {
  return isolated(/[.!?]$/.test(reason) ? reason : `${reason}.`);
}

/** Why the server refused a message or a name, as the end of a sentence. */
export function refusedWords(reason) {
  switch (reason) {
    case "length": return "it is too long.";
    case "rate": return "too many requests at once; wait a moment.";
    case "room": return "you are not in the room.";
    case "no answer": return "the server does not answer.";
    case "not connected": return "the connection is lost.";
    default: return reason ? `the server says: ${reason}.` : "the server gave no reason.";
  }
}

function unsupported(missing) {
  return missing === "vp8"
    ? {
        line: "This browser cannot play the screen", title: "This browser cannot play VP8",
        text: "Screens are sent in that format. The chat works; to watch, use Firefox, Chromium, Edge or Safari.",
      }
    : {
        line: "This browser cannot show screens", title: "This browser has no WebRTC",
        text: "WebRTC is switched off or not built in. The chat works; to watch, switch it on or use another browser.",
      };
}

/** Why a publisher's computer sends no picture, by the code of its notice. The sender's own text is not used. */
const noPictureReasons = {
  encoder: "Their computer cannot encode the picture, so there is nothing to show.",
  noAddress: "Their computer has no network address yet. The screen appears as soon as it has one.",
  relay: "The relay (TURN) refuses their computer.",
};

/** Whether the page has its own sentence for a code and does not need the sender's text. */
export function isKnownNotice(code) {
  return code === "paused" || Object.hasOwn(noPictureReasons, code);
}

/**
 * What a publisher reports about its screen: the text above the picture, or `{title, text}` in place of the picture, or
 * null. For an unknown code it is the sender's text.
 * @param notices a Map from codes to texts.
 */
export function noticeWords(notices, publisher) {
  for (const [code, words] of Object.entries(noPictureReasons)) if (notices.has(code)) return words;
  if (notices.has("paused")) {
    return { title: "Paused", text: `${isolated(publisher)} has paused the screen. It comes back by itself.` };
  }
  return [...notices.values()].at(-1) ?? null;
}

/**
 * The words in place of a screen that the link does not vouch for. `code` is its certificate's; empty if there is none.
 */
export function untrustedWords(publisher, code) {
  const compare = code ? ` Or compare this code with the one on their terminal: ${code.replaceAll(" ", "\u00A0")}.` : "";
  return {
    title: "This screen does not come from the person who made the link",
    text: `It is shared under the name ${isolated(publisher)}: perhaps by somebody else, perhaps by the same person `
      + `with a newer link. Ask them before you trust it.${compare}`,
    action: "Show it all the same",
  };
}

/**
 * The words on a publisher's screen while there is no picture, or null.
 * @param {string} connection.reason why the publisher's side cannot connect to this page, as it reports; may be empty.
 * @param {Map} connection.notices its notices, from codes to texts.
 */
export function peerWords({ state, cause, pictured, reason = "", notices = new Map() }, publisher) {
  const name = isolated(publisher);
  const code = Object.keys(noPictureReasons).find((code) => notices.has(code));
  const reported = reason ? ` Their computer says: ${isolated(reason)}` : code ? ` ${noPictureReasons[code]}` : "";
  switch (state) {
    case "waiting":
      return { title: `${name} is here`, text: `Waiting for the screen…${reported}` };
    case "connecting":
      return { title: `Connecting to ${name}…`, text: `Looking for a path through the network.${reported}` };
    case "unsteady":
      return { title: `Connection to ${name} lost`, text: "Reconnecting…" };
    case "failed":
      return { title: `Cannot connect to ${name}`, text: `${causes[cause] ?? causes.nopath} Still trying.${reported}` };
    case "live":
      if (pictured) return null;
      return { title: `Connected to ${name}`, text: reported.trim() || "Waiting for the first picture…" };
    default:
      return null;
  }
}

const causes = {
  dtls: "The network lets packets through, but the encrypted connection (DTLS) failed.",
  unaddressed: "Their computer gave no address that can be reached.",
  norelay: "The networks allow no direct connection (UDP), and this room has no relay (TURN).",
  relaydown: "The network allows no direct connection (UDP), and the relay (TURN) does not answer.",
  refused: "The relay (TURN) refused this room's credentials. The server's clock or its secret may be wrong.",
  nopath: "Neither a direct connection nor the relay (TURN) works. A firewall may be blocking them.",
};

/**
 * “Ann”, “Ann and Ben”, “Ann, Ben and 3 others”. Each name is isolated, so it cannot change the direction of other
 * text.
 */
function list(names) {
  const named = names.slice(0, 2).map(isolated);
  const others = names.length - named.length;
  if (others === 0) return named.join(" and ");
  return `${named.join(", ")} and ${others === 1 ? "1 other" : `${others} others`}`;
}

function isolated(name) {
  return `\u2068${name}\u2069`;
}
