import { describe, expect, it } from '@jest/globals';

import type { LateAsset } from '#persistence/lateness-store.js';

import { markLate } from './mark-late.js';

/** One step over so many late assets, every third of which is blocked. */
async function step(count: number): Promise<{ restMs: number; counted: string[]; lines: unknown[] }> {
  const counted: string[] = [];
  const lines: unknown[] = [];
  const late = Array.from({ length: count }, (_, index): LateAsset => ({
    assetId: String(index),
    trafficClass: 'urgent',
    effect: index % 3 === 0 ? 'blocked' : 'marked',
  }));
  const restMs = await markLate({
    lateness: { markLate: (most) => Promise.resolve(late.slice(0, most)) },
    freshness: { late: (trafficClass, effect) => void counted.push(`${trafficClass} ${effect}`) },
    log: { info: (facts: unknown) => void lines.push(facts) },
  });
  return { restMs, counted, lines };
}

describe('the loop over late assets', () => {
  it('counts each by class and effect, and says it in one line', async () => {
    const { counted, lines } = await step(4);
    expect(counted).toEqual(['urgent blocked', 'urgent marked', 'urgent marked', 'urgent blocked']);
    expect(lines).toEqual([{ late: 4, blocked: 2 }]);
  });

  it('is silent while nothing is late', async () => {
    expect(await step(0)).toEqual({ restMs: 1_000, counted: [], lines: [] });
  });

  it('rests for a second at most, and not at all while there may be more', async () => {
    expect((await step(199)).restMs).toBe(1_000);
    expect((await step(1_000)).restMs).toBe(0);
  });
});
