import { Problem } from '#contracts/problems.js';
import type { TrafficClass } from '#moderation/words.js';

import type { FastTier } from '../fast-tier/fast-tier.js';

export interface DoorOptions {
  readonly tier: Pick<FastTier, 'predict'>;
  /** What becomes of uploads that the fast tier cannot judge in time. */
  readonly ifShed: 'accept' | 'refuse';
  readonly nowMs: () => number;
}

/** More uploads at once are refused: each holds a connection, a file and a place in the queue. */
const UPLOADS_MAX = 256;
/** A quarter of them: no client shuts the door to others. */
const CLIENT_UPLOADS_MAX = UPLOADS_MAX / 4;
/** So few uploads at once are let in whatever is predicted: they cannot take the fast tier's time from others. */
const FEW = 8;
/** When to come again at the soonest where no time is known. */
const RETRY_MS = 1_000;
/** An upload that has been arriving for longer comes from a slow client: when it will want to be judged is not known. */
const ARRIVING_MS = 250;
/**
 * Uploads that the fast tier will not judge are let in at this share of its rate, for the heavy tier to settle. Taking one
 * in costs a fifth of judging it and a tenth of a second of the heavy tier: with all of them let in, the time of those that
 * are judged would go into receiving those that are not.
 */
const UNJUDGED_SHARE = 0.1;

/** Who stands at the door. */
export interface Arriving {
  readonly clientId: string;
  readonly trafficClass: TrafficClass;
}

interface Inside {
  readonly clientId: string;
  readonly cameAtMs: number;
}

/** Decides before a body is read whether an upload may come in. */
export class Door {
  private readonly inside = new Set<Inside>();
  /** Those inside whose last byte is not here. */
  private readonly arriving = new Set<Inside>();
  private allowance = 0;
  private filledAtMs: number;

  constructor(private readonly options: DoorOptions) {
    this.filledAtMs = options.nowMs();
  }

  /**
   * Does the work of one upload.
   *
   * @param work is to call `arrived` when the last byte is here
   * @param onShed told when the upload is sent away
   * @throws Problem `overloaded` with the time to come again; whatever `work` throws
   */
  async pass<T>(
    { clientId, trafficClass }: Arriving,
    work: (arrived: () => void) => Promise<T>,
    onShed: (reason: string) => void,
  ): Promise<T> {
    this.refuseCrowd(clientId, onShed);
    this.admit(trafficClass, onShed);
    const upload: Inside = { clientId, cameAtMs: this.options.nowMs() };
    const arrived = (): void => void this.arriving.delete(upload);
    this.arriving.add(upload);
    this.inside.add(upload);
    try {
      return await work(arrived);
    } finally {
      this.inside.delete(upload);
      arrived();
    }
  }

  private refuseCrowd(clientId: string, onShed: (reason: string) => void): void {
    const all = [...this.inside];
    const own = all.filter((upload) => upload.clientId === clientId);
    if (own.length >= CLIENT_UPLOADS_MAX) {
      onShed('client_uploads_max');
      const wording = 'Too many of your uploads are arriving at once. Nothing was stored.';
      throw overloaded(wording, this.stayMs(own));
    }
    if (all.length >= UPLOADS_MAX) {
      onShed('uploads_max');
      throw overloaded('Too many uploads are arriving at once. Nothing was stored.', this.stayMs(all));
    }
  }

  /** How long they have been inside on the average: as long again is the best guess for the next that leaves. */
  private stayMs(uploads: readonly Inside[]): number {
    const nowMs = this.options.nowMs();
    const sumMs = uploads.reduce((sum, { cameAtMs }) => sum + nowMs - cameAtMs, 0);
    return Math.max(RETRY_MS, sumMs / uploads.length);
  }

  private admit(trafficClass: TrafficClass, onShed: (reason: string) => void): void {
    if (this.options.ifShed === 'accept' && this.inside.size < FEW) return;
    const { wouldShed, retryAfterMs, capacityPerSecond } = this.options.tier.predict(trafficClass, this.arrivingSoon());
    if (!wouldShed || (this.options.ifShed === 'accept' && this.isAllowed(capacityPerSecond * UNJUDGED_SHARE))) return;
    onShed('predicted');
    throw tooBusy(retryAfterMs);
  }

  /** Uploads that will be in the queue before one that comes now. */
  private arrivingSoon(): number {
    const sinceMs = this.options.nowMs() - ARRIVING_MS;
    let soon = 0;
    for (const { cameAtMs } of this.arriving) if (cameAtMs >= sinceMs) soon += 1;
    return soon;
  }

  /** A bucket that fills at `perSecond` and holds what a second brings. */
  private isAllowed(perSecond: number): boolean {
    const nowMs = this.options.nowMs();
    const filled = this.allowance + ((nowMs - this.filledAtMs) / 1_000) * perSecond;
    this.allowance = Math.min(Math.max(1, perSecond), filled);
    this.filledAtMs = nowMs;
    if (this.allowance < 1) return false;
    this.allowance -= 1;
    return true;
  }
}

const overloaded = (detail: string, retryAfterMs: number): Problem =>
  new Problem('overloaded', detail, { retryAfterMs: Math.max(1, Math.ceil(retryAfterMs)) });

/** Whoever is sent away hears when to come again; after a second where no time is known. */
export const tooBusy = (retryAfterMs = RETRY_MS): Problem =>
  overloaded('The fast tier has more to do than it can do in time. Nothing was stored.', retryAfterMs);
