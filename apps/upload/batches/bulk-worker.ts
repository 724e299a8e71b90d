import type { BulkWork, BulkWorkStore, ItemOutcome } from '#persistence/bulk-work-store.js';
import type { Logger } from '#telemetry/logger.js';

import type { FastTier } from '../fast-tier/fast-tier.js';
import type { Archives } from './archives.js';
import type { Sleeper } from './sleeper.js';

export interface BulkWorkerParts {
  readonly store: Pick<BulkWorkStore, 'lease' | 'renew' | 'settle' | 'finish'>;
  readonly archives: Pick<Archives, 'ids' | 'areShared' | 'remove'>;
  readonly tier: Pick<FastTier, 'isReady' | 'predict'>;
  /** Never throws. */
  readonly work: (item: BulkWork) => Promise<ItemOutcome>;
  readonly sleeper: Sleeper;
  readonly log: Pick<Logger, 'warn'>;
  /** Names this process as the holder of its leases: a UUID. */
  readonly token: string;
}

/** Most of them wait for other people's servers, or in the fast tier's line behind everybody else. */
const AT_ONCE = 8;
/** So many are leased in a turn of a client, when there are as many places: some that hang do not keep the others from theirs. */
const TURN = AT_ONCE / 2;
/** An image that its server has not sent by then gives its place to another; it is waited for beside. */
const SLOW_MS = 2_000;
/** Of one client: whose servers all hang has half of its own slots for fetches left, and no place of others. */
const OF_CLIENT = AT_ONCE;
/** Of one host: where it hangs, others' images go past it. As many connections as browsers open to one, or fewer. */
const OF_HOST = 4;
/** All that is waited for: each holds a connection and a file. */
const OPEN_MAX = 4 * AT_ONCE;
/** A service that dies keeps its items from others for so long. */
const LEASE_MS = 10_000;
const RENEW_MS = LEASE_MS / 4;
/** A batch that is worked off is ended this much later at most, whatever other batches wait for. */
const FINISH_MS = 2_000;
const REST_MS = { nothingToDo: 1_000, othersFirst: 250, failure: 2_000 };

interface Begun {
  readonly atMs: number;
  readonly ended: Promise<void>;
}

/** Works off bulk submissions while nobody else needs the fast tier. Several services share them by leases. */
export class BulkWorker {
  private readonly open = new Map<BulkWork, Begun>();
  private finishAtMs = -Infinity;
  private othersFirst = false;

  constructor(private readonly parts: BulkWorkerParts) {}

  /** Resolves when `signal` has aborted and what was in hand has ended. */
  async run(signal: AbortSignal): Promise<void> {
    const { sleeper } = this.parts;
    const renewing = setInterval(() => void this.renew(), RENEW_MS);
    while (!signal.aborted) {
      const restMs = await this.fill().catch((error: unknown) => this.tellLate(error));
      await sleeper.rest(restMs);
    }
    await Promise.all([...this.open.values()].map(({ ended }) => ended));
    clearInterval(renewing);
  }

  /** Begins as many items as there is room for. @returns how long to rest, milliseconds, unless one ends before */
  private async fill(): Promise<number> {
    const { store, archives, tier, token } = this.parts;
    if (performance.now() >= this.finishAtMs) await this.finish();
    if (!tier.isReady || this.free() < TURN) return REST_MS.nothingToDo;
    const { wouldShed } = tier.predict({ clientId: token, trafficClass: 'bulk' }, 0);
    if (wouldShed || this.othersFirst) {
      this.othersFirst = false;
      return REST_MS.othersFirst;
    }
    const hosts = { taken: this.hosts(), max: OF_HOST };
    const reach = { archives: await archives.ids(), shared: archives.areShared, full: this.full(), hosts };
    const items = await store.lease(token, LEASE_MS, TURN, reach);
    for (const item of items) this.open.set(item, { atMs: performance.now(), ended: this.handle(item) });
    if (items.length === 0) await this.finish();
    return items.length === 0 ? REST_MS.nothingToDo : 0;
  }

  private free(): number {
    const slowSinceMs = performance.now() - SLOW_MS;
    const hanging = [...this.open].filter(([{ url }, { atMs }]) => url !== null && atMs <= slowSinceMs).length;
    return Math.min(AT_ONCE + hanging, OPEN_MAX) - this.open.size;
  }

  /** Clients that have as much under way as they may; a turn more would be too much. */
  private full(): string[] {
    const counts = countsOf([...this.open.keys()].map(({ clientId }) => clientId));
    return [...counts].flatMap(([clientId, count]) => (count + TURN > OF_CLIENT ? [clientId] : []));
  }

  /** How much of each host is under way. */
  private hosts(): ReadonlyMap<string, number> {
    return countsOf([...this.open.keys()].flatMap(({ host }) => host ?? []));
  }

  /** Ends batches that are worked off, also while there is work of others. */
  private async finish(): Promise<void> {
    const { store, archives } = this.parts;
    this.finishAtMs = performance.now() + FINISH_MS;
    for (const id of await store.finish()) await archives.remove(id);
  }

  private async handle(item: BulkWork): Promise<void> {
    const { store, work, token, sleeper } = this.parts;
    try {
      const outcome = await work(item);
      if (outcome.kind === 'later' && outcome.shed) this.othersFirst = true;
      await store.settle(token, item, outcome);
    } catch (error) {
      // its lease runs out, and whoever tries it again finds what it became
      this.tellLate(error);
    } finally {
      this.open.delete(item);
      sleeper.wake();
    }
  }

  private async renew(): Promise<void> {
    const { store, token } = this.parts;
    if (this.open.size > 0) {
      await store.renew(token, LEASE_MS, [...this.open.keys()]).catch((error: unknown) => this.tellLate(error));
    }
  }

  private tellLate(error: unknown): number {
    this.parts.log.warn({ err: error }, 'batches wait: the database or the disk is late');
    return REST_MS.failure;
  }
}

function countsOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
