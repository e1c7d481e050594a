// The parameters in the fragment of the link to this room; no request contains the fragment. The token is removed from
// the address bar, where a shared screen or a photograph would show it, and kept in the history entry for a reload. The
// fingerprints that the link vouches for are no secret and stay: a person who passes on the address passes them on,
// too.

const ROOM = /^[A-Za-z0-9_-]{1,64}$/;

/** The room's name in a link's path; null if it is not valid. */
export function roomName(pathname) {
  const name = pathname.split("/").at(-1);
  return ROOM.test(name) ? name : null;
}

/**
 * Reads the link of this history entry, and removes the token from the address bar.
 * @returns `token`, or undefined; and `fingerprints`, those of the certificates that the link vouches for, or null if
 *   it has no `fp`. An invalid fingerprint vouches for nobody.
 */
export function takeLink() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const token = parameters.get("token") || undefined;
  const fingerprints = parameters.has("fp") ? parameters.getAll("fp").flatMap((list) => list.split(",")) : null;
  if (token) history.replaceState({ token }, "", location.pathname + location.search + fragment({ fingerprints }));
  return { token: token ?? history.state?.token ?? undefined, fingerprints };
}

/** The link to this room for another person, with its token and all fingerprints. */
export function invitation(link) {
  return location.origin + location.pathname + fragment(link);
}

function fragment({ token, fingerprints }) {
  const parts = [];
  if (fingerprints) parts.push(`fp=${fingerprints.map(encodeURIComponent).join(",")}`);
  if (token) parts.push(new URLSearchParams({ token }).toString());
  return parts.length > 0 ? `#${parts.join("&")}` : "";
}

/** Settings kept in this browser; lost where storage is forbidden. */
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
      // The setting applies until the page is closed.
    }
  },
};
