import { LRUCache } from 'lru-cache';

import type { ClientLimits } from '#contracts/access.js';
import type { LimitState } from '#contracts/rate-limit.js';
import { oweTokens, takeToken, type Taken, type TokenBucket } from '#moderation/limits/token-bucket.js';

import { STALE_MS, type ClientDay, type DayCounts, type Share } from './day-counts.js';

/** Whether an upload may go on, and what is left. */
export type Allowance =
  | {
      readonly kind: 'allowed';
      readonly states: readonly LimitState[];
      /** What came counts as sent until this is called. */
      readonly share: Share;
    }
  | {
      readonly kind: 'refused';
      readonly why: 'rate-limited' | 'quota-exceeded';
      readonly retryAfterMs: number;
      readonly states: readonly LimitState[];
    };

/** What is left of a limit, and whether that is enough. */
interface Left {
  readonly state: LimitState;
  readonly retryAfterMs: number | undefined;
}

type TakeTokens = (before: TokenBucket | undefined, perMinute: number, nowMs: number) => Taken;

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;
const CLIENTS_REMEMBERED_MAX = 10_000;

/** What clients may send: images a minute, counted in this process, and images a day, counted in the database. */
export class UploadLimits {
  private readonly buckets = new LRUCache<string, TokenBucket>({ max: CLIENTS_REMEMBERED_MAX });

  /** @param clockMs a clock that never goes back */
  constructor(
    private readonly counts: Pick<DayCounts, 'of'>,
    private readonly nowMs: () => number,
    private readonly clockMs: () => number,
  ) {}

  /**
   * Counts an upload that comes now; one that is refused costs nothing.
   *
   * @throws DatabaseLate when the day's images cannot be counted for the first time
   */
  take(clientId: string, limits: ClientLimits): Promise<Allowance> {
    return this.admit(clientId, limits, 1, takeToken);
  }

  /**
   * Counts what a request brings beside the one image that it was let in with. Of its day there must be enough for all; what
   * the minute has not is owed, and whoever comes next waits for it, for a request may bring more than a minute may have.
   *
   * @throws DatabaseLate as above
   */
  takeMore(clientId: string, limits: ClientLimits, images: number): Promise<Allowance> {
    const owe: TakeTokens = (before, perMinute, nowMs) => oweTokens(before, perMinute, nowMs, images);
    return this.admit(clientId, limits, images, owe);
  }

  private async admit(
    clientId: string,
    { uploadsPerMinute, assetsPerDay }: ClientLimits,
    images: number,
    take: TakeTokens,
  ): Promise<Allowance> {
    const nowMs = this.nowMs();
    const counted = assetsPerDay === null ? undefined : await this.counts.of(clientId, nowMs);
    // from here on without a pause: whoever waited for the same count finds this one added
    const day =
      counted === undefined || assetsPerDay === null ? undefined : ofDay(counted, assetsPerDay, images, nowMs);
    const spare = day?.retryAfterMs !== undefined;
    const minute = uploadsPerMinute === null ? undefined : this.ofMinute(clientId, uploadsPerMinute, take, spare);
    const states = [minute, day].flatMap((left) => left?.state ?? []);
    if (day?.retryAfterMs !== undefined) {
      return { kind: 'refused', why: 'quota-exceeded', retryAfterMs: day.retryAfterMs, states };
    }
    if (minute?.retryAfterMs !== undefined) {
      return { kind: 'refused', why: 'rate-limited', retryAfterMs: minute.retryAfterMs, states };
    }
    return { kind: 'allowed', states, share: counted?.add(images) ?? (() => undefined) };
  }

  /** @param spare nothing is left of the day: no token is taken */
  private ofMinute(clientId: string, quota: number, take: TakeTokens, spare: boolean): Left {
    const { bucket, taken, nextMs, fullMs } = take(this.buckets.get(clientId), quota, this.clockMs());
    if (!spare) this.buckets.set(clientId, bucket);
    const [remaining, resetSeconds] = [Math.max(0, Math.floor(bucket.tokens)), Math.ceil(fullMs / 1_000)];
    return {
      state: { name: 'uploads', quota, windowSeconds: MINUTE_SECONDS, remaining, resetSeconds },
      retryAfterMs: taken ? undefined : Math.ceil(nextMs),
    };
  }
}

function ofDay(day: ClientDay, quota: number, images: number, nowMs: number): Left {
  const leftMs = Math.max(1, day.endMs - nowMs);
  const free = quota - day.sent();
  const [windowSeconds, resetSeconds] = [DAY_SECONDS, Math.ceil(leftMs / 1_000)];
  // what is under way may come to nothing, or be counted twice for a moment: the next count knows
  const isSure = quota - day.written() < images;
  const laterMs = isSure ? leftMs : Math.min(leftMs, STALE_MS);
  return {
    // what comes now is not counted yet
    state: { name: 'assets', quota, windowSeconds, remaining: Math.max(0, free - images), resetSeconds },
    retryAfterMs: free >= images ? undefined : laterMs,
  };
}
