// The states of the room and of a connection in words.

/**
 * @param state `Room.state`
 * @returns `{mood, line, title, text, action}`: mood is busy, well, idle or bad; `line` stands in the header, `title`
 *   and `text` where the screen will be; `action` is what a person can do about it, or undefined.
 */
export function roomWords(state, { now, publishers, watching, paused = [], slow = [], doubted = [] }) {
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
        text: `It takes no more people. ${when}, and you come in when somebody has left.`, action: "Try now",
      };
    case "refused":
      return { mood: "bad", ...refusal(state) };
    case "removed":
      return ["expired", "revoked"].includes(state.reason)
        ? {
            mood: "bad", line: "Your time in this room is over", title: "Your time in this room is over",
            text: "The link that let you in was good for a while, and no longer is. Ask for another one.",
          }
        : {
            mood: "bad", line: "You were removed", title: "You were removed from the room",
            text: "The person who shares the screen has taken you out. Ask them before you try again.",
          };
    case "unsupported":
      return { mood: "bad", ...unsupported(state.missing) };
    case "nowhere":
      return {
        mood: "bad", line: "No such room", title: "This is no room's name",
        text: "A room's name has up to 64 letters, digits, - and _. Check the link.",
      };
    default:
      if (watching.length > 0 && watching.length === paused.length) {
        return { mood: "idle", line: `${list(paused)} paused`, title: "", text: "" };
      }
      if (slow.length > 0 && watching.length === paused.length + slow.length) {
        return { mood: "busy", line: `The way to ${list(slow)} is too slow`, title: "", text: "" };
      }
      if (watching.length > 0) return { mood: "well", line: `Watching ${list(watching)}`, title: "", text: "" };
      if (doubted.length > 0) {
        return { mood: "bad", line: `Not from who made the link: ${list(doubted)}`, title: "", text: "" };
      }
      if (publishers.length > 0) {
        return { mood: "busy", line: `Connecting to ${list(publishers)}…`, title: "Connecting…", text: "" };
      }
      return {
        mood: "idle", line: "Waiting for somebody to share", title: "Nobody shares a screen now",
        text: "You are in the room. The screen appears here by itself as soon as somebody shares one.",
      };
  }
}

/** As `oriel share` makes names that nobody guesses: 26 letters say nothing to people. */
const RANDOM = /^[a-z2-7]{26}$/;

/** What a room is called to people: by its name, or where that is a random one by whoever shares a screen there. */
export function roomTitle(name, publishers) {
  if (!RANDOM.test(name)) return name;
  const named = publishers.filter((who) => who !== "Presenter");
  return named.length > 0 ? `Screen of ${list(named)}` : "Screen share";
}

/** What was answered in the room's place. */
function answered({ reason, status }) {
  if (reason) return ` The server says: ${isolated(reason)}`;
  return status ? ` Something answers in the room's place (HTTP ${status}): a proxy, perhaps, or another server.` : "";
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
        text: "Nobody else is let in for now. Ask the person who shares the screen to unlock it.", action: "Try again",
      };
    case "removed":
      return {
        line: "You were removed", title: "You were removed from this room",
        text: "The person who shares the screen has taken you out. Ask them to let you in again.", action: "Try again",
      };
    case "closed":
      return {
        line: "No such room", title: "There is no such room here",
        text: "The server has other rooms only. Check the link, or ask for it again.", action: "Try again",
      };
    case "rooms":
    case "rate":
      return {
        line: "Too many at once", title: "The server takes no more from here for now",
        text: "Too many connections or attempts came from your address. Wait a minute and try again.",
        action: "Try again",
      };
    default:
      return {
        line: "The server refused", title: "The server did not let this page in",
        text: reason ? `Its reason: ${sentence(reason)}` : "It gave no reason.", action: "Try again",
      };
  }
}

/** A reason in one word, or in a sentence, as the end of one. */
function sentence(reason) {
  return isolated(/[.!?]$/.test(reason) ? reason : `${reason}.`);
}

