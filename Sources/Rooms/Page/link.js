// What the link to this room says. The token stands in the fragment, which no request carries; it is taken out of the
// address bar, where a shared screen or a photograph would show it, and kept with the history's entry for a reload.

const ROOM = /^[A-Za-z0-9_-]{1,64}$/;

/** The room's name out of a link's path, or null when it is none. */
export function roomName(pathname) {
  const name = pathname.split("/").at(-1);
  return ROOM.test(name) ? name : null;
}

/** The token of this entry of the history, or undefined. */
export function takeToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) history.replaceState({ token }, "", location.pathname + location.search);
  return token || history.state?.token || undefined;
}

/** The link to this room for somebody else, with the token that opens it. */
export function invitation(token) {
  const link = location.origin + location.pathname;
  return token ? `${link}#${new URLSearchParams({ token })}` : link;
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
