import { OperationalError } from '#contracts/errors.js';
import { HashGate, type Bank } from '#moderation/banks/bank.js';

import type { BankChangeStore, BanksAsOf, ChangePlace, EntryState } from './bank-change-store.js';
import { PollLoop } from './poll-loop.js';
import { SharedRuns } from './shared-runs.js';

/** A change goes unnoticed for about this long. */
const REFRESH_MS = 1_000;
/** The service does nothing else while a page is put into the gate: some milliseconds. */
const PAGE = 500;

export interface GateFeedOptions {
  /** Hears why a refresh failed; the next one begins as usual. */
  readonly onError: (error: unknown) => void;
  /** How long after one refresh the next one begins; a second when left out. */
  readonly refreshMs?: number;
}

/** As much of `BankChangeStore` as a feed reads. */
export type BankChanges = Pick<BankChangeStore, 'banks' | 'entries' | 'changes'>;

/**
 * Keeps a gate in memory as the banks are in the database: loads everything, then follows every change within about a
 * second. When the database is late the gate stays as it was, and is caught up afterwards.
 */
export class GateFeed {
  /** As of when the gate holds everything. */
  private asOf: Pick<BanksAsOf, 'since' | 'snapshot'> | undefined;
  private freshAsOfMs: number | undefined;
  private readonly loop: PollLoop;
  private readonly refreshes = new SharedRuns(() => this.refresh());
  private onLoaded: () => void = () => undefined;
  private readonly firstLoad = new Promise<void>((resolve) => {
    this.onLoaded = resolve;
  });

  constructor(
    private readonly changes: BankChanges,
    private readonly gate: HashGate,
    { onError, refreshMs = REFRESH_MS }: GateFeedOptions,
  ) {
    const look = async (): Promise<boolean> => {
      await this.refreshes.run().catch(onError);
      return false;
    };
    this.loop = new PollLoop(look, refreshMs);
  }

  /** Whether the gate has held everything once. Before that it may let through what it should know. */
  get isLoaded(): boolean {
    return this.freshAsOfMs !== undefined;
  }

  /** Resolves when the gate holds everything for the first time; never when it is stopped before. */
  loaded(): Promise<void> {
    return this.firstLoad;
  }

  /**
   * The gate, with all that the banks held when it was asked for. Whoever settles what another service has judged asks for
   * it after that was written: then it knows no less than the other did.
   *
   * @throws OperationalError when the banks cannot be read, or are not followed any more
   */
  async current(): Promise<HashGate> {
    await this.refreshes.run();
    if (this.loop.isStopped) throw new OperationalError('the banks are not followed any more');
    return this.gate;
  }

  /** Milliseconds since the gate was as the database was; Infinity before it is loaded. */
  ageMs(): number {
    return this.freshAsOfMs === undefined ? Infinity : performance.now() - this.freshAsOfMs;
  }

  /** Begins to load, and goes on until it is stopped. */
  start(): void {
    this.loop.start();
  }

  /** Resolves when the refresh under way has ended; no further one begins. */
  stop(): Promise<void> {
    return this.loop.stop();
  }

  /** Brings the gate to where the database is now. @throws DatabaseLate; changes that were read by then are in the gate */
  private async refresh(): Promise<void> {
    const asOfMs = performance.now();
    const { banks, since, snapshot } = await this.changes.banks();
    // numbers that run backwards are those of another server, which took over
    const { asOf } = this;
    const runsOn =
      asOf !== undefined && BigInt(since) >= BigInt(asOf.since) && nextOf(snapshot) >= nextOf(asOf.snapshot);
    if (runsOn) await this.follow(banks, asOf);
    else await this.load(banks);
    if (this.loop.isStopped) return;
    this.asOf = { since, snapshot };
    this.freshAsOfMs = asOfMs;
    this.onLoaded();
  }

  /** Reads everything, and takes it over once it is whole: what this database does not have the gate then forgets. */
  private async load(banks: readonly Bank[]): Promise<void> {
    const next = new HashGate();
    next.setBanks(banks);
    await this.readAll(next, { changedIn: '0', id: 0 }, (place) => this.changes.entries(place.id, PAGE));
    if (!this.loop.isStopped) this.gate.become(next);
  }

  private async follow(
    banks: readonly Bank[],
    { since, snapshot }: Pick<BanksAsOf, 'since' | 'snapshot'>,
  ): Promise<void> {
    this.gate.setBanks(banks);
    await this.readAll(this.gate, { changedIn: since, id: 0 }, (place) => this.changes.changes(place, snapshot, PAGE));
  }

  private async readAll(
    gate: HashGate,
    from: ChangePlace,
    pageBehind: (place: ChangePlace) => Promise<EntryState[]>,
  ): Promise<void> {
    for (let place: ChangePlace | undefined = from; place !== undefined && !this.loop.isStopped;) {
      const page: EntryState[] = await pageBehind(place);
      for (const entry of page) {
        if (entry.removed) gate.remove(entry.id);
        else gate.put(entry);
      }
      place = page.length < PAGE ? undefined : page.at(-1);
    }
  }
}

/**
 * The number of the next transaction of that moment: it never falls on one server. The oldest that had not ended says less,
 * while one lasts for long.
 */
const nextOf = (snapshot: string): bigint => BigInt(snapshot.split(':')[1] ?? 0);
