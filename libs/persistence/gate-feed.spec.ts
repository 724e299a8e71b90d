import { describe, expect, it } from '@jest/globals';

import { HashGate } from '#moderation/banks/bank.js';

import { GateFeed } from './gate-feed.js';

const NEVER_MS = 3_600_000;

/** Banks of which the gate is told this oldest transaction and this snapshot. @returns what was read */
async function readsOf(...moments: readonly (readonly [since: string, snapshot: string])[]): Promise<string[]> {
  const read: string[] = [];
  const left = [...moments];
  const note = (what: string): Promise<[]> => {
    read.push(what);
    return Promise.resolve([]);
  };
  const changes = {
    banks: () => {
      const [since, snapshot] = left.shift() ?? ['0', '0:0:'];
      return Promise.resolve({ banks: [], since, snapshot });
    },
    entries: () => note('everything'),
    changes: () => note('changes'),
  };
  const feed = new GateFeed(changes, new HashGate(), { onError: () => undefined, refreshMs: NEVER_MS });
  feed.start();
  await feed.loaded();
  while (left.length > 0) await feed.current();
  await feed.stop();
  return read;
}

describe('a gate', () => {
  it('follows the changes of one server', async () => {
    expect(await readsOf(['100', '100:100:'], ['100', '100:105:100'], ['106', '106:106:'])).toEqual([
      ...['everything', 'changes', 'changes'],
    ]);
  });

  it.each<[string, [string, string]]>([
    ['lower numbers', ['90', '90:90:']],
    ['numbers that were given already, while a transaction had lasted', ['4900', '4900:4900:']],
  ])('reads everything of a server that took over with %s', async (_which, takenOver) => {
    expect(await readsOf(['100', '100:5000:100'], takenOver)).toEqual(['everything', 'everything']);
  });
});
