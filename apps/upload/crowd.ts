import { LastArrivals } from '#inference/admission/last-arrivals.js';

/** Somebody who is inside. */
export interface Guest {
  readonly clientId: string;
  readonly cameAtMs: number;
}

export interface CrowdOptions {
  /** More at once are refused. */
  readonly max: number;
  /** More of one client are refused, so that no client shuts others out. */
  readonly clientMax: number;
  /** What holds instead for a client that is alone: nobody else is inside or has come lately. Left out: the same. */
  readonly aloneMax?: number;
  /** Of `max`, places that only clients have that have none inside: those that are there cannot fill them all. */
  readonly newcomersMin?: number;
  readonly nowMs: () => number;
}

/** Who is one too many, and when to come again. */
export interface TooMany {
  readonly of: 'client' | 'all';
  readonly retryAfterMs: number;
}

/** When to come again at the soonest where no time is known. */
export const RETRY_MS = 1_000;
/** Who came so long ago and is not inside has gone. */
const ALONE_MS = 1_000;

/** Those of all clients that are inside at the same time: never more than fit, and never only of a few clients. */
export class Crowd {
  private readonly inside = new Set<Guest>();
  private readonly arrivals = new LastArrivals();

  constructor(private readonly options: CrowdOptions) {}

  get size(): number {
    return this.inside.size;
  }

  /** One more of a client comes: whether it is too many. */
  refusal(clientId: string): TooMany | undefined {
    const { max, clientMax, aloneMax = clientMax, newcomersMin = 0, nowMs } = this.options;
    this.arrivals.note(clientId, nowMs());
    const all = [...this.inside];
    const own = all.filter((guest) => guest.clientId === clientId);
    const isAlone = own.length === all.length && this.arrivals.othersAtMs(clientId) < nowMs() - ALONE_MS;
    if (own.length >= (isAlone ? aloneMax : clientMax)) return { of: 'client', retryAfterMs: this.stayMs(own) };
    const places = own.length === 0 ? max : max - newcomersMin;
    return all.length >= places ? { of: 'all', retryAfterMs: this.stayMs(all) } : undefined;
  }

  enter(clientId: string): Guest {
    const guest = { clientId, cameAtMs: this.options.nowMs() };
    this.inside.add(guest);
    return guest;
  }

  leave(guest: Guest): void {
    this.inside.delete(guest);
  }

  /** How long they have been inside on the average: as long again is the best guess for the next that leaves. */
  private stayMs(guests: readonly Guest[]): number {
    const nowMs = this.options.nowMs();
    const sumMs = guests.reduce((sum, { cameAtMs }) => sum + nowMs - cameAtMs, 0);
    return Math.max(RETRY_MS, Math.ceil(sumMs / guests.length));
  }
}
