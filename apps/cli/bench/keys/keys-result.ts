import type { BenchResult } from '../bench-result.js';
import { rounded, spreadOf } from '../statistics.js';
import type { KeysBenchOptions } from './keys-options.js';
import type { CheckMeasurements } from './time-checks.js';

const CHECK_MS_MAX = 0.2;
const REVOKED_MS_MAX = 5_000;

/** Turns measurements into a report's content. @param revokedMs how long each key worked after its revocation */
export function keysResult(
  options: KeysBenchOptions,
  { checkUs, lookups }: CheckMeasurements,
  revokedMs: readonly number[],
): BenchResult {
  const { keys, seconds, revocations } = options;
  const revoked = spreadOf(revokedMs.map((ms) => Math.round(ms)));
  const { count, p50, p95, p99, max } = checkUs;
  return {
    name: 'keys',
    what: `Keys: the check of ${keys} keys in use for ${seconds} s, and ${revocations} keys that are revoked while they are in use.`,
    command: `npm run portcullis -- bench keys --keys ${keys} --seconds ${seconds} --revocations ${revocations}`,
    promised: [
      {
        what: 'check of a key that is known, p95',
        ...{ bound: 'at most', limit: CHECK_MS_MAX, unit: 'ms', measured: rounded(p95 / 1_000, 4) },
      },
      {
        what: 'a revoked key works no longer than',
        ...{ bound: 'at most', limit: REVOKED_MS_MAX, unit: 'ms', measured: revoked.max },
      },
    ],
    tables: [
      {
        title: 'Check of a key',
        head: ['checks', 'p50 µs', 'p95 µs', 'p99 µs', 'most µs', 'look-ups'],
        rows: [[count, p50, p95, p99, max, lookups].map(String)],
      },
      {
        title: 'From a revocation to the first refusal',
        head: ['keys', 'least ms', 'p50 ms', 'p95 ms', 'most ms'],
        rows: [[revoked.count, revoked.min, revoked.p50, revoked.p95, revoked.max].map(String)],
      },
    ],
    notes: [
      'A check: what the guard does before every route, from the request’s header to the decision that role and scope cover it. Keys are looked up in the database anew every few seconds while they are in use; the checks that begin such a look-up are among the others.',
      'A revocation: each key asks a real upload service on and on; the time runs from the commit of the revocation to the first 401.',
    ],
    data: { options, checkUs, lookups, revoked, revokedMs: revokedMs.map((ms) => Math.round(ms)) },
  };
}
