import { Problem } from '#contracts/problems.js';
import { DeadlineTooShort } from '#inference/admission/deadline-too-short.js';

/**
 * Part of an upload's time that the look may take: the rest is for the disk, the database and the answer, and for a machine
 * under more load than it can bear, where each of them waits for a processor.
 */
const LOOK_SHARE = 0.8;

/** The time that an upload has from its last byte: what was promised, or less where the client says so. */
export class UploadDeadline {
  private readonly ms: number;

  constructor(
    private readonly sloMs: number,
    ...said: readonly (number | undefined)[]
  ) {
    this.ms = Math.min(sloMs, ...said.map((ms) => ms ?? Infinity));
  }

  /** Until the look must have ended. @param elapsedMs since the last byte */
  lookMs(elapsedMs: number): number {
    return LOOK_SHARE * this.ms - elapsedMs;
  }

  /** What to tell a client that asks for less time than the fast tier ever needs; undefined where waiting may help. */
  fault(error: unknown): Problem | undefined {
    if (!(error instanceof DeadlineTooShort)) return undefined;
    const leastMs = Math.floor(error.leastMs / LOOK_SHARE) + 1;
    if (this.ms >= leastMs || leastMs > this.sloMs) return undefined;
    return new Problem(
      'invalid-request',
      `No image is judged within a deadline of ${this.ms} ms; ${leastMs} ms is the least that has a chance. Nothing was stored.`,
    );
  }
}
