// A connection's statistics, as shown to a viewer.

import { bitRate } from "./text.js";

/** Compares each report with the one before: rates and shares are of the time between the two. */
export class Meter {
  #before = null;
  #soundBefore = null;

  /**
   * @param {RTCStatsReport} report
   * @returns the values by name, `undefined` where the browser does not report one; null without video.
   */
  sample(report) {
    const all = [...report.values()];
    const video = all.find(({ type, kind }) => type === "inbound-rtp" && kind === "video");
    if (!video) return null;
    const before = this.#before?.ssrc === video.ssrc ? this.#before : null;
    this.#before = video;
    const delta = (name) => (before ? video[name] - before[name] : NaN);
    const seconds = delta("timestamp") / 1000;
    const lost = Math.max(0, delta("packetsLost"));
    const shown = delta("framesDecoded");
    // Not every browser reports the transport.
    const pair =
      report.get(all.find(({ type }) => type === "transport")?.selectedCandidatePairId) ??
      all.find(({ type, selected }) => type === "candidate-pair" && selected);
    const local = report.get(pair?.localCandidateId);
    const remote = report.get(pair?.remoteCandidateId);
    const buffered = delta("jitterBufferDelay") / delta("jitterBufferEmittedCount");
    const roundTrip = pair?.currentRoundTripTime;
    return {
      width: video.frameWidth,
      height: video.frameHeight,
      fps: finite(shown / seconds),
      bitsPerSecond: finite((delta("bytesReceived") * 8) / seconds),
      loss: finite(lost / (lost + delta("packetsReceived"))),
      roundTrip,
      buffered: finite(buffered),
      delay: finite(buffered + (roundTrip ?? 0) / 2 + delta("totalDecodeTime") / shown),
      dropped: finite(delta("framesDropped") / (delta("framesDropped") + shown)),
      freezes: video.freezeCount,
      codec: report.get(video.codecId)?.mimeType?.replace("video/", ""),
      path: pathWords(local, remote),
      decoded: video.framesDecoded,
      sound: this.#sound(all, video),
    };
  }

  /** The same for the sound; null if none is received. */
  #sound(all, video) {
    const sound = all.find(({ type, kind }) => type === "inbound-rtp" && kind === "audio");
    if (!sound?.packetsReceived) return null;
    const before = this.#soundBefore?.ssrc === sound.ssrc ? this.#soundBefore : null;
    this.#soundBefore = sound;
    const delta = (name) => (before ? sound[name] - before[name] : NaN);
    const lost = Math.max(0, delta("packetsLost"));
    // How much later the sound that plays now was captured than the picture, by the publisher's clock. Milliseconds.
    const ahead = sound.estimatedPlayoutTimestamp - sound.timestamp - video.estimatedPlayoutTimestamp + video.timestamp;
    return {
      bitsPerSecond: finite((delta("bytesReceived") * 8000) / delta("timestamp")),
      loss: finite(lost / (lost + delta("packetsReceived"))),
      concealed: finite((delta("concealedSamples") - delta("silentConcealedSamples")) / delta("totalSamplesReceived")),
      buffered: finite(delta("jitterBufferDelay") / delta("jitterBufferEmittedCount")),
      jitter: finite(sound.jitter),
      ahead: finite(ahead / 1000),
    };
  }
}

/** The rows of the overlay: `[name, value]`. */
export function rows(values) {
  const milliseconds = (seconds) => `${Math.round(seconds * 1000)} ms`;
  const percent = (share) => `${(share * 100).toFixed(1)} %`;
  const row = (name, value, format = String) => [name, value === undefined ? "–" : format(value)];
  return [
    ["Picture", values.width ? `${values.width}×${values.height}` : "–"],
    row("Frames", values.fps, (fps) => `${fps.toFixed(fps < 10 ? 1 : 0)} a second`),
    row("Rate", values.bitsPerSecond, bitRate),
    row("Loss", values.loss, percent),
    row("Delay, about", values.delay, milliseconds),
    row("Round trip", values.roundTrip, milliseconds),
    row("Frames dropped", values.dropped, percent),
    row("Freezes", values.freezes),
    row("Codec", values.codec),
    row("Path", values.path),
    ...(values.sound ? soundRows(values.sound, { milliseconds, percent, row }) : [["Sound", "none"]]),
  ];
}

function soundRows(sound, { milliseconds, percent, row }) {
  const step = (ahead) => `${milliseconds(Math.abs(ahead))} ${ahead < 0 ? "after" : "before"} the picture`;
  return [
    row("Sound", sound.bitsPerSecond, bitRate),
    row("Sound lost", sound.loss, percent),
    row("Sound concealed", sound.concealed, percent),
    row("Sound delay", sound.buffered, milliseconds),
    row("Sound jitter", sound.jitter, milliseconds),
    row("Sound plays", sound.ahead, step),
  ];
}

/**
 * Judges over several samples, since one bad second means little, whether this viewer can keep up: a sentence, or null.
 */
export class Judge {
  #bad = { loss: 0, dropped: 0, buffered: 0 };

  judge(values) {
    const exceeded = { loss: values.loss > 0.1, dropped: values.dropped > 0.3, buffered: values.buffered > 1 };
    for (const [name, is] of Object.entries(exceeded)) {
      this.#bad[name] = is ? Math.min(this.#bad[name] + 1, 6) : Math.max(this.#bad[name] - 1, 0);
    }
    if (this.#bad.loss > 3) return "Your connection loses many packets: the picture may freeze at times.";
    if (this.#bad.dropped > 3) return "This device is too slow to show every frame.";
    if (this.#bad.buffered > 3) return "The picture is late: your connection is too slow for it.";
    return null;
  }
}

function finite(value) {
  return Number.isFinite(value) ? value : undefined;
}

function pathWords(local, remote) {
  if (!local) return undefined;
  const relayed = local.candidateType === "relay" || remote?.candidateType === "relay";
  const protocol = (local.relayProtocol ?? local.protocol ?? "").toUpperCase();
  return `${relayed ? "relayed" : "direct"}, ${protocol}`;
}
