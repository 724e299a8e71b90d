import type { BankHit, HashGate } from '#moderation/banks/bank.js';

import { spreadOf, type Spread } from '../statistics.js';
import { bytesOf, looksOf } from './fill-gate.js';
import { nearHash } from './random-hashes.js';

export interface LookUps {
  readonly what: string;
  /** Bits by which the question differs from a known hash; null for one that nothing is near. */
  readonly distance: number | null;
  readonly microseconds: Spread;
}

/** Look-ups before the measured ones, for the compiler's sake. */
const WARM_UP = 200;
const NOW = 0;

/** Distances that are asked for; null: nothing is near. */
const DISTANCES = [0, 8, 16, 31, null] as const;

/**
 * Asks a filled gate for known and unknown hashes, one after another, each time for another one.
 *
 * @param hashes entries of the gate
 * @throws Error when an answer is wrong
 */
export function timeLookUps(gate: HashGate, hashes: number, count: number): LookUps[] {
  const near = (distance: number, n: number): string =>
    distance === 0 ? looksOf(n % hashes) : nearHash(looksOf(n % hashes), distance, n);
  const perceptual = DISTANCES.map((distance) => ({
    what: 'perceptual',
    distance,
    microseconds: timed(count, distance, (n) => {
      const pdq = distance === null ? looksOf(hashes + n) : near(distance, n * 7);
      return () => gate.perceptual({ pdq, quality: 100 }, NOW);
    }),
  }));
  const exact = ([0, null] as const).map((distance) => ({
    what: 'exact',
    distance,
    microseconds: timed(count, distance, (n) => {
      const sha256 = bytesOf(distance === null ? hashes + n : (n * 7) % hashes);
      return () => gate.exact(sha256, NOW);
    }),
  }));
  return [...exact, ...perceptual];
}

type Prepare = (n: number) => () => BankHit | undefined;

function timed(count: number, distance: number | null, prepare: Prepare): Spread {
  const values: number[] = [];
  for (let n = 0; n < WARM_UP + count; n += 1) {
    const lookUp = prepare(n);
    const begun = performance.now();
    const hit = lookUp();
    const microseconds = (performance.now() - begun) * 1_000;
    if ((hit?.distance ?? null) !== distance) throw new Error(`a hit at ${hit?.distance} bits, not at ${distance}`);
    if (n >= WARM_UP) values.push(microseconds);
  }
  return spreadOf(values);
}
