import { describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '#persistence/audit-store.js';
import { FailedSignIns } from './failed-sign-ins.js';

/** A book that keeps what it is told, and a clock of its own. */
function scene() {
  const told: AuditEntry[] = [];
  let nowMs = 5_000_000;
  const record = (_: unknown, entry: AuditEntry): Promise<void> => {
    told.push(entry);
    return Promise.resolve();
  };
  const together = <T>(work: (transaction: never) => Promise<T>): Promise<T> => work(undefined as never);
  const failures = new FailedSignIns({ together }, { record }, () => nowMs);
  const fail = (times: number): Promise<unknown> =>
    Promise.all(
      Array.from({ length: times }, () => failures.record({ personId: null, address: '::1', requestId: 'r' })),
    );
  return { failures, told, fail, wait: (ms: number) => (nowMs += ms) };
}

describe('failed sign-ins', () => {
  it('are written down one by one, and in a flood counted', async () => {
    const { told, fail, wait } = scene();
    await fail(100);
    expect(told).toHaveLength(60);
    expect(told.every(({ detail }) => !('othersUntold' in detail))).toBe(true);
    wait(60_000);
    await fail(2);
    expect(told.slice(60).map(({ detail }) => detail)).toEqual([
      { address: '::1', othersUntold: 40 },
      { address: '::1' },
    ]);
  });

  it('that no row tells of are told at the end', async () => {
    const { failures, told, fail } = scene();
    await failures.onModuleDestroy();
    expect(told).toEqual([]);
    await fail(70);
    await failures.onModuleDestroy();
    expect(told.slice(60).map(({ detail }) => detail)).toEqual([{ othersUntold: 10 }]);
  });
});
