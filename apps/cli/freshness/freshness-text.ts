import Table from 'cli-table3';

import type { FreshnessAnswer } from '#contracts/freshness-answer.js';

/** The report for people: a line a class, and how long what waits takes. */
export function freshnessText({ classes, waiting, finalsPerSecond, backlogSeconds }: FreshnessAnswer): string {
  const table = new Table({
    head: ['class', 'finals', 'p50', 'p95', 'late', 'blocked late', 'waiting', 'of it late', 'oldest'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const one of classes) {
    const { finals, lateFinals, lateBlocks, waitingLate } = one;
    table.push([
      one.class,
      finals,
      duration(one.p50Ms),
      duration(one.p95Ms),
      lateFinals,
      lateBlocks,
      one.waiting,
      waitingLate,
      duration(one.oldestMs),
    ]);
  }
  const rate = finalsPerSecond === null ? 'nothing was labelled' : `${finalsPerSecond.toFixed(2)} finals a second`;
  const left =
    backlogSeconds === null ? 'nobody knows when that is done' : `done in ${duration(backlogSeconds * 1_000)}`;
  return `${table.toString()}\n${waiting} waiting; ${rate} in the last two minutes; ${left}\n`;
}

/** A duration in the unit that fits; a dash where there is none. @param ms not negative */
export function duration(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  return seconds < 7_200 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
