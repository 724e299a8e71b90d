import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClosedAnswer, DeadLetterDetailAnswer, DeadLetterPage } from '#contracts/dead-letter-answer.js';
import type { ProblemBody } from '#contracts/problems.js';
import type { ReviewPage } from '#contracts/review-answer.js';
import { historyFaults } from '#moderation/check-history.js';
import type { DeadReason } from '#moderation/dead-letter.js';
import { judgeUnlabelled } from '#moderation/judge.js';
import { DeadLetterStore } from '#persistence/dead-letter-store.js';
import { HistoryStore } from '#persistence/history-store.js';
import { OutboxStore } from '#persistence/outbox-store.js';
import { ConsoleScene } from './console-scene.js';

let scene: ConsoleScene;
let store: DeadLetterStore;
beforeAll(async () => {
  scene = await ConsoleScene.open();
  store = new DeadLetterStore(scene.database);
});
afterAll(() => scene.close());
beforeEach(async () => {
  await scene.empty('asset, review, outbox');
});

interface Dead {
  readonly id: number;
  readonly assetId: string;
}

/** An asset whose work has ended without a label, and its newest letter. */
async function die(reason: DeadReason = 'timeout', assetId?: string): Promise<Dead> {
  const asset = assetId ?? (await scene.upload({}));
  const judgement = judgeUnlabelled('heavy_tier_failed');
  const dead = { reason, attempts: 3, detail: `words on ${reason}` };
  const result = { ...(await scene.heavyResult(asset, {})), judgement, classification: null, margin: 0, dead };
  if ((await scene.settle(result)) === undefined) throw new Error('the asset waited for nothing');
  const rows = await scene.rows<{ id: string }>(`SELECT max(id) AS id FROM dead_letter WHERE asset_id = $1`, [asset]);
  return { id: Number(rows[0]?.id), assetId: asset };
}

async function decide(assetId: string): Promise<void> {
  const { items } = (await scene.ask<ReviewPage>('anna', 'GET', '/api/reviews')).body;
  const { id = '', assetRevision: expectedRevision } = items.find((item) => item.assetId === assetId) ?? {};
  await scene.ask('anna', 'POST', `/api/reviews/${id}/claim`);
  const decision = { verdict: 'allow', reason: 'fine', expectedRevision };
  const { status } = await scene.ask('anna', 'POST', `/api/reviews/${id}/decide`, decision);
  expect(status).toBe(200);
}

/** Every fault of every asset, as `portcullis verify` would name it. */
async function faults(): Promise<string[]> {
  const histories = await new HistoryStore(scene.database).page(undefined, 100);
  return histories.flatMap(historyFaults);
}

const list = async (query = ''): Promise<DeadLetterPage> =>
  (await scene.ask<DeadLetterPage>('anna', 'GET', `/api/dead-letters${query}`)).body;
const ids = ({ items }: DeadLetterPage): number[] => items.map(({ id }) => id);
const read = async (id: number): Promise<DeadLetterDetailAnswer> =>
  (await scene.ask<DeadLetterDetailAnswer>('anna', 'GET', `/api/dead-letters/${id}`)).body;
const close = async (how: 'resubmit' | 'discard', body: object): Promise<ClosedAnswer<string>> => {
  const { status, body: answer } = await scene.ask<ClosedAnswer<string>>('chief', 'POST', `/api/dead-letters/${how}`, {
    note: 'because',
    ...body,
  });
  expect(status).toBe(200);
  return answer;
};

