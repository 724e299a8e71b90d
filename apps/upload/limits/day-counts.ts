import { LRUCache } from 'lru-cache';

import { dayOf, firstIdAt, type Day } from '#moderation/limits/day.js';
import type { ClientStore } from '#persistence/client-store.js';

/** A client's day. It is read and added to without a pause between: many may have waited for the same count. */
export interface ClientDay {
  /** How many assets it has sent today, as far as is known now, with the images of its batches that wait. */
  assets(): number;
  readonly endMs: number;
  /** An upload was let in. */
  add(): void;
}

interface Known {
  readonly day: Day;
  /** Assets whose ids lie before `settledMs`: no more of them come, and they are not counted again. */
  settled: number;
  settledMs: number;
  /** All, when they were counted last. */
  counted: number;
  countedMs: number;
  /** Let in since the last count began: some of them are in the count, some are on their way. */
  since: number;
  underWay: Promise<void> | undefined;
}

/** So much may be missing from a count: what other services have accepted since. */
const STALE_MS = 3_000;
/** An id is made when an upload begins; this long after the longest body its row is there or never will be. */
const COMMIT_MS_MAX = 60_000;
const CLIENTS_REMEMBERED_MAX = 10_000;

/**
 * Assets a day by client, out of the rows of all services. Ids are in the order of time, so that each count looks at the
 * newest ids only, and adds them to what was settled before.
 */
export class DayCounts {
  private readonly clients = new LRUCache<string, Known>({ max: CLIENTS_REMEMBERED_MAX });

  /** @param bodyMsMax how long an upload may take to arrive */
  constructor(
    private readonly store: Pick<ClientStore, 'countAssets'>,
    private readonly bodyMsMax: number,
  ) {}

  /** @throws DatabaseLate when there is no count of today yet, and none can be had */
  async of(clientId: string, nowMs: number): Promise<ClientDay> {
    const known = this.known(clientId, nowMs);
    if (nowMs - known.countedMs >= STALE_MS) {
      known.underWay ??= this.count(clientId, known, nowMs).finally(() => (known.underWay = undefined));
      // while an old count goes on to hold, whoever comes after it has failed tries again
      if (known.countedMs === -Infinity) await known.underWay;
      else known.underWay.catch(() => undefined);
    }
    return {
      assets: () => known.counted + known.since,
      endMs: known.day.endMs,
      add: () => void (known.since += 1),
    };
  }

  private known(clientId: string, nowMs: number): Known {
    const day = dayOf(nowMs);
    const before = this.clients.get(clientId);
    if (before?.day.startMs === day.startMs) return before;
    const nothing = { settled: 0, counted: 0, since: 0, countedMs: -Infinity, underWay: undefined };
    const known: Known = { day, settledMs: day.startMs, ...nothing };
    this.clients.set(clientId, known);
    return known;
  }

  private async count(clientId: string, known: Known, nowMs: number): Promise<void> {
    const { since, settledMs } = known;
    const settlesMs = Math.max(settledMs, nowMs - this.bodyMsMax - COMMIT_MS_MAX);
    const newest = await this.store.countAssets(clientId, firstIdAt(settledMs), firstIdAt(settlesMs));
    // what waits in batches was promised to them
    known.counted = known.settled + newest.all + newest.waiting;
    known.countedMs = nowMs;
    known.since -= since;
    known.settled += newest.settled;
    known.settledMs = settlesMs;
  }
}
