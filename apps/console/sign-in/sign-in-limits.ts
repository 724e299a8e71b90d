import { LRUCache } from 'lru-cache';

import { Problem } from '#contracts/problems.js';
import { readSignInName } from '#contracts/sign-in-name.js';

import { addressKey, widerNetworks } from './address-key.js';
import { FailureLevels } from './failure-levels.js';

/** Failures within the window. Of one name from one address few: a person who has forgotten stops before. */
const PAIR_MAX = 5;
/** Of all names from one address: an office has one address. */
const ADDRESS_MAX = 30;
/** Of one name from everywhere. Addresses from which it has signed in are not counted here: nobody is locked out by others. */
const NAME_MAX = 50;
const REMEMBERED_MAX = 20_000;
/** How long an address stays a stranger to a name, which may have signed in from it at another console. */
const STRANGER_MS = 60_000;

/** A sign-in that is under way. */
export interface Attempt {
  /** The name has signed in from this address before. */
  readonly trusted: boolean;
  /** There is a person of this name: whoever tries names at random does not have it forgotten how often it was tried. */
  ofSomebody(): void;
  /** The password was right: it is not held against anybody. */
  succeeded(): void;
  /** The password was not looked at: nobody knows whether it was right. */
  takeBack(): void;
}

interface Counted {
  readonly levels: FailureLevels;
  readonly key: string;
  readonly most: number;
}

/**
 * Bounds how often passwords are tried, whether the name is anybody's or not. Every try counts before its password is looked
 * at, so that many at once are no way around it. Each process of the console counts by itself, and forgets at its end; who
 * has signed in from where, the database remembers.
 */
export class SignInLimits {
  private readonly pairs: FailureLevels;
  private readonly addresses: FailureLevels;
  /** Of names that there are, and of all others. */
  private readonly names: FailureLevels;
  private readonly strayNames: FailureLevels;
  /** Names with addresses from which they have signed in. */
  private readonly trusted = new LRUCache<string, true>({ max: REMEMBERED_MAX });
  private readonly strangers = new LRUCache<string, true>({ max: REMEMBERED_MAX, ttl: STRANGER_MS });

  /**
   * @param hasSignedIn whether a name has signed in from an address (as `addressKey` has it) before
   * @param nowMs a clock that never goes back
   */
  constructor(
    private readonly hasSignedIn: (name: string, from: string) => Promise<boolean>,
    nowMs: () => number = () => performance.now(),
  ) {
    const levels = (): FailureLevels => new FailureLevels(nowMs);
    [this.pairs, this.addresses, this.names, this.strayNames] = [levels(), levels(), levels(), levels()];
  }

  /**
   * @param name normalised, or as it came where it can be nobody's
   * @throws Problem `too-many-sign-ins`; what `hasSignedIn` throws
   */
  async attempt(name: string, address: string): Promise<Attempt> {
    const from = addressKey(address);
    const pair = JSON.stringify([name, from]);
    const near: Counted[] = [
      { levels: this.pairs, key: pair, most: PAIR_MAX },
      { levels: this.addresses, key: from, most: ADDRESS_MAX },
    ];
    refuseFull(near);
    const trusted = await this.isTrusted(name, from, pair);
    const counted = (): Counted[] => (trusted ? near : [...near, ...this.far(name, address)]);
    refuseFull(counted());
    const count = (failures: number): void => {
      for (const { levels, key, most } of counted()) levels.add(key, most, failures);
    };
    count(1);
    return {
      trusted,
      ofSomebody: () => this.names.adopt(name, this.strayNames),
      takeBack: () => count(-1),
      succeeded: () => {
        count(-1);
        this.pairs.forget(pair);
        this.trusted.set(pair, true);
      },
    };
  }

  /** What strangers to a name are counted under besides. */
  private far(name: string, address: string): Counted[] {
    const names = this.names.has(name) ? this.names : this.strayNames;
    const wider = widerNetworks(address).map(({ network, most }) => ({ levels: this.addresses, key: network, most }));
    return [...wider, { levels: names, key: name, most: NAME_MAX }];
  }

  private async isTrusted(name: string, from: string, pair: string): Promise<boolean> {
    if (this.trusted.has(pair)) return true;
    if (this.strangers.has(pair) || readSignInName(name) !== name) return false;
    const known = await this.hasSignedIn(name, from);
    (known ? this.trusted : this.strangers).set(pair, true);
    return known;
  }
}

function refuseFull(counted: readonly Counted[]): void {
  const waitMs = Math.max(...counted.map(({ levels, key, most }) => levels.waitMs(key, most)));
  if (waitMs <= 0) return;
  throw new Problem('too-many-sign-ins', 'Too many sign-ins have failed with this name, or from this address.', {
    retryAfterMs: Math.ceil(waitMs),
  });
}
