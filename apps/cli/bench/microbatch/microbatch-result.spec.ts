import { expect, it } from '@jest/globals';
import { format } from 'prettier';

import { parseClasses } from '../load/request-kinds.js';
import { describeMachine } from '../machine.js';
import { reportAsMarkdown } from '../report.js';
import type { SideRun } from './measure-side.js';
import { microbatchResult } from './microbatch-result.js';

const OPTIONS = {
  size: '640',
  classes: parseClasses('normal'),
  arrivals: 'poisson',
  burst: { onMs: 200, offMs: 300 },
  seed: 3,
  slo: 300,
  lag: 10,
  allowRemote: false,
  withBatch: false,
  window: 25,
  batch: 8,
  rounds: 2,
  seconds: 10,
} as const;

const run = (p95Ms: number, itemsPerSecond: number): SideRun => ({
  p50Ms: p95Ms / 2,
  p95Ms,
  p99Ms: p95Ms * 2,
  itemsPerSecond,
  decidedShare: 1,
  cpuMsPerItem: 12,
  meanBatch: 1.5,
  isValid: true,
});

it('the report of a micro-batch window has a table per load, ratios, and a sentence of what they say', async () => {
  const round = { alone: [run(20, 90), run(200, 130)], window: [run(45, 90), run(220, 131)] };
  const result = microbatchResult(OPTIONS, { capacity: 130, rates: [91, 195], rounds: [round, round] });
  expect(result.tables.map(({ title }) => title)).toEqual([
    'At 91 uploads/s (medians)',
    'At 195 uploads/s (medians)',
    'Window ÷ batch 1, by rounds',
  ]);
  expect(result.tables[0]?.rows).toContainEqual(['p95 (ms)', '20', '45']);
  expect(result.tables[1]?.rows).toContainEqual(['images/s decided', '130', '131']);
  expect(result.tables[2]?.rows).toContainEqual(['p95, steady', '2.25', '2.25', '2.25']);
  expect(result.notes[0]).toContain('lengthens p95 to 2.25 times');
  const markdown = reportAsMarkdown({ ...result, machine: describeMachine(), date: '2026-01-03' });
  expect(await format(markdown, { parser: 'markdown', printWidth: 120 })).toBe(markdown);
});
