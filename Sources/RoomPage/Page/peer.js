// The receiving end of one publisher: it answers the publisher's offers, and never offers, sends media or captures.

import { Synchrony } from "./synchrony.js";
import { fingerprintOf } from "./vouching.js";

/** Signalling that may wait for its turn; more is thrown away. */
const MOST_WAITING = 200;
/** How long a publisher may be here without an offer before it is asked for one. */
const OFFER_LIMIT = 10_000;
/** So long without a packet, where frames or reports come every second or so, and the way is probably gone. */
const SILENCE_LIMIT = 1500;
const LISTENING_INTERVAL = 250;
/** Between two requests for a new way; doubled each time. */
const FIRST_PATIENCE = 2000;
const LONGEST_PATIENCE = 30_000;
/** How long the picture of an old connection stays while the new one has none. */
const HANDOVER_LIMIT = 5000;

/** What this browser lacks to watch: `"webrtc"`, `"vp8"` or null. */
export function missing() {
  if (typeof RTCPeerConnection !== "function") return "webrtc";
  const codecs = globalThis.RTCRtpReceiver?.getCapabilities?.("video")?.codecs;
  // A browser that does not say what it can play is given a try.
  return codecs && !codecs.some(({ mimeType }) => /^video\/vp8$/i.test(mimeType)) ? "vp8" : null;
}

/**
 * Events: `state` (see `state` and `doubted`), `stream` (another one, or another track in it, see `stream`) and `silence`: nothing comes, long
 * before the browser gives the way up.
 *
 * A publisher that lost its connection to this page, or came back after a restart, makes a new one: its offer then has
 * another session id. The old picture stays until the new one comes.
 */
export class Peer extends EventTarget {
  #connection = null;
  #previous = null;
  #handover = 0;
  #session = null;
  #send;
  #work = Promise.resolve();
  #waiting = 0;
  #early = [];
  #held = null;
  #timer = 0;
  #ear = 0;
  #patience = FIRST_PATIENCE;
  #candidateErrors = new Set();
  #admits;
  /** The offer that is not taken while its sender is in doubt. */
  #doubted = null;
  /** The member id of the publisher. */
  id;
  #iceServers;
  /** waiting (for an offer), connecting, live, unsteady, failed, closed. */
  state = "waiting";
  /** Of failed: `dtls`, `refused`, `unaddressed`, `norelay`, `relaydown` or `nopath`. */
  cause = null;
  /** What the publisher sends, or null. */
  stream = null;
  /** The fingerprint of the certificate of the connection there is: null where it cannot be told, undefined without one. */
  fingerprint;

  /**
   * @param {(data: object) => boolean} send sends a message to the publisher.
   * @param {(fingerprint: string | null) => boolean} admits whether an offer with this certificate is to be taken.
   */
  constructor({ id, iceServers, send, admits }) {
    super();
    this.id = id;
    this.#iceServers = iceServers;
    this.#send = send;
    this.#admits = admits;
    this.#askLater(OFFER_LIMIT);
  }

