// The receiving end of one publisher's connection: it answers offers. It never makes offers, sends media or captures.

import { Synchrony } from "./synchrony.js";
import { fingerprintOf } from "./vouching.js";

/** The most messages, and the most candidates, that may be queued; more are dropped. */
const MOST_QUEUED = 200;
/** Milliseconds to wait for a publisher's offer before asking for one. */
const OFFER_LIMIT = 10_000;
/** Milliseconds without a packet after which the path is probably lost: frames or reports come about every second. */
const SILENCE_LIMIT = 1500;
const SAMPLE_INTERVAL = 250;
/** Milliseconds between two requests for a new connection; doubled each time. */
const FIRST_RETRY_DELAY = 2000;
const LONGEST_RETRY_DELAY = 30_000;
/** Milliseconds for which the old connection's picture stays while the new one has none. */
const HANDOVER_LIMIT = 5000;

/** What this browser lacks to watch: `"webrtc"`, `"vp8"` or null. */
export function missing() {
  if (typeof RTCPeerConnection !== "function") return "webrtc";
  const codecs = globalThis.RTCRtpReceiver?.getCapabilities?.("video")?.codecs;
  // A browser that does not list its codecs may still play VP8.
  return codecs && !codecs.some(({ mimeType }) => /^video\/vp8$/i.test(mimeType)) ? "vp8" : null;
}

/**
 * Events: `state` (see `state` and `untrusted`), `stream` (another stream, or another track in it, see `stream`) and
 * `silence` (no packets arrive; long before the browser reports a failure).
 *
 * A publisher that lost its connection to this page, or was restarted, makes a new connection: its offer then has
 * another session id. The old picture stays until the new connection shows one.
 */
export class Peer extends EventTarget {
  #connection = null;
  #previous = null;
  #handover = 0;
  #session = null;
  #send;
  #work = Promise.resolve();
  #queued = 0;
  #earlyCandidates = [];
  #unsentCandidates = null;
  #timer = 0;
  #silenceTimer = 0;
  #retryDelay = FIRST_RETRY_DELAY;
  #candidateErrors = new Set();
  #admits;
  /** The SDP of an offer whose certificate `admits` refused; null if there is none. */
  #untrustedOffer = null;
  /** The member id of the publisher. */
  id;
  #iceServers;
  /** waiting (for an offer), connecting, live, unsteady, failed, closed. */
  state = "waiting";
  /** Of failed: `dtls`, `refused`, `unaddressed`, `norelay`, `relaydown` or `nopath`. */
  cause = null;
  /** What the publisher sends, or null. */
  stream = null;
  /**
   * The fingerprint of the connection's certificate: null if the offer does not say, undefined without a connection.
   */
  fingerprint;

  /**
   * @param {(data: object) => boolean} send sends a message to the publisher.
   * @param {(fingerprint: string | null) => boolean} admits whether to accept an offer with this certificate.
   */
  constructor({ id, iceServers, send, admits }) {
    super();
    this.id = id;
    this.#iceServers = iceServers;
    this.#send = send;
    this.#admits = admits;
    this.#restartAfter(OFFER_LIMIT);
  }

