import type { ClassedRank } from './turn-order.js';
import { LastArrivals } from './last-arrivals.js';

/** Who came so lately is still about: a client beside which nobody is about is alone. */
const ABOUT_MS = 1_000;

/** Who came lately, let in or not. */
export class Comings {
  private readonly clients = new LastArrivals();
  private liveAtMs = -Infinity;

  constructor(private readonly nowMs: () => number) {}

  note({ clientId, trafficClass }: Pick<ClassedRank, 'clientId' | 'trafficClass'>): void {
    const nowMs = this.nowMs();
    this.clients.note(clientId, nowMs);
    if (trafficClass !== 'bulk') this.liveAtMs = nowMs;
  }

  /** When somebody else than the client last came. */
  othersAtMs(clientId: string): number {
    return this.clients.othersAtMs(clientId);
  }

  /** Until when others are about at the least; not later than now where the client is alone. */
  othersUntilMs(clientId: string): number {
    return this.othersAtMs(clientId) + ABOUT_MS;
  }

  isAlone(clientId: string): boolean {
    return this.othersUntilMs(clientId) <= this.nowMs();
  }

  /** Whether urgent or normal traffic is about. */
  get isLive(): boolean {
    return this.liveAtMs + ABOUT_MS > this.nowMs();
  }
}
