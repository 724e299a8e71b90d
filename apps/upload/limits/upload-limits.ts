import { LRUCache } from 'lru-cache';

import type { ClientLimits } from '#contracts/access.js';
import type { LimitState } from '#contracts/rate-limit.js';
import { takeToken, type TokenBucket } from '#moderation/limits/token-bucket.js';

import type { ClientDay, DayCounts } from './day-counts.js';

/** Whether an upload may go on, and what is left. */
export type Allowance =
  | { readonly kind: 'allowed'; readonly states: readonly LimitState[] }
  | {
      readonly kind: 'refused';
      readonly why: 'rate-limited' | 'quota-exceeded';
      readonly retryAfterMs: number;
      readonly states: readonly LimitState[];
    };

/** What is left of a limit, and whether that is something. */
interface Left {
  readonly state: LimitState;
  readonly retryAfterMs: number | undefined;
}

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;
const CLIENTS_REMEMBERED_MAX = 10_000;

/** What clients may send: uploads a minute, counted in this process, and assets a day, counted in the database. */
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
   * @throws DatabaseLate when the day's assets cannot be counted for the first time
   */
  async take(clientId: string, { uploadsPerMinute, assetsPerDay }: ClientLimits): Promise<Allowance> {
    const nowMs = this.nowMs();
    const counted = assetsPerDay === null ? undefined : await this.counts.of(clientId, nowMs);
    // from here on without a pause: whoever waited for the same count finds this one added
    const day = counted === undefined || assetsPerDay === null ? undefined : ofDay(counted, assetsPerDay, nowMs);
    const minute = uploadsPerMinute === null ? undefined : this.ofMinute(clientId, uploadsPerMinute, day);
    const states = [minute, day].flatMap((left) => left?.state ?? []);
    if (day?.retryAfterMs !== undefined) {
      return { kind: 'refused', why: 'quota-exceeded', retryAfterMs: day.retryAfterMs, states };
    }
    if (minute?.retryAfterMs !== undefined) {
      return { kind: 'refused', why: 'rate-limited', retryAfterMs: minute.retryAfterMs, states };
    }
    counted?.add();
    return { kind: 'allowed', states };
  }

  /** @param day what is left of the day: where that is nothing no token is taken */
  private ofMinute(clientId: string, quota: number, day: Left | undefined): Left {
    const took = takeToken(this.buckets.get(clientId), quota, this.clockMs());
    const { bucket, taken, nextMs, fullMs } = took;
    if (day?.retryAfterMs === undefined) this.buckets.set(clientId, bucket);
    const [remaining, resetSeconds] = [Math.floor(bucket.tokens), Math.ceil(fullMs / 1_000)];
    return {
      state: { name: 'uploads', quota, windowSeconds: MINUTE_SECONDS, remaining, resetSeconds },
      retryAfterMs: taken ? undefined : Math.ceil(nextMs),
    };
  }
}

function ofDay(day: ClientDay, quota: number, nowMs: number): Left {
  const leftMs = Math.max(1, day.endMs - nowMs);
  const free = quota - day.assets();
  const [windowSeconds, resetSeconds] = [DAY_SECONDS, Math.ceil(leftMs / 1_000)];
  return {
    // the one that comes now is not counted yet
    state: { name: 'assets', quota, windowSeconds, remaining: Math.max(0, free - 1), resetSeconds },
    retryAfterMs: free >= 1 ? undefined : leftMs,
  };
}