describe('the list of dead letters', () => {
  it('tells what happened to which asset, and the asset is left to a human', async () => {
    const { id, assetId } = await die();
    expect(await list()).toEqual({
      items: [
        {
          id,
          assetId,
          class: 'normal',
          reason: 'timeout',
          attempts: 3,
          detail: 'words on timeout',
          createdAt: '2026-06-01T12:00:00.000Z',
          closedAt: null,
          closedBy: null,
          closedHow: null,
          note: null,
        },
      ],
      next: null,
    });
    expect((await scene.ask<ReviewPage>('anna', 'GET', '/api/reviews')).body.items).toMatchObject([{ assetId }]);
  });

  it('is read page by page, newest first, by state and reason', async () => {
    const all: Dead[] = [];
    for (const reason of ['timeout', 'memory', 'timeout', 'memory', 'timeout'] as const) all.unshift(await die(reason));
    const newestFirst = all.map(({ id }) => id);
    for (const limit of [1, 2, 5]) {
      const seen: number[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page = await list(`?limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`);
        expect(page.items.length).toBeLessThanOrEqual(limit);
        seen.push(...ids(page));
        cursor = page.next;
      }
      expect(seen).toEqual(newestFirst);
    }
    const [closed = 0] = newestFirst;
    await close('discard', { ids: [closed] });
    expect(ids(await list('?state=closed'))).toEqual([closed]);
    expect(ids(await list('?state=open'))).toEqual(newestFirst.slice(1));
    expect(ids(await list('?reason=memory'))).toEqual([newestFirst[1], newestFirst[3]]);
    expect(ids(await list('?state=all'))).toEqual(newestFirst);
    expect(ids(await list('?state=all&reason=timeout'))).toEqual([newestFirst[0], newestFirst[2], newestFirst[4]]);
  });

  it('is read from a time on', async () => {
    const before = await die();
    scene.nowMs += 60_000;
    const after = await die();
    expect(ids(await list('?since=2026-06-01T12:01:00Z'))).toEqual([after.id]);
    expect(ids(await list('?since=2026-06-01T12:00:00Z'))).toEqual([after.id, before.id]);
  });

  it.each([
    'limit=0',
    'limit=501',
    'state=some',
    'since=noon',
    'reason=bad luck',
    'cursor=0',
    'cursor=1e9',
    'cursor=',
    'order=age',
  ])('refuses ?%s', async (query) => {
    const { status, body } = await scene.ask<ProblemBody>('anna', 'GET', `/api/dead-letters?${query}`);
    expect(status).toBe(400);
    expect(body.errors?.[0]?.pointer).toBe(`/${query.split('=')[0] ?? ''}`);
  });

  it('is found by an index while most are closed', async () => {
    await die();
    await scene.database.transaction(async (transaction) => {
      await transaction.query('SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off');
      const plan = await transaction.query<{ 'QUERY PLAN': string }[]>(
        `EXPLAIN SELECT id FROM dead_letter WHERE closed_at IS NULL ORDER BY id DESC LIMIT 50`,
      );
      const words = plan.map((row) => row['QUERY PLAN']).join('\n');
      expect(words).toContain('dead_letter_open');
      expect(words).not.toContain('Sort');
    });
  });
});

describe('one dead letter', () => {
  it('comes with all that explains it', async () => {
    const { id, assetId } = await die('unreadable');
    const { items } = (await scene.ask<ReviewPage>('anna', 'GET', '/api/reviews')).body;
    expect(await read(id)).toMatchObject({
      id,
      reason: 'unreadable',
      asset: { id: assetId, externalId: 'article-7', mediaType: 'image/png', bytes: 1_234, served: true },
      standing: { revision: 2, verdict: 'review', source: 'default', reasons: [{ code: 'heavy_tier_failed' }] },
      reviewId: items[0]?.id,
      pending: false,
      earlier: 0,
      bytes: 'away',
      explanation: {
        happened: 'The stored bytes could not be read.',
        tried: 'It was tried 3 times.',
        next: expect.stringContaining('resubmit it'),
      },
    });
  });

  it.each(['17', '0', 'x', '1e3', '99999999999999999999', '%27--'])('%s is not found', async (id) => {
    const { status, body } = await scene.ask<ProblemBody>('anna', 'GET', `/api/dead-letters/${id}`);
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'not-found' });
  });
});

