import { expect, it } from '@jest/globals';

import { reportEfficiency } from './report-efficiency.js';

it('says every time what the time was, and writes a line a minute', async () => {
  const reports: unknown[] = [];
  const lines: unknown[] = [];
  const spent = { usefulMs: 60, startupMs: 10, idleMs: 30 };
  const step = reportEfficiency({
    metrics: { sample: () => spent },
    workers: {
      report: (report: unknown) => {
        reports.push(report);
        return Promise.resolve();
      },
    },
    log: { debug: (line: unknown) => lines.push(line) },
    id: 'one',
    batchSize: () => 8,
  });
  for (let tens = 1; tens <= 12; tens += 1) expect(await step()).toBe(10_000);
  expect(reports).toHaveLength(12);
  expect(reports[0]).toEqual({ id: 'one', batchSize: 8, ...spent });
  expect(lines).toEqual([
    { ...spent, efficiency: 0.6 },
    { ...spent, efficiency: 0.6 },
  ]);
});
