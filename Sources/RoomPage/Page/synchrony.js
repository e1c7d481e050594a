// Sound and picture in step, closer than a browser brings them by itself: that leaves 30 ms between them.

/** How late the sound is to be by the browser's word, in milliseconds: what it plays comes out later than it says. */
const AIM = -25;
/** Closer than this is close enough. */
const NEAR = 5;
/** What is further off is no measure. */
const FARTHEST = 1000;
/** So much a buffer holds less than it was told to. */
const SLACK = 25;
/** What a picture usually waits for its sound, in milliseconds: so it is in step until there are measurements. */
const USUAL = 130;
/** A picture that is later than this the browser brings down by itself, slowly; sound that waited for it would stay late. */
const MOST_WAITING = 60;
/** A reading alone says little. */
const READINGS = 3;
/** Before what was changed can be measured: at least, for each millisecond of it, and at most, for what was held up catches up. */
const REST = 500;
const REST_PER_MILLISECOND = 2;
const LONGEST_REST = 1500;

/**
 * Holds back what comes first, by `jitterBufferTarget`: preferably the picture, for sound that changes its delay is played
 * slower or faster for a while.
 */
export class Synchrony {
  #before = null;
  #readings = [];
  #rest = 0;
  #begun = false;

  /**
   * Takes what a connection says, a few times a second.
   * @param {RTCStatsReport} report
   * @param {RTCRtpReceiver[]} receivers
   * @param {number} now milliseconds.
   */
  sample(report, receivers, now) {
    const inbound = (kind) => [...report.values()].find((entry) => entry.type === "inbound-rtp" && entry.kind === kind);
    const [sound, picture] = [inbound("audio"), inbound("video")];
    const before = this.#before;
    this.#before = { sound, picture };
    // Not before there is a picture: the first one decides how Chromium shows all that follow.
    if (!this.#begun && sound && picture?.framesDecoded > 0) {
      this.#begun = true;
      const video = receivers.filter(({ track }) => track.kind === "video");
      if (held(picture) < USUAL) hold({ receivers: video }, USUAL);
    }
    // A picture that stands still has no time of its own.
    if (!sound || !(picture?.framesDecoded > before?.picture?.framesDecoded)) {
      this.#readings = [];
      return;
    }
    const late = picture.estimatedPlayoutTimestamp - sound.estimatedPlayoutTimestamp - picture.timestamp + sound.timestamp;
    if (!(Math.abs(late) < FARTHEST)) return;
    this.#readings = [...this.#readings, late].slice(-READINGS);
    if (now < this.#rest || this.#readings.length < READINGS) return;
    const off = this.#readings.toSorted((one, other) => one - other)[READINGS >> 1] - AIM;
    if (Math.abs(off) <= NEAR) return;
    const part = (kind) => receivers.filter(({ track }) => track.kind === kind);
    this.#correct(off, { receivers: part("audio"), held: held(sound, before.sound) }, {
      receivers: part("video"), held: held(picture, before.picture),
    });
    this.#readings = [];
    this.#rest = now + Math.min(REST + REST_PER_MILLISECOND * Math.abs(off), LONGEST_REST);
  }

  /** @param {number} off how much the sound is too late; negative: too early. */
  #correct(off, sound, picture) {
    const [early, late] = off > 0 ? [picture, sound] : [sound, picture];
    // What is late only because it was held back before is let go first.
    if (target(late) > 0) {
      hold(late, Math.min(target(late), late.held + SLACK) - Math.abs(off));
    } else if (off > 0 || -off <= MOST_WAITING) {
      hold(early, Math.max(early.held, Math.min(target(early), early.held + SLACK)) + Math.abs(off));
    }
  }
}

/** Milliseconds for which a buffer meant to hold what came since the report before, or at all. */
function held(now, before = { jitterBufferEmittedCount: 0, jitterBufferTargetDelay: 0 }) {
  const emitted = now.jitterBufferEmittedCount - before.jitterBufferEmittedCount;
  return emitted > 0 ? (1000 * (now.jitterBufferTargetDelay - before.jitterBufferTargetDelay)) / emitted : 0;
}

function target({ receivers }) {
  return receivers[0]?.jitterBufferTarget ?? 0;
}

/** Browsers that cannot be told to leave it as it is. */
function hold({ receivers }, milliseconds) {
  const target = milliseconds > 0 ? Math.min(milliseconds, FARTHEST) : null;
  for (const receiver of receivers) if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = target;
}
