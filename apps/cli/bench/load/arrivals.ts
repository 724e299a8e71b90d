import type { Random } from '#imaging/samples/random.js';

/** Arrivals at equal distances. */
export interface ConstantArrivals {
  readonly kind: 'constant';
}

/** Many clients that know nothing of each other: exponential gaps. */
export interface PoissonArrivals {
  readonly kind: 'poisson';
}

/** Poisson arrivals that are switched on and off: a Markov-modulated process of two states, silent in one of them. */
export interface BurstyArrivals {
  readonly kind: 'bursty';
  /** Mean stay in each state; stays are exponential. */
  readonly onMs: number;
  readonly offMs: number;
}

/** A recorded trace, stretched or squeezed to the rate that is asked for, and repeated as long as it takes. */
export interface ReplayedArrivals {
  readonly kind: 'replay';
  /** In order, the first one at or after 0. */
  readonly atMs: readonly number[];
}

export type ArrivalProcess = ConstantArrivals | PoissonArrivals | BurstyArrivals | ReplayedArrivals;

/**
 * Draws when requests arrive, before any of them is sent.
 *
 * @param perSecond mean rate, over a long time
 * @returns milliseconds in 0..`forMs`, the end excluded, in order
 * @throws RangeError when the rate or a stay is not above 0, or a trace has no span to repeat
 */
export function drawArrivals(process: ArrivalProcess, perSecond: number, forMs: number, random: Random): number[] {
  if (!(perSecond > 0)) throw new RangeError('a rate of arrivals is above 0');
  switch (process.kind) {
    case 'constant':
      return constant(perSecond, forMs);
    case 'poisson':
      return within(forMs, exponentials(1_000 / perSecond, random));
    case 'bursty':
      return bursty(process, perSecond, forMs, random);
    case 'replay':
      return within(forMs, repeated(process.atMs, perSecond));
  }
}

/** Each time is computed for itself: sums of gaps would drift. */
function constant(perSecond: number, forMs: number): number[] {
  const count = Math.ceil((forMs * perSecond) / 1_000);
  return Array.from({ length: count }, (_, index) => (index * 1_000) / perSecond).filter((atMs) => atMs < forMs);
}

/** While it is on, arrivals come as much faster as it takes for the mean over both states to hold. */
function bursty({ onMs, offMs }: BurstyArrivals, perSecond: number, forMs: number, random: Random): number[] {
  if (!(onMs > 0 && offMs > 0)) throw new RangeError('a stay is above 0 ms');
  const gapMs = (1_000 / perSecond) * (onMs / (onMs + offMs));
  const arrivals: number[] = [];
  let isOn = random.next() < onMs / (onMs + offMs);
  for (let fromMs = 0; fromMs < forMs; isOn = !isOn) {
    const stayMs = exponential(isOn ? onMs : offMs, random);
    const endMs = Math.min(forMs, fromMs + stayMs);
    // a Poisson process forgets: in each stay it begins anew
    if (isOn) for (const atMs of within(endMs - fromMs, exponentials(gapMs, random))) arrivals.push(fromMs + atMs);
    fromMs += stayMs;
  }
  return arrivals;
}

/** The trace's mean gap stands for the one that is missing between its last arrival and its first. */
function* repeated(atMs: readonly number[], perSecond: number): Generator<number> {
  const [first = 0, last = 0] = [atMs[0], atMs.at(-1)];
  const spanMs = ((last - first) * atMs.length) / (atMs.length - 1);
  if (!(spanMs > 0)) throw new RangeError('a trace needs two arrivals at different times');
  const stretch = (atMs.length * 1_000) / perSecond / spanMs;
  for (let round = 0; ; round += 1) for (const at of atMs) yield (round * spanMs + at - first) * stretch;
}

function* exponentials(meanMs: number, random: Random): Generator<number> {
  for (let atMs = exponential(meanMs, random); ; atMs += exponential(meanMs, random)) yield atMs;
}

const exponential = (mean: number, random: Random): number => -Math.log(1 - random.next()) * mean;

function within(endMs: number, times: Iterable<number>): number[] {
  const kept: number[] = [];
  for (const atMs of times) {
    if (atMs >= endMs) break;
    kept.push(atMs);
  }
  return kept;
}
