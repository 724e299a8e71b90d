import { LRUCache } from 'lru-cache';

import type { Principal } from '#contracts/access.js';
import { OperationalError } from '#contracts/errors.js';

/** A revoked key works this long at most. */
const REVOKED_MS_MAX = 5_000;
/** From then on a key that is in use is looked up anew, while those who show it go on. */
const REFRESH_MS = REVOKED_MS_MAX / 2;
/** A key that nobody has is not looked up again for this long; one that was made just now may have to wait for it. */
const UNKNOWN_MS = 1_000;
const KEYS_REMEMBERED_MAX = 10_000;
/** Whoever tries keys at random gets a part of the database's connections only. */
const LOOKUPS_MAX = 4;
/** New keys that wait for a look-up. Each takes about a millisecond; of more than these none is meant well. */
const WAITING_MAX = 64;

export type FindPrincipal = (secret: string) => Promise<Principal | undefined>;

interface Remembered {
  readonly principal: Principal | undefined;
  /** When it was asked for: it held then, and may not have held ever since. */
  readonly asOfMs: number;
}

/** Who belongs to a key: remembered for seconds, looked up by few at a time. */
export class KnownKeys {
  private readonly known = new LRUCache<string, Remembered>({ max: KEYS_REMEMBERED_MAX });
  /** Apart from the others, which keys at random shall not drive out. */
  private readonly unknown = new LRUCache<string, Remembered>({ max: KEYS_REMEMBERED_MAX });
  private readonly underWay = new Map<string, Promise<Principal | undefined>>();
  private readonly waiting: (() => void)[] = [];
  private lookups = 0;

  /** @param nowMs a clock that never goes back */
  constructor(
    private readonly look: FindPrincipal,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /**
   * @returns undefined for a key that nobody has, or that was revoked five seconds ago or earlier
   * @throws OperationalError when too many keys are asked for; what the look-up throws
   */
  async find(secret: string): Promise<Principal | undefined> {
    if (this.ageMs(this.unknown.get(secret)) < UNKNOWN_MS) return undefined;
    const known = this.known.get(secret);
    const ageMs = this.ageMs(known);
    if (known === undefined || ageMs >= REVOKED_MS_MAX) return this.ask(secret);
    // whoever comes after it has failed tries again, and hears of it once the key is too old
    if (ageMs >= REFRESH_MS) this.ask(secret).catch(() => undefined);
    return known.principal;
  }

  private ageMs(remembered: Remembered | undefined): number {
    return remembered === undefined ? Infinity : this.nowMs() - remembered.asOfMs;
  }

  /** One look-up for all who ask for the same key. */
  private ask(secret: string): Promise<Principal | undefined> {
    const underWay = this.underWay.get(secret);
    if (underWay !== undefined) return underWay;
    const asked = this.inTurn(secret).finally(() => this.underWay.delete(secret));
    this.underWay.set(secret, asked);
    return asked;
  }

  private async inTurn(secret: string): Promise<Principal | undefined> {
    await this.turn(this.known.has(secret));
    try {
      const asOfMs = this.nowMs();
      const principal = await this.look(secret);
      const [there, gone] = principal === undefined ? [this.unknown, this.known] : [this.known, this.unknown];
      there.set(secret, { principal, asOfMs });
      gone.delete(secret);
      return principal;
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.lookups -= 1;
      else next();
    }
  }

  /** Keys that were good go before those that nobody has shown yet. */
  private async turn(isKnown: boolean): Promise<void> {
    if (this.lookups < LOOKUPS_MAX) {
      this.lookups += 1;
      return;
    }
    if (!isKnown && this.waiting.length >= WAITING_MAX) throw new OperationalError('too many new keys are looked up');
    await new Promise<void>((resolve) => {
      if (isKnown) this.waiting.unshift(resolve);
      else this.waiting.push(resolve);
    });
  }
}
