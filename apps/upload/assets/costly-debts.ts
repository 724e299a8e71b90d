import { LastArrivals } from '#inference/admission/last-arrivals.js';

/** A client is alone when nobody else has come for so long. */
const ALONE_MS = 1_000;
/** Debts of more clients than this are looked through for those that are paid. */
const DEBTS_KEPT = 1_000;

interface Debt {
  readonly uploads: number;
  readonly atMs: number;
}

/**
 * Uploads of each client that were taken in and cannot be looked at, for the heavy tier to settle: what they cost is to
 * reach the door again. A client that is ahead of its rate by more than a second waits, unless it is alone.
 */
export class CostlyDebts {
  private readonly debts = new Map<string, Debt>();
  private readonly arrivals = new LastArrivals();

  constructor(private readonly nowMs: () => number) {}

  /** One of a client was taken in. @param perSecond of one client */
  note(clientId: string, perSecond: number): void {
    this.debts.set(clientId, { uploads: this.owed(clientId, perSecond) + 1, atMs: this.nowMs() });
    if (this.debts.size <= DEBTS_KEPT) return;
    for (const id of this.debts.keys()) if (this.owed(id, perSecond) === 0) this.debts.delete(id);
  }

  /** A client comes. @param rate as in `note`. @returns how long it has to wait, 0 for not at all */
  waitMs(clientId: string, rate: () => number): number {
    const nowMs = this.nowMs();
    this.arrivals.note(clientId, nowMs);
    if (!this.debts.has(clientId) || this.arrivals.othersAtMs(clientId) < nowMs - ALONE_MS) return 0;
    const perSecond = rate();
    const excess = this.owed(clientId, perSecond) - Math.max(1, perSecond);
    return excess < 0 ? 0 : Math.max(1, (1_000 * excess) / perSecond);
  }

  private owed(clientId: string, perSecond: number): number {
    const debt = this.debts.get(clientId);
    if (debt === undefined) return 0;
    return Math.max(0, debt.uploads - ((this.nowMs() - debt.atMs) / 1_000) * perSecond);
  }
}
