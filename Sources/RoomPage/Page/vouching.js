// Whether a screen comes from the person who made the link: an offer names the certificate that its sender has the key of, and
// the link the certificates that it vouches for. The browser connects to nobody else than the offer names.

const LINE = /^a=fingerprint:sha-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/i;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** So much of a fingerprint is compared by eye. */
const CODE_BYTES = 10;

/**
 * The fingerprint of an offer's certificate as links have it: the SHA-256 digest in base64url. Null where the offer names none,
 * several, or in another way: what is doubtful is vouched for by nobody.
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

/** What two people compare: the first 80 bits in base32, in groups of four; empty where there is no fingerprint. */
export function codeOf(fingerprint) {
  if (!/^[\w-]{43}$/.test(fingerprint ?? "")) return "";
  const bytes = atob(fingerprint.replaceAll("-", "+").replaceAll("_", "/"));
  const bits = [...bytes.slice(0, CODE_BYTES)].map((byte) => byte.charCodeAt(0).toString(2).padStart(8, "0")).join("");
  return bits.match(/.{20}/g).map((group) => group.match(/.{5}/g).map((five) => BASE32[Number.parseInt(five, 2)]).join(""))
    .join(" ");
}

/** Whose screens are shown without a question. */
export class Vouching {
  #vouched;
  #accepted = new Set();

  /** @param {string[] | null} fingerprints those that the link vouches for; null where it does not say. */
  constructor(fingerprints) {
    this.#vouched = fingerprints && new Set(fingerprints);
  }

  /** Whether the link says whose screens it leads to. */
  get isGiven() {
    return this.#vouched !== null;
  }

  /** Those that the link vouches for, or null. */
  get fingerprints() {
    return this.#vouched && [...this.#vouched];
  }

  /** Takes what another link to the same room vouches for, besides. */
  add(fingerprints) {
    if (!fingerprints) return;
    this.#vouched ??= new Set();
    fingerprints.forEach((fingerprint) => this.#vouched.add(fingerprint));
  }

  /** Whether the link names the owner of this certificate. */
  vouchesFor(fingerprint) {
    return this.#vouched === null || this.#vouched.has(fingerprint);
  }

  /** Somebody wants to see the screen of this certificate all the same, for this visit. */
  accept(fingerprint) {
    this.#accepted.add(fingerprint);
  }

  admits(fingerprint) {
    return this.vouchesFor(fingerprint) || this.#accepted.has(fingerprint);
  }
}