describe('resubmitting', () => {
  it('has the asset tried again from the start, and rings the bell', async () => {
    const { id } = await die();
    await scene.rows('TRUNCATE outbox'); // the bell of its upload
    expect(await close('resubmit', { ids: [id] })).toEqual({ items: [{ id, outcome: 'resubmitted' }], left: 0 });
    expect(await new OutboxStore(scene.database).take(10)).toEqual({ rows: 1, hurried: 0 });
    expect(await scene.rows('SELECT attempts, cause, cause_id FROM pending_final')).toEqual([
      { attempts: 0, cause: 'resubmitted', cause_id: String(id) },
    ]);
    const most = { urgent: 1, normal: 1, bulk: 1 };
    const [, normal] = await scene.pending.waiting(most);
    expect(normal).toMatchObject({ trafficClass: 'normal', count: 1, tried: false });
    expect(await read(id)).toMatchObject({
      closedHow: 'resubmitted',
      closedBy: 'chief',
      note: 'because',
      pending: true,
      explanation: { next: 'Nothing: the asset waits for another try.' },
    });
    expect(await faults()).toEqual([]);
  });

  it('ends with a label: the case is withdrawn where nothing is left to decide', async () => {
    const { id, assetId } = await die();
    await close('resubmit', { ids: [id] });
    const settled = await scene.settle(await scene.heavyResult(assetId, {}));
    expect(settled?.transition).toBe('confirmed_allow');
    expect((await scene.ask<ReviewPage>('anna', 'GET', '/api/reviews')).body.items).toEqual([]);
    expect((await read(id)).reviewId).toBeNull();
    expect(await faults()).toEqual([]);
  });

  it('ends with a late block: the case is about that now, in its place in the queue, and the history holds', async () => {
    const { id, assetId } = await die();
    await die();
    await close('resubmit', { ids: [id] });
    scene.nowMs += 60_000;
    const settled = await scene.settle(await scene.heavyResult(assetId, { explicit: 0.99 }));
    expect(settled?.transition).toBe('late_block');
    const { items } = (await scene.ask<ReviewPage>('anna', 'GET', '/api/reviews')).body;
    expect(items).toMatchObject([
      { assetId, change: 'late_block', labels: ['sexual.explicit'], exposureMs: 60_000, disagreement: true },
      { change: 'needs_review', labels: [] },
    ]);
    expect(await scene.rows('SELECT cause, cause_id FROM decision ORDER BY revision DESC LIMIT 1')).toEqual([
      { cause: 'resubmitted', cause_id: String(id) },
    ]);
    const standing = { verdict: 'block', source: 'heavy' };
    expect(await read(id)).toMatchObject({ standing, reviewId: items[0]?.id });
    expect(await faults()).toEqual([]);
  });

  it('of an asset that dies again opens another letter, which knows of the first', async () => {
    const { id, assetId } = await die('timeout');
    await close('resubmit', { ids: [id] });
    const again = await die('memory', assetId);
    expect(ids(await list())).toEqual([again.id]);
    expect(await read(again.id)).toMatchObject({ reason: 'memory', earlier: 1 });
    expect(await close('resubmit', { ids: [again.id] })).toMatchObject({ items: [{ outcome: 'resubmitted' }] });
    expect(await faults()).toEqual([]);
  });

  it('says of each what became of it', async () => {
    const [first, done, human] = [await die(), await die(), await die()];
    await close('discard', { ids: [done.id] });
    await decide(human.assetId);
    await scene.rows(`UPDATE dead_letter SET closed_at = NULL, closed_by = NULL, closed_how = NULL WHERE id = $1`, [
      human.id,
    ]);
    const waiting = await die();
    await scene.rows(
      `INSERT INTO pending_final (asset_id, traffic_class, received_at, due_at) VALUES ($1, 'normal', now(), now())`,
      [waiting.assetId],
    );
    const asked = [waiting.id, first.id, done.id, 999_999_999, human.id, first.id];
    expect((await close('resubmit', { ids: asked })).items).toEqual([
      { id: waiting.id, outcome: 'already_pending' },
      { id: first.id, outcome: 'resubmitted' },
      { id: done.id, outcome: 'already_closed' },
      { id: 999_999_999, outcome: 'unknown' },
      { id: human.id, outcome: 'human_decided' },
    ]);
    expect(ids(await list())).toEqual([waiting.id, human.id]);
  });

  it('twice at once is once', async () => {
    const { id } = await die();
    const closer = { by: 'test', note: 'x' };
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => store.resubmit([id], closer)));
    expect(
      outcomes
        .flat()
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual([...Array.from({ length: 4 }, () => 'already_closed'), 'resubmitted']);
    expect(await scene.rows('SELECT count(*)::integer AS n FROM outbox')).toEqual([{ n: 2 }]);
  });

  it('by reason takes the oldest that may be, and says how many are left', async () => {
    const dead: Dead[] = [];
    for (let count = 0; count < 4; count += 1) dead.push(await die('memory'));
    await die('timeout');
    const [oldest, second, third, last] = dead.map(({ id }) => id);
    expect(await store.openOf('memory', 'resubmit', 2)).toEqual({ ids: [oldest, second], left: 2 });
    expect(await close('resubmit', { reason: 'memory' })).toEqual({
      items: [oldest, second, third, last].map((id) => ({ id, outcome: 'resubmitted' })),
      left: 0,
    });
    expect((await list()).items).toMatchObject([{ reason: 'timeout' }]);
    expect(await close('resubmit', { reason: 'memory' })).toEqual({ items: [], left: 0 });
  });
});

