import { LRUCache } from 'lru-cache';

import { dayOf, firstIdAt, type Day } from '#moderation/limits/day.js';
import type { ClientStore } from '#persistence/client-store.js';

import type { InferredImages } from './inferred-images.js';

/** A client's day. It is read and added to without a pause between: many may have waited for the same count. */
export interface ClientDay {
  /** How many images it has sent today, as far as is known now, with those of its batches that wait and those that arrive. */
  sent(): number;
  /** Of them, those that stay sent whatever becomes of the others. */
  written(): number;
  readonly endMs: number;
  /** Images were let in: they count as sent for as long as they are under way. */
  add(images: number): Share;
}

/** To be called once, when it is known what became of images. @param kept they count on until they are found written down */
export type Share = (kept: boolean) => void;

interface Known {
  readonly day: Day;
  /** Assets whose ids lie before `settledMs`: no more of them come, and they are not counted again. */
  settled: number;
  settledMs: number;
  /** All that is written down, when that was counted last. */
  counted: number;
  countedMs: number;
  /** Ended since the last count began: some of them are in the count. */
  since: number;
  /** Let in, and not ended: however long they take, and however often is counted meanwhile. */
  arriving: number;
  underWay: Promise<void> | undefined;
}

/** So much may be missing from a count: what other services have accepted since. */
export const STALE_MS = 3_000;
/** An id is made when an upload begins; this long after the longest body its row is there or never will be. */
const COMMIT_MS_MAX = 60_000;
const CLIENTS_REMEMBERED_MAX = 10_000;

/**
 * Images a day by client: assets out of the rows of all services, and what was inferred for it without becoming one. Ids are
 * in the order of time, so that each count looks at the newest ids only, and adds them to what was settled before.
 */
export class DayCounts {
  private readonly clients = new LRUCache<string, Known>({ max: CLIENTS_REMEMBERED_MAX });

  /** @param bodyMsMax how long an upload may take to arrive */
  constructor(
    private readonly store: Pick<ClientStore, 'countAssets'>,
    private readonly inferred: Pick<InferredImages, 'instance' | 'of'>,
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
    const written = (): number => known.counted + this.inferred.of(clientId, known.day);
    return {
      sent: () => written() + known.since + known.arriving,
      written,
      endMs: known.day.endMs,
      add: (images) => {
        known.arriving += images;
        return (kept) => {
          known.arriving -= images;
          if (kept) known.since += images;
        };
      },
    };
  }

  private known(clientId: string, nowMs: number): Known {
    const day = dayOf(nowMs);
    const before = this.clients.get(clientId);
    // by a clock that went back ids come that lie before what is settled: then all are counted anew
    const isBack = before !== undefined && before.countedMs - nowMs > COMMIT_MS_MAX;
    if (before?.day.startMs === day.startMs && !isBack) return before;
    const nothing = { settled: 0, counted: 0, since: 0, arriving: 0, countedMs: -Infinity, underWay: undefined };
    const known: Known = { day, settledMs: day.startMs, ...nothing };
    this.clients.set(clientId, known);
    return known;
  }

  private async count(clientId: string, known: Known, nowMs: number): Promise<void> {
    const { since, settledMs } = known;
    const settlesMs = Math.max(settledMs, nowMs - this.bodyMsMax - COMMIT_MS_MAX);
    const [from, below] = [firstIdAt(settledMs), firstIdAt(settlesMs)];
    const newest = await this.store.countAssets(clientId, from, below, this.inferred.instance);
    // what waits in batches was promised to them
    known.counted = known.settled + newest.all + newest.waiting + newest.inferred;
    known.countedMs = nowMs;
    known.since -= since;
    known.settled += newest.settled;
    known.settledMs = settlesMs;
  }
}
