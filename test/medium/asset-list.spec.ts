import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { AssetDetailAnswer, AssetListPage } from '#contracts/asset-list-answer.js';
import { ASSET_LISTS } from '#contracts/asset-list.js';
import type { OverviewAnswer } from '#contracts/overview-answer.js';
import type { AssetListFilter } from '#persistence/asset-list-filter.js';
import { AssetListStore, type AssetRows } from '#persistence/asset-list-store.js';
import { NOON, sceneForAll } from './console-scene.js';
import { addCase, addHistory, addLetter } from './overview-rows.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const UNKNOWN = '01890a5d-ac96-774b-bcce-b302099a8057';
const scene = sceneForAll('asset, door_minute');

async function list(query: Readonly<Record<string, string>> | string): Promise<AssetListPage> {
  const { status, body } = await scene().ask<AssetListPage>(
    'anna',
    'GET',
    `/api/assets?${new URLSearchParams(query).toString()}`,
  );
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

const detailOf = (id: string) => scene().ask<AssetDetailAnswer>('anna', 'GET', `/api/assets/${id}`);
const idsOf = ({ items }: AssetListPage): string[] => items.map(({ id }) => id);

/** An asset waits for its final, since when and until when. */
const addPending = (id: string, receivedMs: number, finalByMs: number, hurried = false): Promise<unknown> =>
  scene().rows(
    `INSERT INTO pending_final (asset_id, traffic_class, received_at, due_at, final_by, hurried_at)
     SELECT id, traffic_class, $2, now(), $3, $4 FROM asset WHERE id = $1`,
    [id, new Date(receivedMs), new Date(finalByMs), hurried ? new Date(NOON) : null],
  );

const EXPLICIT = { code: 'violating', label: 'sexual.explicit' };
const DRAWN = { code: 'violating', label: 'sexual.explicit.drawn' };

/** Something of everything that the overview counts, within the last hour and before. */
async function addEverything(): Promise<void> {
  const at = (minutes: number): number => NOON - minutes * MINUTE_MS;
  const rows = scene();
  for (const receivedMs of [at(1), at(59), at(90)]) await addHistory(rows, { receivedMs });
  await addHistory(rows, { receivedMs: at(2), class: 'urgent', verdict: 'block', source: 'hash' });
  await addHistory(rows, { receivedMs: at(3), verdict: 'block', source: 'default', reasons: [{ code: 'shed' }] });
  await addHistory(rows, {
    receivedMs: at(4),
    verdict: 'block',
    source: 'default',
    reasons: [{ code: 'fast_tier_failed' }],
  });
  const found: [fast: object[], heavy: object[]][] = [
    [[EXPLICIT], [EXPLICIT, DRAWN]],
    [[EXPLICIT], []],
    [[], [EXPLICIT]],
    [[], []],
  ];
  for (const [reasons, heavy] of found) {
    const final = { atMs: at(5), reasons: heavy, transition: 'confirmed_allow' } as const;
    await addHistory(rows, { receivedMs: at(70), reasons, dueMs: HOUR_MS, final });
  }
  const block = { atMs: at(6), transition: 'late_block', exposureMs: 90_000_000_000 } as const;
  const blocked = await addHistory(rows, { receivedMs: at(70), final: block });
  await addHistory(rows, { receivedMs: at(70), final: { ...block, exposureMs: 1 } });
  const release = { atMs: at(6), transition: 'late_release', wrongfulHoldMs: 5_000 } as const;
  await addHistory(rows, { receivedMs: at(70), class: 'bulk', final: release });
  await addHistory(rows, { receivedMs: at(20), final: { atMs: at(1), cause: 'late' } });
  await addCase(rows, blocked, { openedMs: at(6), change: 'late_block' });
  const decided = await addHistory(rows, { receivedMs: at(200) });
  await addCase(rows, decided, { openedMs: at(100), decidedMs: at(10) });
  await addLetter(rows, decided, { reason: 'timeout', atMs: at(9) });
  for (const [index, overdue] of [true, false, false].entries()) {
    const id = await addHistory(rows, { receivedMs: at(80 + index), class: 'urgent' });
    await addPending(id, at(80 + index), Date.now() + (overdue ? -HOUR_MS : HOUR_MS), index === 1);
  }
}

/** A number of the overview, and the list that the page links it to. */
type Linked = readonly [name: string, query: Readonly<Record<string, string>>, number: number | undefined];

const countIn = <T extends { readonly count: number }>(all: readonly T[], is: (one: T) => boolean): number =>
  all.filter(is).reduce((sum, { count }) => sum + count, 0);

function linksOf({ traffic, heavy, reconciliation, people, deadLetters }: OverviewAnswer): Linked[] {
  const { provisional } = traffic;
  const { transitions, exposure, wrongfulHold, compared, agreement } = reconciliation;
  const [urgent, normal] = heavy.classes;
  const explicit = agreement.find(({ label }) => label === 'sexual.explicit');
  const changes = (of: string) => countIn(transitions, ({ transition }) => transition === of);
  const label = 'sexual.explicit';
  return [
    ['uploads', {}, traffic.uploads.count],
    ['urgent uploads', { class: 'urgent' }, countIn(traffic.classes, (one) => one.class === 'urgent')],
    [
      'blocked at once',
      { list: 'provisional', verdict: 'block' },
      countIn(provisional, ({ verdict }) => verdict === 'block'),
    ],
    [
      'blocked by a known hash',
      { list: 'provisional', verdict: 'block', source: 'hash' },
      countIn(provisional, ({ source }) => source === 'hash'),
    ],
    [
      'decided by default',
      { list: 'provisional', source: 'default' },
      countIn(provisional, ({ source }) => source === 'default'),
    ],
    ['finals', { list: 'final' }, heavy.finals.count],
    ['late finals', { list: 'final', class: 'normal', late: 'true' }, normal?.late],
    ['what waits', { list: 'waiting' }, heavy.waiting],
    ['what waits and is late', { list: 'waiting', class: 'urgent', late: 'true' }, urgent?.waitingLate],
    ['late blocks', { list: 'reconciled', transition: 'late_block' }, changes('late_block')],
    ['confirmed ones', { list: 'reconciled', transition: 'confirmed_allow' }, changes('confirmed_allow')],
    ['exposure', { list: 'reconciled', exposedFromMs: '0' }, exposure.count],
    ['exposure for too long', { list: 'reconciled', exposedFromMs: String(exposure.sloMs + 1) }, exposure.over],
    ['wrongful hold', { list: 'reconciled', heldFromMs: '0' }, wrongfulHold.count],
    ['compared', { list: 'final', seenBy: 'compared' }, compared],
    ['found by both', { list: 'final', label, seenBy: 'both' }, explicit?.both],
    ['found by the fast', { list: 'final', label, seenBy: 'fast' }, explicit?.fastOnly],
    ['found by the heavy', { list: 'final', label, seenBy: 'heavy' }, explicit?.heavyOnly],
    [
      'cases opened',
      { list: 'opened', transition: 'late_block' },
      countIn(people.opened, ({ change }) => change === 'late_block'),
    ],
    ['cases decided', { list: 'decided' }, people.decided.count],
    ['cases to decide', { list: 'review' }, people.queue.open],
    ['dead letters', { list: 'dead_letter' }, deadLetters.open],
  ];
}
const OF_NOW = ['waiting', 'review', 'dead_letter'];

describe('the lists behind the overview', () => {
  it('have as many assets as its numbers say', async () => {
    await addEverything();
    const { body } = await scene().ask<OverviewAnswer>('anna', 'GET', '/api/overview?window=1h');
    const window = { since: body.since, until: body.until };
    const links = linksOf(body);
    const listed: Linked[] = [];
    for (const [name, query] of links) {
      const { items, count, next } = await list(OF_NOW.includes(query['list'] ?? '') ? query : { ...query, ...window });
      expect([name, next, count]).toEqual([name, null, { counted: items.length, more: false }]);
      listed.push([name, query, items.length]);
    }
    expect(listed).toEqual(links);
    // what is nothing would prove nothing
    expect(links.filter(([, , number]) => number === 0 || number === undefined)).toEqual([]);
  });

  it('know the overview’s windows', async () => {
    await addEverything();
    const { body } = await scene().ask<OverviewAnswer>('anna', 'GET', '/api/overview?window=1h');
    const page = await list({ window: '1h' });
    expect(page).toMatchObject({ since: body.since, until: new Date(NOON).toISOString() });
    expect(page.count?.counted).toBe(body.traffic.uploads.count);
    expect(await list({ list: 'received' })).toMatchObject({ since: null, until: null, count: { more: false } });
  });

  it('tell what waits longest first, whatever it waits for', async () => {
    const ages = [30, 50, 40];
    const ids: string[] = [];
    for (const [index, minutes] of ages.entries()) {
      const receivedMs = NOON - minutes * MINUTE_MS;
      const id = await addHistory(scene(), {
        receivedMs,
        class: (['bulk', 'urgent', 'normal'] as const)[index] ?? 'bulk',
      });
      await addPending(id, receivedMs, NOON, index === 0);
      ids.push(id);
    }
    const [thirty, fifty, forty] = ids;
    expect(idsOf(await list({ list: 'waiting' }))).toEqual([fifty, forty, thirty]);
    await scene().rows(`UPDATE pending_final SET attempts = 1 WHERE asset_id = $1`, [forty]);
    expect(idsOf(await list({ list: 'waiting' }))).toEqual([fifty, forty, thirty]);
    expect(idsOf(await list({ list: 'waiting', class: 'bulk' }))).toEqual([thirty]);
  });
});

describe('a list', () => {
  const inThree = (): AssetListStore => new AssetListStore(scene().database, { page: 3, count: 4 });

  async function everyPage(store: AssetListStore, filter: AssetListFilter, most: number): Promise<AssetRows[]> {
    const pages = [await store.page(filter, most)];
    for (let last = pages[0]; last?.next !== undefined; last = pages.at(-1)) {
      pages.push(await store.page(filter, most, last.next));
      if (pages.length > 99) throw new Error('it does not end');
    }
    return pages;
  }

  it.each(ASSET_LISTS)('of what is %s is told page by page, each asset once, in its order', async (of) => {
    await addEverything();
    // at one time
    for (let same = 0; same < 3; same += 1) {
      const id = await addHistory(scene(), {
        receivedMs: NOON - HOUR_MS,
        final: { atMs: NOON - HOUR_MS / 2, transition: 'confirmed_block' },
      });
      await addCase(scene(), id, { openedMs: NOON - HOUR_MS });
      await addLetter(scene(), id, { reason: 'memory', atMs: NOON });
      await addPending(id, NOON - HOUR_MS, NOON);
    }
    const whole = await new AssetListStore(scene().database).page({ list: of }, 100);
    expect(whole.next).toBeUndefined();
    const pages = await everyPage(new AssetListStore(scene().database), { list: of }, 2);
    expect(pages.flatMap(({ rows }) => rows)).toEqual(whole.rows);
    expect((await everyPage(inThree(), { list: of }, 2)).flatMap(({ rows }) => rows)).toEqual(whole.rows);
    const times = whole.rows.map(({ at }) => at.getTime());
    const inOrder = [...times].sort((one, other) => (['waiting', 'review'].includes(of) ? one - other : other - one));
    expect(times).toEqual(inOrder);
  });

  it('looks through so many at a time, and says where it goes on', async () => {
    const ids: string[] = [];
    for (let minute = 1; minute <= 7; minute += 1) {
      const source = minute === 7 ? 'hash' : 'fast';
      ids.push(await addHistory(scene(), { receivedMs: NOON - minute * MINUTE_MS, source }));
    }
    const pages = await everyPage(inThree(), { list: 'received', source: 'hash' }, 2);
    expect(pages.map(({ rows }) => rows.map(({ id }) => id))).toEqual([[], [], [ids[6]]]);
    expect(await inThree().count({ list: 'received', source: 'hash' })).toEqual({ counted: 0, more: true });
    expect(await inThree().count({ list: 'received' })).toEqual({ counted: 4, more: true });
    expect(await new AssetListStore(scene().database).count({ list: 'received' })).toEqual({ counted: 7, more: false });
  });

  it('is counted once, with its first page', async () => {
    for (let minute = 1; minute <= 3; minute += 1) await addHistory(scene(), { receivedMs: NOON - minute * MINUTE_MS });
    const first = await list({ limit: '2' });
    expect([first.items.length, first.count]).toEqual([2, { counted: 3, more: false }]);
    const second = await list({ limit: '2', cursor: first.next ?? '' });
    expect([second.items.length, second.count, second.next]).toEqual([1, null, null]);
  });

  it('is narrowed by why nobody looked, by the client, and by what is decided in the end', async () => {
    await addEverything();
    const shed = await list({ list: 'provisional', reason: 'shed' });
    expect(shed.items.map(({ provisional }) => provisional)).toEqual([
      { verdict: 'block', source: 'default', reasons: [{ code: 'shed' }] },
    ]);
    const clientId = shed.items[0]?.clientId ?? '';
    expect((await list({ client: clientId })).items.length).toBeGreaterThan(10);
    expect((await list({ client: UNKNOWN })).items).toEqual([]);
    const { assetId } = await scene().openCase({ explicit: 0.1 }, { explicit: 0.5 });
    const other = await scene().upload({ explicit: 0.99 });
    await scene().settle(await scene().heavyResult(other, { explicit: 0.99 }));
    const labelled = await list({ label: 'sexual.explicit' });
    expect(labelled.items).toMatchObject([
      { id: other, final: { verdict: 'block', source: 'heavy' }, transition: 'confirmed_block', waiting: false },
    ]);
    expect((await list({ list: 'review', client: clientId })).items.at(-1)).toMatchObject({
      id: assetId,
      externalId: 'article-7',
      review: { open: true },
    });
  });

  it.each([
    'list=all',
    'list=received&list=final',
    'window=2h',
    'since=yesterday',
    'class=vip',
    'client=me',
    'verdict=review',
    'source=moderator',
    'reason=damaged',
    'transition=gone',
    'label=neutral',
    'seenBy=both',
    'seenBy=nobody&label=sexual.explicit',
    'late=perhaps',
    'exposedFromMs=-1',
    'heldFromMs=1e99',
    'limit=0',
    'limit=101',
    'cursor=1',
    `cursor=-1.${UNKNOWN}`,
    `cursor=999999999999999999.${UNKNOWN}`,
    'cursor=1.x',
    'cursor=%00',
    'order=old',
  ])('refuses %s', async (query) => {
    expect((await scene().ask('anna', 'GET', `/api/assets?${query}`)).status).toBe(400);
  });

  it.each(['client=0', 'since=9999-12-31T23:59:59Z', `cursor=99999999999999999.${UNKNOWN}`, 'heldFromMs=315360000000'])(
    'has an answer to %s, if not a server’s fault',
    async (query) => {
      expect([200, 400]).toContain((await scene().ask('anna', 'GET', `/api/assets?${query}`)).status);
    },
  );
});

describe('GET /api/assets/:id', () => {
  it('tells of an asset without a case what was decided, by which scores', async () => {
    const id = await scene().upload({ explicit: 0.1 });
    const { status, body } = await detailOf(id);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      assetId: id,
      clientName: 'shop',
      asset: { externalId: 'article-7', class: 'normal' },
      waiting: true,
      // the scene's clock is long past by the database's
      late: true,
      review: null,
      deadLetterId: null,
      erased: false,
      standingRevision: 1,
      rendition: `/api/assets/${id}/rendition`,
    });
    expect(body.decisions.map(({ stage, source }) => [stage, source])).toEqual([['provisional', 'fast']]);
    expect(body.scores.map(({ tier, labels }) => [tier, labels.length > 0])).toEqual([['fast', true]]);
    expect(body.scores[0]?.labels.find(({ label }) => label === 'sexual.explicit')).toMatchObject({
      score: Math.fround(0.1),
      thresholds: { clearBelow: expect.any(Number), blockFrom: expect.any(Number) },
    });
  });

  it('leads to its case, with what stands against it', async () => {
    const { assetId, reviewId } = await scene().openCase({ explicit: 0.1 }, { explicit: 0.5 });
    const { body } = await detailOf(assetId);
    expect(body).toMatchObject({ review: { id: reviewId, open: true }, waiting: false, labels: ['sexual.explicit'] });
    expect(body.scores.map(({ tier }) => tier)).toEqual(['fast', 'heavy']);
  });

  it('keeps of an erased one the decisions, and no name or picture', async () => {
    const id = await scene().upload({ explicit: 0.1 });
    expect((await scene().ask('chief', 'POST', '/api/erasures', { assetIds: [id] })).status).toBe(200);
    const { body } = await detailOf(id);
    expect(body).toMatchObject({ erased: true, rendition: null, waiting: false, asset: { externalId: null } });
    expect(body.decisions).toHaveLength(1);
    expect((await list({})).items).toMatchObject([{ id, erased: true, externalId: null }]);
  });

  it('knows no others', async () => {
    expect((await detailOf(UNKNOWN)).status).toBe(404);
    expect((await detailOf('nothing')).status).toBe(404);
  });
});
