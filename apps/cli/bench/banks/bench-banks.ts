import type { BenchContext } from '../bench-context.js';
import type { BenchResult, PromisedFigure, ResultTable } from '../bench-result.js';
import { rounded, type Spread } from '../statistics.js';
import { fillGate, type FilledGate } from './fill-gate.js';
import { timeHashing, type Hashing } from './time-hashing.js';
import { timeLookUps, type LookUps } from './time-lookups.js';

export interface BanksBenchOptions {
  /** Entries of the bank, each with both hashes. */
  readonly hashes: number;
}

/** Look-ups of each kind. */
const LOOK_UPS = 2_000;
const LOOK_UP_MS_MAX = 2;
const HASH_MS_MAX = 1.5;

/** What banks cost: loading them, memory, look-ups among many hashes, and the hash of a picture. */
export async function benchBanks({ signal }: BenchContext, { hashes }: BanksBenchOptions): Promise<BenchResult> {
  const hashing = await timeHashing(signal);
  const filled = await fillGate(hashes, signal);
  const lookUps = timeLookUps(filled.gate, hashes, LOOK_UPS);
  const { loadMs, entryMsMax, megabytes } = filled;
  return {
    name: 'banks',
    what: `Look-ups of known pictures among ${hashes.toLocaleString('en')} random hashes, in memory, and the PDQ hash of a picture.`,
    command: `npm run portcullis -- bench banks --hashes ${hashes}`,
    promised: [...lookUpFigures(lookUps, hashes), ...hashingFigures(hashing)],
    tables: [lookUpTable(lookUps), hashingTable(hashing), gateTable(filled)],
    notes: [
      'One look-up after another in one process, each for another hash; a perceptual one is for the nearest within 31 bits.',
      'Hashing is without the decoding. Bits that differ: from the hash of the same photograph decoded in full. The hashes are random; those of pictures are not quite, so chains may be longer.',
    ],
    data: { hashes, gate: { loadMs, entryMsMax, megabytes }, lookUps, hashing },
  };
}

function lookUpFigures(lookUps: readonly LookUps[], hashes: number): PromisedFigure[] {
  const worst = (perceptual: boolean): number =>
    Math.max(
      ...lookUps
        .filter(({ what, distance }) => what === 'perceptual' && (distance !== null) === perceptual)
        .map(({ microseconds }) => microseconds.p95),
    );
  return [true, false].map((hit) => ({
    what: `perceptual look-up among ${hashes.toLocaleString('en')} hashes, ${hit ? 'known' : 'unknown'}: p95`,
    bound: 'at most',
    limit: LOOK_UP_MS_MAX,
    unit: 'ms',
    measured: rounded(worst(hit) / 1_000),
  }));
}

const hashingFigures = (hashing: readonly Hashing[]): PromisedFigure[] =>
  hashing.slice(0, 2).map(({ what, ms }) => ({
    what: `PDQ hash of a photograph, ${what}: median`,
    bound: 'at most',
    limit: HASH_MS_MAX,
    unit: 'ms',
    measured: ms.p50,
  }));

const lookUpTable = (lookUps: readonly LookUps[]): ResultTable => ({
  title: 'A look-up (microseconds)',
  head: ['', 'nearest', 'p50', 'p95', 'p99', 'longest'],
  rows: lookUps.map(({ what, distance, microseconds }) => [
    what,
    distance === null ? 'none' : `${distance} bits`,
    ...shown(microseconds, 0),
  ]),
});

const hashingTable = (hashing: readonly Hashing[]): ResultTable => ({
  title: 'The PDQ hash of a photograph (milliseconds)',
  head: ['', 'p50', 'p95', 'p99', 'longest', 'bits that differ, at most'],
  rows: hashing.map(({ what, ms, distance }) => [what, ...shown(ms, 2), String(distance.max)]),
});

const gateTable = ({ loadMs, entryMsMax, megabytes, gate }: FilledGate): ResultTable => ({
  title: 'The bank in memory',
  head: ['', ''],
  rows: [
    ['entries, with both hashes', String(gate.size)],
    ['memory (MB)', String(megabytes)],
    ['loading, without reading (s)', String(rounded(loadMs / 1_000, 1))],
    ['longest that one entry took (ms)', String(entryMsMax)],
  ],
});

const shown = ({ p50, p95, p99, max }: Spread, decimals: number): string[] =>
  [p50, p95, p99, max].map((value) => String(rounded(value, decimals)));