  /** Takes a message of the publisher; one after the other, in their order. */
  take(data) {
    if (this.state === "closed" || this.#waiting >= MOST_WAITING) return;
    this.#waiting++;
    this.#work = this.#work
      .then(() => {
        if (this.state === "closed") return;
        if (data.type === "offer" && typeof data.sdp === "string") return this.#answer(data.sdp);
        if (data.type === "candidate") return this.#addCandidate(data);
      })
      .catch((error) => console.info(`${data.type} not taken: ${error.message}`))
      .finally(() => this.#waiting--);
  }

  /** Whether there is an offer that `admits` does not let in: it waits, and no other is asked for. */
  get doubted() {
    return this.#doubted !== null;
  }

  /** Of the offer in doubt; null where it has none that can be told. */
  get doubtedFingerprint() {
    return this.doubted ? fingerprintOf(this.#doubted) : null;
  }

  /** Takes the offer that was in doubt: somebody wants to, or `admits` lets it in by now. */
  takeDoubted() {
    const sdp = this.#doubted;
    if (sdp === null) return;
    this.#doubted = null;
    this.dispatchEvent(new Event("state"));
    this.take({ type: "offer", sdp });
  }

  /** Other servers, or other credentials, for the next ICE restart. */
  set iceServers(servers) {
    this.#iceServers = servers;
    try {
      this.#connection?.setConfiguration({ ...this.#connection.getConfiguration(), iceServers: servers });
    } catch (error) {
      console.info(`ICE servers not taken: ${error.message}`);
    }
  }

  /** The publisher has another member id now: the room was joined anew. */
  adopt(id) {
    this.id = id;
    this.#askLater(OFFER_LIMIT);
  }

  /** Asks the publisher for a new way, by an ICE restart or a new connection. */
  restart() {
    if (this.state === "closed") return;
    this.#send({ type: "restart" });
    this.#askLater(this.#patience);
    this.#patience = Math.min(this.#patience * 2, LONGEST_PATIENCE);
  }

  /** The publisher has found no way here and gives up, often long before the browser does. */
  unreachable() {
    if (this.#connection && this.state !== "live") this.#explain(this.#connection);
  }

  /** The browser's statistics of the connection, or null. */
  async statistics() {
    return (await this.#connection?.getStats()) ?? null;
  }

  close() {
    clearTimeout(this.#timer);
    clearInterval(this.#ear);
    this.#drop();
    this.#discard(this.#connection);
    this.#connection = null;
    this.#doubted = null;
    this.stream = null;
    this.#change("closed");
  }

  async #answer(sdp) {
    const fingerprint = fingerprintOf(sdp);
    if (!this.#admits(fingerprint)) return this.#doubt(sdp);
    if (this.doubted) {
      this.#doubted = null;
      this.dispatchEvent(new Event("state"));
    }
    this.fingerprint = fingerprint;
    const session = sessionID(sdp);
    if (!this.#connection || session !== this.#session) this.#open(session);
    const connection = this.#connection;
    this.#held = [];
    await connection.setRemoteDescription({ type: "offer", sdp });
    for (const candidate of this.#early.splice(0)) await connection.addIceCandidate(candidate).catch(() => {});
    const answer = await connection.createAnswer();
    // A browser that takes no other answer than its own plays one channel on both sides.
    await connection.setLocalDescription({ type: "answer", sdp: inStereo(answer.sdp) })
      .catch(() => connection.setLocalDescription(answer));
    if (connection !== this.#connection) return;
    this.#send({ type: "answer", sdp: connection.localDescription.sdp });
    const held = this.#held;
    this.#held = null;
    held.forEach((candidate) => this.#send(candidate));
    // What is wrong stays said while it is tried again.
    if (this.state === "waiting") this.#change("connecting");
    this.#askLater(Math.max(this.#patience, OFFER_LIMIT));
  }

  #doubt(sdp) {
    this.#doubted = sdp;
    this.#early = [];
    clearTimeout(this.#timer);
    this.dispatchEvent(new Event("state"));
  }

  async #addCandidate({ candidate, id, label }) {
    if (typeof candidate !== "string") return;
    const value = { candidate, sdpMid: id ?? null, sdpMLineIndex: label ?? null };
    if (!this.#connection?.remoteDescription || this.doubted) {
      if (this.#early.length < MOST_WAITING) this.#early.push(value);
      return;
    }
    // One of an earlier generation, or of a kind that this browser does not know, is no harm.
    await this.#connection.addIceCandidate(value).catch(() => {});
  }

  #open(session) {
    this.#drop();
    if (this.stream) {
      this.#previous = this.#connection;
      this.#handover = setTimeout(() => this.#drop(), HANDOVER_LIMIT);
    } else {
      this.#discard(this.#connection);
    }
    const connection = newConnection(this.#iceServers);
    this.#connection = connection;
    this.#session = session;
    this.#candidateErrors.clear();
    const stream = new MediaStream();
    connection.ontrack = ({ track }) => {
      stream.addTrack(track);
      if (this.stream === stream) this.dispatchEvent(new Event("stream"));
      if (!this.#previous) return this.#show(stream);
      if (track.kind === "video") track.onunmute = () => this.#connection === connection && this.#show(stream);
    };
    connection.onicecandidate = ({ candidate }) => {
      if (connection !== this.#connection || candidate?.candidate === "") return;
      const message = candidate
        ? { type: "candidate", label: candidate.sdpMLineIndex, id: candidate.sdpMid, candidate: candidate.candidate }
        : { type: "candidate", label: 0, id: firstMid(connection), candidate: "" };
      // The answer goes first: the other side has nothing to add a candidate to before.
      if (this.#held) this.#held.push(message);
      else this.#send(message);
    };
    connection.onicecandidateerror = ({ errorCode }) => this.#candidateErrors.add(errorCode);
    connection.onconnectionstatechange = () => connection === this.#connection && this.#follow(connection);
  }

  #follow(connection) {
    switch (connection.connectionState) {
      case "connected":
        this.#patience = FIRST_PATIENCE;
        this.#listen(connection);
        return this.#change("live");
      case "disconnected":
        this.#change("unsteady");
        return this.restart();
      case "failed":
        return this.#fail(connection);
    }
  }

  /** Tells of silence, again after a longer time each; and keeps sound and picture together. */
  #listen(connection) {
    clearInterval(this.#ear);
    const synchrony = new Synchrony();
    let [heard, received, limit] = [performance.now(), 0, SILENCE_LIMIT];
    this.#ear = setInterval(async () => {
      const report = await connection.getStats();
      if (connection !== this.#connection) return;
      const pairs = [...report.values()].filter(({ type }) => type === "candidate-pair");
      const bytes = pairs.reduce((sum, pair) => sum + (pair.bytesReceived ?? 0), 0);
      const now = performance.now();
      synchrony.sample(report, connection.getReceivers(), now);
      if (bytes !== received) [heard, received, limit] = [now, bytes, SILENCE_LIMIT];
      if (now - heard < limit) return;
      limit = Math.min(limit * 2, LONGEST_PATIENCE);
      this.dispatchEvent(new Event("silence"));
    }, LISTENING_INTERVAL);
  }

  async #fail(connection) {
    this.restart();
    await this.#explain(connection);
  }

  async #explain(connection) {
    const cause = await this.#diagnosis(connection).catch(() => "nopath");
    if (connection !== this.#connection || connection.connectionState === "connected") return;
    this.cause = cause;
    this.#change("failed");
  }

  async #diagnosis(connection) {
    if (["connected", "completed"].includes(connection.iceConnectionState)) return "dtls";
    const reports = [...(await connection.getStats()).values()];
    const candidates = (type) => reports.filter((report) => report.type === type);
    if (candidates("remote-candidate").length === 0) return "unaddressed";
    const relays = connection.getConfiguration().iceServers.some(({ urls }) => /turns?:/.test(String(urls)));
    if (!relays) return "norelay";
    if (candidates("local-candidate").some(({ candidateType }) => candidateType === "relay")) return "nopath";
    return this.#candidateErrors.has(401) || this.#candidateErrors.has(403) ? "refused" : "relaydown";
  }

  #show(stream) {
    this.#drop();
    if (this.stream === stream) return;
    this.stream = stream;
    this.dispatchEvent(new Event("stream"));
  }

  /** Lets the old connection go. */
  #drop() {
    clearTimeout(this.#handover);
    const previous = this.#previous;
    this.#previous = null;
    this.#discard(previous);
  }

  #discard(connection) {
    if (!connection) return;
    connection.onconnectionstatechange = connection.onicecandidate = connection.ontrack = null;
    connection.close();
  }

  #askLater(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.state !== "live" && this.restart(), delay);
  }

  #change(state) {
    if (state === this.state || this.state === "closed") return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}

function newConnection(iceServers) {
  try {
    return new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
  } catch (error) {
    console.info(`ICE servers not taken: ${error.message}`);
    return new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  }
}

/**
 * An answer that asks for sound in stereo. Browsers take it when it comes, and say so only where they are told to (RFC 7587
 * §6.1).
 */
export function inStereo(sdp) {
  const type = /^a=rtpmap:(\d+) opus\/48000\/2\r?$/im.exec(sdp)?.[1];
  return sdp.replace(new RegExp(`^a=fmtp:${type} (?!.*\\bstereo=)\\S+`, "m"), "$&;stereo=1");
}

/** The session id of a description's `o=` line: the same as long as it is the same connection. */
function sessionID(sdp) {
  return /^o=\S+ (\S+) /m.exec(sdp)?.[1] ?? "";
}

function firstMid(connection) {
  return connection.getTransceivers()[0]?.mid ?? "0";
}
