import { afterEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';

import type { UsageMinute } from '#moderation/capacity/usage-minute.js';

import { onLinux } from '../../test/support/on-linux.js';
import { UsageMeter } from './usage-meter.js';

const NOON = Date.UTC(2026, 5, 1, 12);

let nowMs = NOON;
let late = false;
let warned = 0;
const rows = new Map<string, UsageMinute>();
const registry = new Registry();
const open: UsageMeter[] = [];

function meter(): UsageMeter {
  nowMs = NOON;
  late = false;
  warned = 0;
  rows.clear();
  registry.clear();
  const made = new UsageMeter({
    registry,
    store: {
      write: (minutes) => {
        if (late) return Promise.reject(new Error('the database is late'));
        for (const row of minutes) rows.set(`${row.instance} ${row.minuteMs}`, row);
        return Promise.resolve();
      },
    },
    log: { warn: () => (warned += 1) },
    nowMs: () => nowMs,
  });
  open.push(made);
  return made;
}

const ended = (): Promise<void> => Promise.resolve();
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close(ended)));
});

describe('the usage meter', () => {
  it('allocates all cores of a tier while it is open, and no longer', async () => {
    const usage = meter();
    usage.open('heavy', { processes: 2, threads: 3 }).serves('big/1.0.0');
    nowMs += 10_000;
    await usage.close(() => {
      nowMs += 5_000;
      return Promise.resolve();
    });
    nowMs += 60_000;
    await usage.flush();
    expect([...rows.values()]).toMatchObject([
      { tier: 'heavy', modelId: 'big/1.0.0', minuteMs: NOON, allocatedCoreMs: 90_000, busyCoreMs: 0, items: 0 },
    ]);
  });

  it('counts a busy process with all its threads, never more than is allocated in any minute', async () => {
    const usage = meter();
    const fast = usage.open('fast', { processes: 2, threads: 2 });
    fast.serves('small/1.0.0');
    nowMs += 65_000;
    fast.busy(65_000);
    fast.busy(10_000);
    fast.answered(3);
    await usage.flush();
    expect([...rows.values()]).toMatchObject([
      { minuteMs: NOON, busyCoreMs: 130_000, allocatedCoreMs: 240_000, items: 0 },
      { minuteMs: NOON + 60_000, busyCoreMs: 20_000, allocatedCoreMs: 20_000, items: 3 },
    ]);
  });

  it('keeps what could not be written and says so', async () => {
    const usage = meter();
    const fast = usage.open('fast', { processes: 1, threads: 1 });
    fast.serves('small/1.0.0');
    fast.answered(3);
    late = true;
    await usage.flush();
    expect([warned, rows.size]).toEqual([1, 0]);
    late = false;
    nowMs += 61_000;
    fast.answered(4);
    await usage.flush();
    expect([...rows.values()].map(({ items }) => items)).toEqual([3, 4]);
  });

  it('does not keep a service from ending that the database is late for', async () => {
    const usage = meter();
    const fast = usage.open('fast', { processes: 1, threads: 1 });
    fast.serves('small/1.0.0');
    late = true;
    await expect(usage.close(ended)).resolves.toBeUndefined();
    expect(warned).toBe(1);
  });

  it('writes nothing of a tier whose model is not known yet, and all of it afterwards', async () => {
    const usage = meter();
    const fast = usage.open('fast', { processes: 1, threads: 1 });
    nowMs += 1_000;
    await usage.flush();
    expect(rows.size).toBe(0);
    fast.serves('small/1.0.0');
    await usage.flush();
    expect([...rows.values()]).toMatchObject([{ allocatedCoreMs: 1_000 }]);
  });

  it('gives two openings of the same model rows of their own', async () => {
    const usage = meter();
    for (const items of [1, 2]) {
      const heavy = usage.open('heavy', { processes: 1, threads: 1 });
      heavy.serves('big/1.0.0');
      heavy.answered(items);
    }
    await usage.flush();
    expect([...rows.values()].map(({ items }) => items)).toEqual([1, 2]);
  });

  onLinux('counts the processor time of living processes once', async () => {
    const usage = meter();
    const fast = usage.open('fast', { processes: 1, threads: 1 });
    fast.serves('small/1.0.0');
    nowMs += 1_000;
    await usage.flush();
    expect([...rows.values()].map(({ cpuMs }) => cpuMs)).toEqual([null]);
    fast.heard({ kind: 'ready', pid: process.pid });
    await usage.flush();
    await usage.flush();
    const used = process.cpuUsage();
    const counted = [...rows.values()][0]?.cpuMs ?? 0;
    expect(counted).toBeGreaterThan(0);
    expect(counted).toBeLessThanOrEqual((used.user + used.system) / 1_000 + 20);
    fast.heard({ kind: 'died', pid: process.pid });
    await usage.flush();
    expect([...rows.values()][0]?.cpuMs).toBe(counted);
  });

  it('shows at every scrape what was taken until then', async () => {
    const usage = meter();
    const fast = usage.open('fast', { processes: 2, threads: 1 });
    fast.serves('small/1.0.0');
    nowMs += 4_000;
    fast.busy(1_500);
    fast.answered(5);
    const scrape = async (): Promise<string[]> =>
      (await registry.metrics()).split('\n').filter((line) => line.startsWith('portcullis_'));
    const labels = 'tier="fast",model="small/1.0.0"';
    expect(await scrape()).toEqual([
      `portcullis_core_seconds_total{${labels},kind="busy"} 1.5`,
      `portcullis_core_seconds_total{${labels},kind="allocated"} 8`,
      `portcullis_core_seconds_total{${labels},kind="cpu"} 0`,
      `portcullis_items_total{${labels}} 5`,
    ]);
    nowMs += 1_000;
    expect(await scrape()).toContain(`portcullis_core_seconds_total{${labels},kind="allocated"} 10`);
  });
});
