// What the link to this room says, in its fragment, which no request carries. The token is taken out of the address bar, where
// a shared screen or a photograph would show it, and kept with the history's entry for a reload. What the link vouches for, the
// fingerprints of those who may share, is no secret, and stays there: who passes the address on passes it on too.

const ROOM = /^[A-Za-z0-9_-]{1,64}$/;

/** The room's name out of a link's path, or null when it is none. */
export function roomName(pathname) {
  const name = pathname.split("/").at(-1);
  return ROOM.test(name) ? name : null;
}

/**
 * What this entry of the history has: `token`, or undefined; and `fingerprints`, those of the screens that the link vouches for,
 * or null where it does not say. One that is none vouches for nobody.
 */
export function takeLink() {
  const said = new URLSearchParams(location.hash.slice(1));
  const token = said.get("token") || undefined;
  const fingerprints = said.has("fp") ? said.getAll("fp").flatMap((list) => list.split(",")) : null;
  if (token) history.replaceState({ token }, "", location.pathname + location.search + fragment({ fingerprints }));
  return { token: token ?? history.state?.token ?? undefined, fingerprints };
}

/** The link to this room for somebody else, with the token that opens it and all that it vouches for. */
export function invitation(link) {
  return location.origin + location.pathname + fragment(link);
}

function fragment({ token, fingerprints }) {
  const parts = [];
  if (fingerprints) parts.push(`fp=${fingerprints.map(encodeURIComponent).join(",")}`);
  if (token) parts.push(new URLSearchParams({ token }).toString());
  return parts.length > 0 ? `#${parts.join("&")}` : "";
}

/** Something to keep in this browser; where storage is forbidden it is just forgotten. */
export const memory = {
  get(key) {
    try {
      return localStorage.getItem(`oriel.${key}`);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`oriel.${key}`, value);
    } catch {
      // It holds for this visit alone.
    }
  },
};
