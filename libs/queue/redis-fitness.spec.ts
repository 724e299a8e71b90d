import { describe, expect, it } from '@jest/globals';

import { StartRefused } from '#contracts/errors.js';

import { askRedis, evictionFault, memoryFault, refuseUnfit, type RedisFacts } from './redis-fitness.js';

const MB = 1_048_576;

const FIT: RedisFacts = { policy: 'noeviction', usedBytes: 10 * MB, maxBytes: 100 * MB };

const asking = (facts: Partial<RedisFacts>) => () => Promise.resolve({ ...FIT, ...facts });

describe('a Redis', () => {
  it.each(['allkeys-lru', 'volatile-lru', 'volatile-ttl', 'allkeys-random'])(
    'that evicts (%s) is refused with what to set',
    async (policy) => {
      expect(evictionFault({ ...FIT, policy })).toContain(policy);
      await expect(refuseUnfit('redis://r', asking({ policy }))).rejects.toThrow(
        new StartRefused(
          `Redis drops jobs when its memory is full (maxmemory-policy ${policy}): set maxmemory-policy to noeviction`,
        ),
      );
    },
  );

  it('that is set as it should be is fit', async () => {
    expect(await refuseUnfit('redis://r', asking({}))).toBeUndefined();
  });

  it.each<[Partial<RedisFacts>, boolean]>([
    [{}, false],
    [{ maxBytes: 0 }, false],
    [{ usedBytes: undefined }, false],
    [{ maxBytes: undefined }, false],
    [{ usedBytes: 100 * MB - 1 }, false],
    [{ usedBytes: 100 * MB }, true],
    [{ usedBytes: 101 * MB }, true],
  ])('with %j is full: %s', async (facts, full) => {
    const said = full
      ? 'Redis is full (maxmemory 100 MB) and takes no more jobs: raise maxmemory, or free memory'
      : undefined;
    expect(memoryFault({ ...FIT, ...facts })).toBe(said);
    expect(await refuseUnfit('redis://r', asking(facts))).toBe(said);
  });

  it('that does not tell is warned of', async () => {
    expect(await refuseUnfit('redis://r', asking({ policy: undefined }))).toMatch(/see that it is noeviction/);
  });

  it('that is away is waited for', async () => {
    // a port that nobody listens on
    await expect(askRedis('redis://127.0.0.1:1')).rejects.toMatchObject({ name: 'QueueLate' });
    expect(await refuseUnfit('redis://127.0.0.1:1')).toMatch(/does not answer/);
  });
});
