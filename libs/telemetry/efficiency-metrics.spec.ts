import { expect, it } from '@jest/globals';
import { Registry } from 'prom-client';

import { EfficiencyMetrics } from './efficiency-metrics.js';

function metering() {
  const clock = { nowMs: 0 };
  const registry = new Registry();
  const metrics = new EfficiencyMetrics(registry, () => clock.nowMs);
  const value = async (line: string): Promise<number> => {
    const found = (await registry.metrics()).split('\n').find((one) => one.startsWith(line));
    return Number(found?.split(' ').at(-1));
  };
  const seconds = (kind: string) => value(`portcullis_batch_process_seconds_total{kind="${kind}"}`);
  return { clock, metrics, value, seconds };
}

it('shares the time of all processes out: useful, startup, and idle for the rest', async () => {
  const { clock, metrics, value, seconds } = metering();
  clock.nowMs = 5_000;
  metrics.opened(2);
  clock.nowMs = 15_000;
  metrics.started(1_500);
  metrics.started(2_500);
  metrics.useful(8_000);
  expect(metrics.sample()).toEqual({ usefulMs: 8_000, startupMs: 4_000, idleMs: 8_000 });
  expect([await seconds('useful'), await seconds('startup'), await seconds('idle')]).toEqual([8, 4, 8]);
  expect(await value('portcullis_batch_efficiency')).toBe(0.4);
});

it('counts a run when it has ended, and takes the idle time back by counting none', async () => {
  const { clock, metrics, seconds } = metering();
  metrics.opened(1);
  clock.nowMs = 10_000;
  metrics.sample();
  metrics.useful(9_000);
  clock.nowMs = 12_000;
  expect(metrics.sample()).toEqual({ usefulMs: 9_000, startupMs: 0, idleMs: 10_000 });
  clock.nowMs = 30_000;
  expect(metrics.sample()).toEqual({ usefulMs: 9_000, startupMs: 0, idleMs: 21_000 });
  expect([await seconds('useful'), await seconds('idle')]).toEqual([9, 21]);
});

it('forgets what is older than five minutes', () => {
  const { clock, metrics } = metering();
  metrics.opened(1);
  metrics.useful(10_000);
  for (clock.nowMs = 10_000; clock.nowMs < 310_000; clock.nowMs += 10_000) metrics.sample();
  expect(metrics.sample()).toEqual({ usefulMs: 0, startupMs: 0, idleMs: 300_000 });
});

it('is nothing where no process is paid for', async () => {
  const { clock, metrics, value } = metering();
  clock.nowMs = 60_000;
  expect(metrics.sample()).toEqual({ usefulMs: 0, startupMs: 0, idleMs: 0 });
  expect(await value('portcullis_batch_efficiency')).toBe(0);
});

it('counts why batches went', async () => {
  const { metrics, value } = metering();
  metrics.dispatched('bulk', 'full');
  metrics.dispatched('bulk', 'full');
  expect(await value('portcullis_batch_dispatches_total{class="bulk",reason="full"}')).toBe(2);
});
