import { describe, expect, it } from '@jest/globals';

import { closedLoop } from './closed-loop.js';

const FILE = Buffer.from('a picture');

describe('a closed loop', () => {
  it('has at most one upload per client under way, and ends at its number of uploads', async () => {
    let [underWay, most] = [0, 0];
    const upload = async (): Promise<{ ms: number }> => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return { ms: 3 };
    };
    const { signal } = new AbortController();
    const { uploads, latencyMs } = await closedLoop({ upload }, () => FILE, {
      clients: 3,
      forMs: 60_000,
      uploadsMax: 20,
      signal,
    });
    expect({ uploads, most, p50: latencyMs.p50 }).toEqual({ uploads: 20, most: 3, p50: 3 });
  });

  it('counts what went wrong by reason, and only the rest as uploads', async () => {
    const outcomes = [{ ms: 1 }, { ms: 900, fault: 'status 503' }, { ms: 2 }, { ms: 900, fault: 'status 503' }];
    let next = 0;
    const upload = () => Promise.resolve(outcomes[next++] ?? { ms: 0 });
    const { signal } = new AbortController();
    const options = { clients: 1, forMs: 60_000, uploadsMax: 4, signal };
    const { uploads, latencyMs, faults } = await closedLoop({ upload }, () => FILE, options);
    expect({ uploads, max: latencyMs.max, faults }).toEqual({ uploads: 2, max: 2, faults: { 'status 503': 2 } });
  });

  it('ends when it is told to', async () => {
    const interrupt = new AbortController();
    const upload = () => {
      interrupt.abort(new Error('enough'));
      return Promise.resolve({ ms: 1 });
    };
    const options = { clients: 1, forMs: 60_000, signal: interrupt.signal };
    await expect(closedLoop({ upload }, () => FILE, options)).rejects.toThrow('enough');
  });
});
