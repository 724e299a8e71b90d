import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';

import type { BacklogNow } from '#persistence/freshness-store.js';
import { FreshnessMetrics } from '#telemetry/freshness-metrics.js';

import { FreshnessWatch } from './watch-freshness.js';

const ALARM_MS = 60_000;

const backlogOf = (urgentMs: number | null, bulkMs: number | null): BacklogNow => ({
  classes: [
    { class: 'urgent', waiting: urgentMs === null ? 0 : 1, waitingLate: 0, oldestMs: urgentMs },
    { class: 'normal', waiting: 0, waitingLate: 0, oldestMs: null },
    { class: 'bulk', waiting: bulkMs === null ? 0 : 1, waitingLate: 0, oldestMs: bulkMs },
  ],
  waiting: (urgentMs === null ? 0 : 1) + (bulkMs === null ? 0 : 1),
  finalsPerSecond: null,
  backlogSeconds: null,
});

/** Looks once at each backlog. @returns whether the gauge was up after each, and every line of the log */
async function watched(backlogs: readonly BacklogNow[]): Promise<{ gauges: string[]; said: string[] }> {
  const registry = new Registry();
  const said: string[] = [];
  const gauges: string[] = [];
  const left = [...backlogs];
  const watch = new FreshnessWatch({
    store: { backlog: () => Promise.resolve(left.shift() ?? backlogOf(null, null)) },
    freshness: new FreshnessMetrics(registry),
    log: { warn: (_facts: unknown, text?: string) => void said.push(text ?? '') },
    oldestAlarmMs: ALARM_MS,
  });
  while (left.length > 0) {
    await watch.look();
    gauges.push(/^portcullis_oldest_alarm (\S+)$/m.exec(await registry.metrics())?.[1] ?? '');
  }
  return { gauges, said };
}

describe('the alarm on the oldest asset without a final', () => {
  it('says once that it is passed and once that it is over, by the oldest of any class', async () => {
    const { gauges, said } = await watched([
      backlogOf(1_000, ALARM_MS),
      backlogOf(2_000, ALARM_MS + 1),
      backlogOf(3_000, ALARM_MS + 5_000),
      backlogOf(4_000, null),
      backlogOf(null, null),
      backlogOf(ALARM_MS + 1, null),
    ]);
    expect(gauges).toEqual(['0', '1', '1', '0', '0', '1']);
    expect(said).toEqual([
      expect.stringContaining('has waited too long'),
      expect.stringContaining('no asset has waited too long'),
      expect.stringContaining('has waited too long'),
    ]);
    expect(said[1]).not.toBe(said[0]);
  });

  it('says nothing while all is well', async () => {
    expect((await watched([backlogOf(null, null), backlogOf(10, 20)])).said).toEqual([]);
  });
});
