import type { Random } from '#imaging/samples/random.js';

/** A file that is to be broken, and another one for what takes two. */
export interface Victim {
  readonly bytes: Buffer;
  readonly other: Buffer;
}

/** One way to break a file. */
export interface Mutation {
  readonly name: string;
  /** Gives other bytes; `victim` stays as it is. */
  readonly apply: (victim: Victim, random: Random) => Buffer;
}
