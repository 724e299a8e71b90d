import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { historyFaults } from '#moderation/check-history.js';
import { HistoryStore } from '#persistence/history-store.js';
import { LatenessStore } from '#persistence/lateness-store.js';
import { ReviewStore } from '#persistence/review-store.js';
import { ConsoleScene, type Scores } from './console-scene.js';

const HOUR_MS = 3_600_000;
const WITHIN_MS = 600_000;
/** Nearer to the right clock than to a wrong one. */
const SLACK_S = 1_800;
const CLEAR: Scores = {};
const EXPLICIT: Scores = { explicit: 0.99 };

let scene: ConsoleScene;
const realNow = Date.now.bind(Date);
beforeAll(async () => {
  scene = await ConsoleScene.open();
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => scene.close());

/** From here on this process' clock is so far off. */
function skew(ms: number): void {
  jest.spyOn(Date, 'now').mockImplementation(() => realNow() + ms);
  scene.nowMs = Date.now();
}

async function uploadBy(ms: number): Promise<string> {
  skew(ms);
  const nowMs = Date.now();
  return scene.upload(CLEAR, {
    receivedAtMs: nowMs - 40,
    decidedAtMs: nowMs,
    dueAtMs: nowMs + 30_000,
    finalByMs: nowMs - 40 + WITHIN_MS,
    ifLate: 'block',
  });
}

interface Times {
  readonly received: number;
  readonly decided: number;
  readonly due: number;
  readonly promised: number;
  readonly within: number;
}

/** Seconds from now by the database's clock. */
async function timesOf(id: string): Promise<Times | undefined> {
  const rows = await scene.rows<Times>(
    `SELECT extract(epoch FROM a.received_at - now())::float8 AS received,
       extract(epoch FROM d.decided_at - now())::float8 AS decided, extract(epoch FROM p.due_at - now())::float8 AS due,
       extract(epoch FROM p.final_by - now())::float8 AS promised,
       extract(epoch FROM a.final_by - a.received_at)::float8 AS within
     FROM asset a JOIN decision d ON d.asset_id = a.id JOIN pending_final p ON p.asset_id = a.id WHERE a.id = $1`,
    [id],
  );
  return rows[0];
}

describe.each([
  ['an hour behind', -HOUR_MS],
  ['an hour ahead', HOUR_MS],
  ['right', 0],
])('of a service whose clock is %s', (_how, ms) => {
  it('an upload is received, due and promised by the database', async () => {
    const times = await timesOf(await uploadBy(ms));
    expect(times?.within).toBeCloseTo(WITHIN_MS / 1_000, 3);
    for (const [found, expected] of [
      [times?.received, 0],
      [times?.decided, 0],
      [times?.due, 30],
      [times?.promised, WITHIN_MS / 1_000],
    ] as const) {
      expect(Math.abs((found ?? NaN) - expected)).toBeLessThan(SLACK_S);
    }
    expect(await new LatenessStore(scene.database).markLate(10)).toEqual([]);
  });

  it('a final is as old as it is, and its exposure as long', async () => {
    const id = await uploadBy(0);
    skew(ms);
    const settled = await scene.settle(await scene.heavyResult(id, EXPLICIT));
    expect(settled).toMatchObject({ assetId: id, transition: 'late_block' });
    expect(settled?.exposureMs).toBeLessThan(SLACK_S * 1_000);
    expect(Math.abs((settled?.decidedAtMs ?? NaN) - realNow())).toBeLessThan(SLACK_S * 1_000);
  });
});

it('claims of moderators end by one clock, whichever console asks', async () => {
  const id = await uploadBy(0);
  await scene.settle(await scene.heavyResult(id, { explicit: 0.5 }));
  const [review] = await scene.rows<{ id: string }>(`SELECT id FROM review WHERE asset_id = $1`, [id]);
  const claim = (moderator: string, ms: number) => {
    skew(ms);
    return new ReviewStore(scene.database).claim(
      review?.id ?? '',
      { name: moderator, senior: false },
      Date.now(),
      120_000,
    );
  };
  expect(await claim('anna', -HOUR_MS)).toMatchObject({ kind: 'claimed' });
  expect(await claim('bob', HOUR_MS)).toMatchObject({ kind: 'refused', why: 'claimed_by_other' });
  expect(await claim('bob', 0)).toMatchObject({ kind: 'refused' });
});

it('nothing of that breaks an invariant', async () => {
  const histories = await new HistoryStore(scene.database).page(undefined, 1_000);
  expect(histories.length).toBeGreaterThan(6);
  expect(histories.flatMap((history) => historyFaults(history))).toEqual([]);
});
