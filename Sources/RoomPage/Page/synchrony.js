// Keeps sound and picture in step, closer than the browser does by itself, which leaves 30 ms between them.

/**
 * The aim for the sound's lateness as the browser reports it: sound is heard later than reported. Milliseconds, as
 * below.
 */
const AIM = -25;
/** A difference from the aim up to this is not corrected. */
const TOLERANCE = 5;
/** A larger difference is taken for a wrong measurement. */
const FARTHEST = 1000;
/** A jitter buffer holds up to this much less than its target. */
const SLACK = 25;
/** The usual delay of the picture until it is in step with the sound; used until there are measurements. */
const USUAL = 130;
/**
 * The sound is delayed for a picture that is later by at most this. The browser reduces a larger delay of the picture
 * by itself, slowly, and the sound would then stay late.
 */
const LONGEST_SOUND_HOLD = 60;
/** The median of so many readings counts, as a single one is unreliable. */
const READINGS = 3;
/**
 * The pause after a correction, until its effect can be measured: the least, the addition for each millisecond of the
 * correction, and the most, since delayed media catches up.
 */
const REST = 500;
const REST_PER_MILLISECOND = 2;
const LONGEST_REST = 1500;

/**
 * Delays the one that is ahead by `jitterBufferTarget`. It prefers to change the picture's delay, because sound whose
 * delay changes is played slower or faster for a while.
 */
export class Synchrony {
  #before = null;
  #readings = [];
  #rest = 0;
  #begun = false;

  /**
   * Takes a report of the connection; to be called a few times a second.
   * @param {RTCStatsReport} report
   * @param {RTCRtpReceiver[]} receivers
   * @param {number} now milliseconds.
   */
  sample(report, receivers, now) {
    const inbound = (kind) => [...report.values()].find((entry) => entry.type === "inbound-rtp" && entry.kind === kind);
    const [sound, picture] = [inbound("audio"), inbound("video")];
    const before = this.#before;
    this.#before = { sound, picture };
    // Only once there is a picture: the first one decides how Chromium shows all that follow.
    if (!this.#begun && sound && picture?.framesDecoded > 0) {
      this.#begun = true;
      const video = receivers.filter(({ track }) => track.kind === "video");
      if (held(picture) < USUAL) hold({ receivers: video }, USUAL);
    }
    // The timestamps of a picture that stands still are not updated.
    if (!sound || !(picture?.framesDecoded > before?.picture?.framesDecoded)) {
      this.#readings = [];
      return;
    }
    const late = picture.estimatedPlayoutTimestamp - sound.estimatedPlayoutTimestamp - picture.timestamp + sound.timestamp;
    if (!(Math.abs(late) < FARTHEST)) return;
    this.#readings = [...this.#readings, late].slice(-READINGS);
    if (now < this.#rest || this.#readings.length < READINGS) return;
    const off = this.#readings.toSorted((one, other) => one - other)[READINGS >> 1] - AIM;
    if (Math.abs(off) <= TOLERANCE) return;
    const part = (kind) => receivers.filter(({ track }) => track.kind === kind);
    this.#correct(off, { receivers: part("audio"), held: held(sound, before.sound) }, {
      receivers: part("video"), held: held(picture, before.picture),
    });
    this.#readings = [];
    this.#rest = now + Math.min(REST + REST_PER_MILLISECOND * Math.abs(off), LONGEST_REST);
  }

  /** @param {number} off by how many milliseconds the sound is too late; negative if it is too early. */
  #correct(off, sound, picture) {
    const [early, late] = off > 0 ? [picture, sound] : [sound, picture];
    // First takes back an earlier delay of the one that is now late.
    if (target(late) > 0) {
      hold(late, Math.min(target(late), late.held + SLACK) - Math.abs(off));
    } else if (off > 0 || -off <= LONGEST_SOUND_HOLD) {
      hold(early, Math.max(early.held, Math.min(target(early), early.held + SLACK)) + Math.abs(off));
    }
  }
}

/** The buffer's mean target delay in milliseconds, since the report `before` or since the start. */
function held(now, before = { jitterBufferEmittedCount: 0, jitterBufferTargetDelay: 0 }) {
  const emitted = now.jitterBufferEmittedCount - before.jitterBufferEmittedCount;
  return emitted > 0 ? (1000 * (now.jitterBufferTargetDelay - before.jitterBufferTargetDelay)) / emitted : 0;
}

function target({ receivers }) {
  return receivers[0]?.jitterBufferTarget ?? 0;
}

/** Sets the target delay; does nothing in browsers without `jitterBufferTarget`. */
function hold({ receivers }, milliseconds) {
  const target = milliseconds > 0 ? Math.min(milliseconds, FARTHEST) : null;
  for (const receiver of receivers) if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = target;
}
