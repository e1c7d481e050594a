// Checks whether a screen comes from the person who made the link. An offer names the certificate of its sender, and
// the link names the certificates that it vouches for. The browser connects only to the owner of the certificate in the
// offer.

const LINE = /^a=fingerprint:sha-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/i;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** The bytes of a fingerprint in the code that people compare. */
const CODE_BYTES = 10;

/**
 * The fingerprint of an offer's certificate, in the form that links use: the SHA-256 digest in base64url. Null if the
 * offer has none, several, or one in another form: then no link vouches for it.
 */
export function fingerprintOf(sdp) {
  const digests = new Set();
  for (const line of sdp.split(/[\r\n\u2028\u2029]+/)) {
    if (!/fingerprint/i.test(line)) continue;
    const digest = LINE.exec(line)?.[1];
    if (!digest) return null;
    digests.add(digest.toUpperCase());
  }
  if (digests.size !== 1) return null;
  const bytes = [...digests][0].split(":").map((byte) => Number.parseInt(byte, 16));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The code that people compare: the first 80 bits in base32, in groups of four; empty without a fingerprint. */
export function codeOf(fingerprint) {
  if (!/^[\w-]{43}$/.test(fingerprint ?? "")) return "";
  const bytes = atob(fingerprint.replaceAll("-", "+").replaceAll("_", "/"));
  const bits = [...bytes.slice(0, CODE_BYTES)].map((byte) => byte.charCodeAt(0).toString(2).padStart(8, "0")).join("");
  return bits.match(/.{20}/g).map((group) => group.match(/.{5}/g).map((five) => BASE32[Number.parseInt(five, 2)]).join(""))
    .join(" ");
}

/** The certificates whose screens are shown without asking. */
export class Vouching {
  #vouched;
  #accepted = new Set();

  /** @param {string[] | null} fingerprints those that the link vouches for; null if it has no `fp`. */
  constructor(fingerprints) {
    this.#vouched = fingerprints && new Set(fingerprints);
  }

  /** Whether the link has fingerprints. */
  get isGiven() {
    return this.#vouched !== null;
  }

  /** The fingerprints that the link vouches for, or null. */
  get fingerprints() {
    return this.#vouched && [...this.#vouched];
  }

  /** Adds the fingerprints of another link to the same room. */
  add(fingerprints) {
    if (!fingerprints) return;
    this.#vouched ??= new Set();
    fingerprints.forEach((fingerprint) => this.#vouched.add(fingerprint));
  }

  /** Whether the link names the owner of this certificate. */
  vouchesFor(fingerprint) {
    return this.#vouched === null || this.#vouched.has(fingerprint);
  }

  /** Admits a certificate that the link does not vouch for, because the viewer said so, until the page is closed. */
  accept(fingerprint) {
    this.#accepted.add(fingerprint);
  }

  /** Whether to show this certificate's screen: the link vouches for it, or the viewer accepted it. */
  admits(fingerprint) {
    return this.vouchesFor(fingerprint) || this.#accepted.has(fingerprint);
  }
}
