import { randomInt } from 'node:crypto';

import { hash, verify } from '@node-rs/argon2';

import { FewAtOnce, type Place } from './few-at-once.js';

/**
 * The least that OWASP's cheat sheet on storing passwords asks of Argon2id: 19 MiB, two passes, one lane. Argon2id is the
 * library's default algorithm.
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** One core at most, and 19 MiB, whoever guesses; about 30 a second. Who waits behind a line would wait for a second. */
const AT_ONCE = 1;
const WAITING_MAX = 32;

/** No letters or digits that are taken for each other. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
const ONE_TIME_GROUPS = 5;
/** How long a password works that was given out. */
export const ONE_TIME_MS = 7 * 86_400_000;
const GROUP_CHARACTERS = 5;

/** Hashes passwords and compares with them; few at a time. */
export class Passwords {
  private readonly turns = new FewAtOnce(AT_ONCE, WAITING_MAX);
  /** What the password of nobody is compared with, so that it takes as long as that of anybody. */
  private readonly nobody = this.hash(oneTimePassword());

  constructor() {
    // whoever compares hears of it
    this.nobody.catch(() => undefined);
  }

  /** For those who are in already. @returns a text in the PHC format, with its salt and cost. @throws Problem `overloaded` */
  hash(password: string): Promise<string> {
    return this.turns.run(() => hash(typed(password), COST), 'first');
  }

  /**
   * Whether a password is the one that was hashed. Without a hash it never is, after the same work.
   *
   * @param place `first` for those who have been in before: whoever guesses does not keep them out
   * @throws Problem `overloaded`
   */
  async matches(password: string, hashed: string | undefined, place: Place = 'last'): Promise<boolean> {
    const other = hashed ?? (await this.nobody);
    const same = await this.turns.run(() => verify(other, typed(password)), place);
    return same && hashed !== undefined;
  }
}

/** One form of what looks the same, however a keyboard sends it (NIST SP 800-63B asks for NFKC or NFKD). */
const typed = (password: string): string => password.normalize('NFKC');

/** A password to give out, which works once: 125 random bits in groups that can be read aloud. */
export function oneTimePassword(): string {
  const group = (): string =>
    Array.from({ length: GROUP_CHARACTERS }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
  return Array.from({ length: ONE_TIME_GROUPS }, group).join('-');
}
