import 'reflect-metadata';

import { describe, expect, it } from '@jest/globals';

import { STARTING_POLICY } from '#moderation/policy.js';
import type { ReplayResult } from '#moderation/replay/replay-result.js';
import { joinSamples } from '#moderation/statistics/label-sample.js';
import { PolicyVersionEntity } from '#persistence/entities/policy-version.entity.js';
import { DatabaseLate } from '#persistence/errors.js';
import type { StoredReplay } from '#persistence/replay-store.js';
import type { ScorePage } from '#persistence/score-store.js';

import { RunReplays } from './run-replays.js';

const ASKED: StoredReplay = {
  id: 'r',
  version: 2,
  draft: null,
  against: 1,
  clientId: null,
  receivedFrom: new Date(0),
  receivedBefore: new Date(1_000),
  askedBy: 'chief',
  state: 'running',
  askedAt: new Date(0),
  tries: 1,
  handled: 0,
  progress: 0,
  result: null,
  fault: null,
  endedAt: null,
};
const page = (next: string | null): ScorePage => ({ sample: joinSamples([]), ids: [], next, reachedMs: 500 });
const late = (): Error => new DatabaseLate('late');

/** Runs one replay over these pages, or failures in their place. @returns how it ended, and where each page began */
async function replayed(pages: (ScorePage | Error)[]): Promise<{ ended: string; cursors: (string | undefined)[] }> {
  const cursors: (string | undefined)[] = [];
  const waiting = [ASKED];
  const ended = await new Promise<string>((resolve) => {
    const running = new RunReplays({
      replays: {
        take: () => Promise.resolve(waiting.pop()),
        goOn: () => Promise.resolve(true),
        finish: (_id: string, _token: string, { assets }: ReplayResult) => {
          resolve(`done: ${assets}`);
          return Promise.resolve();
        },
        giveBack: () => Promise.resolve(),
        fail: () => {
          resolve('failed');
          return Promise.resolve();
        },
      },
      scores: {
        page: (_window, _most, cursor) => {
          cursors.push(cursor);
          const found = pages.shift() ?? page(null);
          return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
        },
      },
      policies: {
        find: () => Promise.resolve(Object.assign(new PolicyVersionEntity(), { document: STARTING_POLICY })),
      },
      rest: () => Promise.resolve(),
      log: {
        info: () => void running.stop(),
        warn: () => void running.stop().then(() => resolve('left to its lease')),
        error: () => void running.stop(),
      },
    });
    running.start();
  });
  return { ended, cursors };
}

describe('a replay', () => {
  it('reads a page again that the database was late for, and goes on where it was', async () => {
    const { ended, cursors } = await replayed([page('b'), late(), late(), page('c'), page(null)]);
    expect([ended, cursors]).toEqual(['done: 0', [undefined, 'b', 'b', 'b', 'c']]);
  });

  it('is left to whoever comes when the lease has ended, where the database stays late', async () => {
    const { ended, cursors } = await replayed([late(), late(), late(), late()]);
    expect([ended, cursors.length]).toEqual(['left to its lease', 4]);
  });

  it('that meets a defect fails at once', async () => {
    expect(await replayed([new Error('a defect')])).toEqual({ ended: 'failed', cursors: [undefined] });
  });
});
