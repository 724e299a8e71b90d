import { LRUCache } from 'lru-cache';

import { Problem } from '#contracts/problems.js';

import { addressKey } from './address-key.js';

const WINDOW_MS = 15 * 60_000;
/** Failures within the window. Of one name from one address few: a person who has forgotten stops before. */
const PAIR_MAX = 5;
/** Of all names from one address: an office has one address. */
const ADDRESS_MAX = 30;
/** Of one name from everywhere. Addresses from which it has signed in are not counted here: nobody is locked out by others. */
const NAME_MAX = 50;
const REMEMBERED_MAX = 20_000;

interface Level {
  readonly value: number;
  readonly atMs: number;
}

/** A sign-in that is under way. */
export interface Attempt {
  /** The password was right: it is not held against anybody. */
  succeeded(): void;
}

/**
 * Bounds how often passwords are tried, whether the name is anybody's or not. Every try counts before its password is looked
 * at, so that many at once are no way around it. Each process of the console counts by itself, and forgets at its end.
 */
export class SignInLimits {
  private readonly levels = new LRUCache<string, Level>({ max: REMEMBERED_MAX });
  /** Names with addresses from which they have signed in. */
  private readonly trusted = new LRUCache<string, true>({ max: REMEMBERED_MAX });

  /** @param nowMs a clock that never goes back */
  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** @param name normalised, or as it came where it can be nobody's. @throws Problem `too-many-sign-ins` */
  attempt(name: string, address: string): Attempt {
    const from = addressKey(address);
    const pair = JSON.stringify([name, from]);
    const counted: [string, number][] = [
      [`pair ${pair}`, PAIR_MAX],
      [`address ${from}`, ADDRESS_MAX],
      ...(this.trusted.has(pair) ? [] : ([[`name ${name}`, NAME_MAX]] satisfies [string, number][])),
    ];
    const waitMs = Math.max(...counted.map(([key, most]) => this.waitMs(key, most)));
    if (waitMs > 0) {
      throw new Problem('too-many-sign-ins', 'Too many sign-ins have failed with this name, or from this address.', {
        retryAfterMs: Math.ceil(waitMs),
      });
    }
    for (const [key, most] of counted) this.add(key, most, 1);
    return {
      succeeded: () => {
        for (const [key, most] of counted) this.add(key, most, -1);
        this.levels.delete(`pair ${pair}`);
        this.trusted.set(pair, true);
      },
    };
  }

  /** How full it is now: it drains by `most` in a window. */
  private level(key: string, most: number): number {
    const { value, atMs } = this.levels.get(key) ?? { value: 0, atMs: 0 };
    return Math.max(0, value - ((this.nowMs() - atMs) * most) / WINDOW_MS);
  }

  private waitMs(key: string, most: number): number {
    const over = this.level(key, most) + 1 - most;
    // what a fraction of a millisecond has drained since is no reason to let one more in
    return over <= 1e-9 ? 0 : (over * WINDOW_MS) / most;
  }

  private add(key: string, most: number, tries: number): void {
    const value = Math.max(0, this.level(key, most) + tries);
    this.levels.set(key, { value, atMs: this.nowMs() });
  }
}