/** Why something was not taken, as the end of a sentence. */
export function refusedWords(reason) {
  switch (reason) {
    case "length": return "it is too long.";
    case "rate": return "too much at once; wait a moment.";
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
        text: "Screens are sent in that format. People and chat work; to watch, use Firefox, Chromium, Edge or Safari.",
      }
    : {
        line: "This browser cannot show screens", title: "This browser has no WebRTC",
        text: "It is switched off or not built in. People and chat work; to watch, switch it on, or use another one.",
      };
}

/** What a publisher's computer found, by codes: why no picture comes from it. No words of others. */
const found = {
  encoder: "Their computer cannot encode the picture: there is none to be shown.",
  noAddress: "Their computer has no network address yet. The screen comes by itself as soon as it has one.",
  relay: "The relay (TURN) refuses their computer.",
};

/** Whether a code has words here, and needs none of its sender's. */
export function isKnownNotice(code) {
  return code === "paused" || Object.hasOwn(found, code);
}

/**
 * What a publisher says of its screen, by codes: the text above the picture, or `{title, text}` in its place, or null.
 * A code that is not known here has its own text.
 * @param notices a Map from codes to texts.
 */
export function noticeWords(notices, publisher) {
  for (const [code, words] of Object.entries(found)) if (notices.has(code)) return words;
  if (notices.has("paused")) {
    return { title: "Paused", text: `${isolated(publisher)} shows nothing for now. The screen comes back by itself.` };
  }
  return [...notices.values()].at(-1) ?? null;
}

/** The words in place of a screen that the link does not vouch for; `code` is of its certificate, empty where it has none. */
export function doubtWords(publisher, code) {
  const compare = code ? ` Or compare this code with the one on their terminal: ${code.replaceAll(" ", "\u00A0")}.` : "";
  return {
    title: "This screen does not come from the person who made the link",
    text: `It is shared under the name ${isolated(publisher)}, perhaps by somebody else, perhaps by the same person with a newer `
      + `link. Ask them before you believe what it shows.${compare}`,
    action: "Show it all the same",
  };
}

/**
 * The words on a publisher's screen while there is no picture, or null when there is nothing to say.
 * @param {string} connection.reason what the publisher's side says of why it finds no way here, if anything.
 * @param {Map} connection.notices what it says by codes.
 */
export function peerWords({ state, cause, pictured, reason = "", notices = new Map() }, publisher) {
  const name = isolated(publisher);
  const code = Object.keys(found).find((code) => notices.has(code));
  const said = reason ? ` Their computer says: ${isolated(reason)}` : code ? ` ${found[code]}` : "";
  switch (state) {
    case "waiting":
      return { title: `${name} is here`, text: `Waiting for the screen…${said}` };
    case "connecting":
      return { title: `Connecting to ${name}…`, text: `Looking for a way through the network.${said}` };
    case "unsteady":
      return { title: `The way to ${name} broke`, text: "Looking for another one…" };
    case "failed":
      return { title: `No way to ${name}`, text: `${causes[cause] ?? causes.nopath} Trying on.${said}` };
    case "live":
      return pictured ? null : { title: `Connected to ${name}`, text: said.trim() || "Waiting for the first picture…" };
    default:
      return null;
  }
}

const causes = {
  dtls: "The network lets packets through, but the encrypted connection did not come about.",
  unaddressed: "Their computer named no address that could be reached.",
  norelay: "Both networks let no direct connection (UDP) through, and this room has no relay (TURN).",
  relaydown: "The network lets no direct connection (UDP) through, and the relay (TURN) does not answer.",
  refused: "The relay (TURN) refused this room's credentials. The server's clock or its secret may be wrong.",
  nopath: "Neither a direct way nor the relay (TURN) leads there. A firewall may be blocking it.",
};

/** “Ann”, “Ann and Ben”, “Ann, Ben and 3 others”, with each name kept from turning the text around it. */
function list(names) {
  const named = names.slice(0, 2).map(isolated);
  const others = names.length - named.length;
  if (others === 0) return named.join(" and ");
  return `${named.join(", ")} and ${others === 1 ? "1 other" : `${others} others`}`;
}

function isolated(name) {
  return `\u2068${name}\u2069`;
}
