import { SlidingQuantile } from './sliding-quantile.js';

/** How many of a client's last looks count. */
const WINDOW = 40;
const SHARE = 0.95;
/** With fewer nothing is known of a client. */
const OBSERVED_MIN = 10;
/** What a client sent so long ago says nothing of what it sends now. */
const AGE_MS_MAX = 10_000;
/** Of the clients that sent last. */
const CLIENTS_MAX = 1_000;
/** How long the middle of all holds if no look comes. */
const TYPICAL_MS = 250;

interface ClientLooks {
  /** Of the batches that its pictures were in. */
  readonly times: SlidingQuantile;
  /** What each picture had of its batch's time. */
  readonly parts: SlidingQuantile;
  notedAtMs: number;
}

/**
 * What the pictures of each client take: one client's large ones say nothing of another's small ones, while the
 * `ServiceTimes` are those of all together.
 */
export class ClientTimes {
  /** Who sent last comes last. */
  private readonly clients = new Map<string, ClientLooks>();
  private typical: { readonly ms: number | undefined; readonly atMs: number } | undefined;

  constructor(private readonly nowMs: () => number) {}

  /** A batch with pictures of a client took `ms`. @param partMs what one picture of the client had of it at most */
  note(clientId: string, ms: number, partMs = ms): void {
    const quantile = (): SlidingQuantile => new SlidingQuantile(WINDOW, SHARE);
    const looks = this.of(clientId) ?? { times: quantile(), parts: quantile(), notedAtMs: 0 };
    looks.times.add(ms);
    looks.parts.add(partMs);
    this.typical = undefined;
    looks.notedAtMs = this.nowMs();
    this.clients.delete(clientId);
    this.clients.set(clientId, looks);
    const [oldest] = this.clients.keys();
    if (this.clients.size > CLIENTS_MAX && oldest !== undefined) this.clients.delete(oldest);
  }

  /** Whether no other client's pictures were looked at lately: then those of all are its own. */
  isAlone(clientId: string): boolean {
    for (const [id, { notedAtMs }] of this.clients) {
      if (!this.isFresh(notedAtMs)) this.clients.delete(id);
      else if (id !== clientId) return false;
    }
    return true;
  }

  /** p95 of a client's last looks; undefined where too few of them are known. */
  quantileMs(clientId: string): number | undefined {
    return known(this.of(clientId)?.times);
  }

  /** p95 of what a picture of a client has of its batch's time; undefined where too few are known. */
  partMs(clientId: string): number | undefined {
    return known(this.of(clientId)?.parts);
  }

  /**
   * What a look takes by the client in the middle of those that sent lately, of two by the one with the shorter looks: no
   * single client's pictures make it longer. Undefined where nobody has sent.
   */
  get typicalMs(): number | undefined {
    const nowMs = this.nowMs();
    if (this.typical === undefined || nowMs - this.typical.atMs >= TYPICAL_MS) {
      const each = [...this.clients.values()].filter(({ notedAtMs }) => this.isFresh(notedAtMs));
      const sorted = each.map(({ times }) => times.quantile() ?? 0).sort((one, other) => one - other);
      this.typical = { ms: sorted[Math.floor((sorted.length - 1) / 2)], atMs: nowMs };
    }
    return this.typical.ms;
  }

  private of(clientId: string): ClientLooks | undefined {
    const known = this.clients.get(clientId);
    return known !== undefined && this.isFresh(known.notedAtMs) ? known : undefined;
  }

  private isFresh(notedAtMs: number): boolean {
    return notedAtMs >= this.nowMs() - AGE_MS_MAX;
  }
}

const known = (times: SlidingQuantile | undefined): number | undefined =>
  times === undefined || times.count < OBSERVED_MIN ? undefined : times.quantile();