  /** Handles a message of the publisher, after the earlier ones. */
  take(data) {
    if (this.state === "closed" || this.#queued >= MOST_QUEUED) return;
    this.#queued++;
    this.#work = this.#work
      .then(() => {
        if (this.state === "closed") return;
        if (data.type === "offer" && typeof data.sdp === "string") return this.#answer(data.sdp);
        if (data.type === "candidate") return this.#addCandidate(data);
      })
      .catch((error) => console.info(`${data.type} not taken: ${error.message}`))
      .finally(() => this.#queued--);
  }

  /** Whether an offer waits that `admits` refused. Meanwhile no other offer is asked for. */
  get untrusted() {
    return this.#untrustedOffer !== null;
  }

  /** The fingerprint of the untrusted offer; null if it names none or several. */
  get untrustedFingerprint() {
    return this.untrusted ? fingerprintOf(this.#untrustedOffer) : null;
  }

  /** Accepts the untrusted offer, once the viewer or a new link has admitted its certificate. */
  takeUntrusted() {
    const sdp = this.#untrustedOffer;
    if (sdp === null) return;
    this.#untrustedOffer = null;
    this.dispatchEvent(new Event("state"));
    this.take({ type: "offer", sdp });
  }

  /** The ICE servers and credentials for the next ICE restart. */
  set iceServers(servers) {
    this.#iceServers = servers;
    try {
      this.#connection?.setConfiguration({ ...this.#connection.getConfiguration(), iceServers: servers });
    } catch (error) {
      console.info(`ICE servers not taken: ${error.message}`);
    }
  }

  /** To be called when the room was joined again and the publisher has another member id. */
  adopt(id) {
    this.id = id;
    this.#restartAfter(OFFER_LIMIT);
  }

  /** Asks the publisher for an ICE restart or a new connection. */
  restart() {
    if (this.state === "closed") return;
    this.#send({ type: "restart" });
    this.#restartAfter(this.#retryDelay);
    this.#retryDelay = Math.min(this.#retryDelay * 2, LONGEST_RETRY_DELAY);
  }

  /** To be called when the publisher gives up connecting, often long before this browser does. */
  unreachable() {
    if (this.#connection && this.state !== "live") this.#explain(this.#connection);
  }

  /** The browser's statistics of the connection, or null. */
  async statistics() {
    return (await this.#connection?.getStats()) ?? null;
  }

  close() {
    clearTimeout(this.#timer);
    clearInterval(this.#silenceTimer);
    this.#drop();
    this.#discard(this.#connection);
    this.#connection = null;
    this.#untrustedOffer = null;
    this.stream = null;
    this.#change("closed");
  }

  async #answer(sdp) {
    const fingerprint = fingerprintOf(sdp);
    if (!this.#admits(fingerprint)) return this.#withhold(sdp);
    if (this.untrusted) {
      this.#untrustedOffer = null;
      this.dispatchEvent(new Event("state"));
    }
    this.fingerprint = fingerprint;
    const session = sessionID(sdp);
    if (!this.#connection || session !== this.#session) this.#open(session);
    const connection = this.#connection;
    this.#unsentCandidates = [];
    await connection.setRemoteDescription({ type: "offer", sdp });
    for (const early of this.#earlyCandidates.splice(0)) await connection.addIceCandidate(early).catch(() => {});
    const answer = await connection.createAnswer();
    // A browser that accepts only its own answer unchanged plays mono.
    await connection.setLocalDescription({ type: "answer", sdp: inStereo(answer.sdp) })
      .catch(() => connection.setLocalDescription(answer));
    if (connection !== this.#connection) return;
    this.#send({ type: "answer", sdp: connection.localDescription.sdp });
    const candidates = this.#unsentCandidates;
    this.#unsentCandidates = null;
    candidates.forEach((candidate) => this.#send(candidate));
    // A failure stays shown while a new attempt runs.
    if (this.state === "waiting") this.#change("connecting");
    this.#restartAfter(Math.max(this.#retryDelay, OFFER_LIMIT));
  }

  #withhold(sdp) {
    this.#untrustedOffer = sdp;
    this.#earlyCandidates = [];
    clearTimeout(this.#timer);
    this.dispatchEvent(new Event("state"));
  }

  async #addCandidate({ candidate, id, label }) {
    if (typeof candidate !== "string") return;
    const value = { candidate, sdpMid: id ?? null, sdpMLineIndex: label ?? null };
    if (!this.#connection?.remoteDescription || this.untrusted) {
      if (this.#earlyCandidates.length < MOST_QUEUED) this.#earlyCandidates.push(value);
      return;
    }
    // An error here is harmless: a candidate of an earlier generation, or of a kind unknown to this browser.
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
      // The answer goes first: the publisher cannot add a candidate before it.
      if (this.#unsentCandidates) this.#unsentCandidates.push(message);
      else this.#send(message);
    };
    connection.onicecandidateerror = ({ errorCode }) => this.#candidateErrors.add(errorCode);
    connection.onconnectionstatechange = () => connection === this.#connection && this.#follow(connection);
  }

  #follow(connection) {
    switch (connection.connectionState) {
      case "connected":
        this.#retryDelay = FIRST_RETRY_DELAY;
        this.#watchForSilence(connection);
        return this.#change("live");
      case "disconnected":
        this.#change("unsteady");
        return this.restart();
      case "failed":
        return this.#fail(connection);
    }
  }

  /** Dispatches `silence` while no packets arrive, at growing intervals, and keeps sound and picture in step. */
  #watchForSilence(connection) {
    clearInterval(this.#silenceTimer);
    const synchrony = new Synchrony();
    let [lastReceived, received, limit] = [performance.now(), 0, SILENCE_LIMIT];
    this.#silenceTimer = setInterval(async () => {
      const report = await connection.getStats();
      if (connection !== this.#connection) return;
      const pairs = [...report.values()].filter(({ type }) => type === "candidate-pair");
      const bytes = pairs.reduce((sum, pair) => sum + (pair.bytesReceived ?? 0), 0);
      const now = performance.now();
      synchrony.sample(report, connection.getReceivers(), now);
      if (bytes !== received) [lastReceived, received, limit] = [now, bytes, SILENCE_LIMIT];
      if (now - lastReceived < limit) return;
      limit = Math.min(limit * 2, LONGEST_RETRY_DELAY);
      this.dispatchEvent(new Event("silence"));
    }, SAMPLE_INTERVAL);
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

  /** Closes the old connection. */
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

  #restartAfter(delay) {
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
 * An answer that asks for stereo sound. Browsers can decode stereo but announce it only if the SDP is changed (RFC 7587
 * §6.1, `stereo=1`).
 */
export function inStereo(sdp) {
  const type = /^a=rtpmap:(\d+) opus\/48000\/2\r?$/im.exec(sdp)?.[1];
  return sdp.replace(new RegExp(`^a=fmtp:${type} (?!.*\\bstereo=)\\S+`, "m"), "$&;stereo=1");
}

/** The session id in a description's `o=` line: it stays the same for the same connection. */
function sessionID(sdp) {
  return /^o=\S+ (\S+) /m.exec(sdp)?.[1] ?? "";
}

function firstMid(connection) {
  return connection.getTransceivers()[0]?.mid ?? "0";
}
