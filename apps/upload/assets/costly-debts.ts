import { LastArrivals } from '#inference/admission/last-arrivals.js';

/** A client is alone when nobody else has come for so long. */
const ALONE_MS = 1_000;

/**
 * Uploads of each client that were taken in and cannot be looked at, for the heavy tier to settle. Time pays for them, each
 * moment at the rate that holds then, and what is paid stays paid. A client that is ahead of its rate by more than a second
 * has its next such upload refused, unless it is alone.
 */
export class CostlyDebts {
  /** Where `paid` must be until a client owes nothing. */
  private readonly paidAt = new Map<string, number>();
  private readonly arrivals = new LastArrivals();
  /** Uploads of one client that time has paid for, since the beginning. */
  private paid = 0;
  private paidAtMs: number;
  private perSecond = 0;

  constructor(private readonly nowMs: () => number) {
    this.paidAtMs = nowMs();
  }

  /** Whether anybody owes anything: then the rate is to be told at every arrival. */
  get areAny(): boolean {
    return this.paidAt.size > 0;
  }

  /** A client comes. */
  come(clientId: string): void {
    this.arrivals.note(clientId, this.nowMs());
  }

  /** Time pays at the rate of the moment. @param perSecond of one client */
  pay(perSecond: number): void {
    const nowMs = this.nowMs();
    this.paid += ((nowMs - this.paidAtMs) / 1_000) * perSecond;
    this.paidAtMs = nowMs;
    this.perSecond = perSecond;
    for (const [clientId, atMost] of this.paidAt) if (atMost <= this.paid) this.paidAt.delete(clientId);
  }

  /** How long a client waits until one more of its is taken in, by the rate that was told last; 0 for not at all. */
  waitMs(clientId: string): number {
    if (this.isAlone(clientId)) return 0;
    const excess = this.owed(clientId) - Math.max(1, this.perSecond);
    return excess < 0 ? 0 : Math.max(1, (1_000 * excess) / this.perSecond);
  }

  /** One of a client is taken in. It owes nothing for what it sends while it is alone. */
  note(clientId: string): void {
    if (!this.isAlone(clientId)) this.paidAt.set(clientId, this.paid + this.owed(clientId) + 1);
  }

  private isAlone(clientId: string): boolean {
    return this.arrivals.othersAtMs(clientId) < this.nowMs() - ALONE_MS;
  }

  private owed(clientId: string): number {
    return Math.max(0, (this.paidAt.get(clientId) ?? 0) - this.paid);
  }
}