describe('discarding', () => {
  it('closes letters, and their assets stay with a human', async () => {
    const { id, assetId } = await die();
    expect(await close('discard', { ids: [id, 999_999_999] })).toEqual({
      items: [
        { id, outcome: 'discarded' },
        { id: 999_999_999, outcome: 'unknown' },
      ],
      left: 0,
    });
    expect(await close('discard', { ids: [id] })).toMatchObject({ items: [{ outcome: 'already_closed' }] });
    expect(await close('resubmit', { ids: [id] })).toMatchObject({ items: [{ outcome: 'already_closed' }] });
    expect(await read(id)).toMatchObject({ closedHow: 'discarded', closedBy: 'chief', note: 'because' });
    expect((await scene.ask<ReviewPage>('anna', 'GET', '/api/reviews')).body.items).toMatchObject([{ assetId }]);
    expect(await faults()).toEqual([]);
  });
});

describe('a human decision', () => {
  it('settles the letter, and what comes back from the machine changes nothing', async () => {
    const { id, assetId } = await die();
    await decide(assetId);
    expect(await read(id)).toMatchObject({ closedHow: 'settled', closedBy: 'anna', note: null });
    expect(await close('resubmit', { ids: [id] })).toMatchObject({ items: [{ outcome: 'already_closed' }] });
    expect(await list()).toEqual({ items: [], next: null });
    expect(await faults()).toEqual([]);
  });
});

describe('a request to close letters', () => {
  const note = 'why';
  it.each<[string, string, object]>([
    ['no note', '/note', { ids: [1] }],
    ['an empty note', '/note', { ids: [1], note: ' ' }],
    ['neither ids nor a reason', '/ids', { note }],
    ['both', '/ids', { ids: [1], reason: 'memory', note }],
    ['no ids', '/ids', { ids: [], note }],
    ['an id that is none', '/ids', { ids: [0], note }],
    ['an id that is a text', '/ids', { ids: ['1'], note }],
    ['an id that no database knows', '/ids', { ids: [1e300], note }],
    ['too many ids', '/ids', { ids: Array.from({ length: 101 }, (_, index) => index + 1), note }],
    ['a reason that is none', '/reason', { reason: 'bad luck', note }],
    ['a reason that is null', '/reason', { ids: [1], reason: null, note }],
    ['more than it knows', '/force', { ids: [1], note, force: true }],
  ])('with %s is refused', async (_what, pointer, body) => {
    for (const how of ['resubmit', 'discard']) {
      const { status, body: problem } = await scene.ask<ProblemBody>('chief', 'POST', `/api/dead-letters/${how}`, body);
      expect(status).toBe(400);
      expect(problem.errors?.map((fault) => fault.pointer)).toContain(pointer);
    }
  });
});
