import { setImmediate as nextTurn } from 'node:timers/promises';

import { HashGate, type Bank } from '#moderation/banks/bank.js';

import { progressBar } from '../../progress-bar.js';
import { rounded } from '../statistics.js';
import { randomHash } from './random-hashes.js';

export interface FilledGate {
  readonly gate: HashGate;
  readonly loadMs: number;
  /** The longest that one entry took: growing arrays are copied. */
  readonly entryMsMax: number;
  /** Memory it holds, with everything that garbage collection leaves. */
  readonly megabytes: number;
}

const BANK: Bank = { id: 'bank', name: 'bench', kind: 'block', distanceMax: 31, disabledUntilMs: null };

/** Entries between two looks at the signal. */
const CHUNK = 5_000;
const MEGABYTE = 2 ** 20;

export const bytesOf = (n: number): string => randomHash('bytes', n);
export const looksOf = (n: number): string => randomHash('looks', n);

/** Fills a gate with entries that have both hashes, as a service does when it starts. */
export async function fillGate(hashes: number, signal: AbortSignal): Promise<FilledGate> {
  const gate = new HashGate();
  gate.setBanks([BANK]);
  const bar = progressBar('entries');
  const before = heldBytes();
  let loadMs = 0;
  let entryMsMax = 0;
  try {
    for (let id = 0; id < hashes; id += 1) {
      if (id % CHUNK === 0) {
        signal.throwIfAborted();
        bar.show(id, hashes);
        await nextTurn();
      }
      const pdq = { pdq: looksOf(id), quality: 100 };
      const sha256 = bytesOf(id);
      const begun = performance.now();
      gate.put({ id, bankId: BANK.id, sha256, pdq, disabledUntilMs: null });
      const ms = performance.now() - begun;
      loadMs += ms;
      entryMsMax = Math.max(entryMsMax, ms);
    }
  } finally {
    bar.end();
  }
  const megabytes = rounded((heldBytes() - before) / MEGABYTE, 0);
  return { gate, loadMs: rounded(loadMs, 0), entryMsMax: rounded(entryMsMax, 1), megabytes };
}

function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
