import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { OverviewAnswer, Series } from '#contracts/overview-answer.js';
import type { DoorFigures } from '#moderation/overview/door-figures.js';
import { binOf, msOf } from '#moderation/overview/duration-bins.js';
import type { OverviewWindow } from '#moderation/overview/windows.js';
import { DeliveryLogStore } from '#persistence/delivery-log-store.js';
import { FreshnessStore } from '#persistence/freshness-store.js';
import { OverviewDoorStore } from '#persistence/overview-door-store.js';
import { OverviewStore } from '#persistence/overview-store.js';
import { ReviewQueueStore } from '#persistence/review-queue-store.js';
import { ReadOverview } from '../../apps/console/overview/read-overview.js';
import { ConsoleScene, NOON, secretOf } from './console-scene.js';
import { addCase, addHistory, addLetter } from './overview-rows.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** In the midst of a minute. */
const NOW = NOON + 25_000;
const SLOS = { exposureMs: 60_000, wrongfulHoldMs: 3_600_000 };
const SLA_MS = HOUR_MS;

let scene: ConsoleScene;
beforeAll(async () => {
  scene = await ConsoleScene.open();
});
afterAll(() => scene.close());
beforeEach(() => scene.empty('asset, door_minute'));

function readingAt(nowMs: () => number): ReadOverview {
  const { database } = scene;
  return new ReadOverview({
    overview: new OverviewStore(database, SLOS),
    doors: new OverviewDoorStore(database),
    freshness: new FreshnessStore(database),
    deliveries: new DeliveryLogStore(database),
    queue: new ReviewQueueStore(database),
    slos: SLOS,
    slaMs: SLA_MS,
    nowMs,
  });
}

/** As a console that has just been started tells it. */
const read = (window: OverviewWindow, nowMs = NOW): Promise<OverviewAnswer> => readingAt(() => nowMs).read(window);

/** As near as bins tell it. */
const near = (ms: number): number => Number(msOf(binOf(ms)).toPrecision(3));
const at = ({ points }: Series, ...steps: number[]): (number | undefined)[] => steps.map((step) => points[step]);

describe('what rows tell', () => {
  it('is nothing where nothing happened', async () => {
    const { traffic, fast, heavy, reconciliation, people, deadLetters } = await read('1h');
    expect(traffic).toMatchObject({ uploads: { count: 0, points: Array(60).fill(0) }, provisional: [], door: [] });
    expect(fast).toMatchObject({ slos: [], sheds: [], shed: { count: 0 } });
    expect(fast.stages[0]).toEqual({ stage: 'total', count: 0, p50Ms: null, p95Ms: null, p99Ms: null });
    expect(heavy).toMatchObject({ waiting: 0, oldestMs: null, backlogSeconds: 0, finals: { count: 0 } });
    expect(reconciliation).toMatchObject({ compared: 0, exposure: { count: 0, over: 0, sloMs: 60_000 } });
    expect(people).toMatchObject({ queue: { open: 0, red: 0 }, slaMs: SLA_MS, decided: { count: 0 } });
    expect(deadLetters).toMatchObject({ open: 0, more: false, reasons: [], came: { count: 0 } });
  });

  it('counts uploads by class, and provisional decisions by verdict and source', async () => {
    await addHistory(scene, { receivedMs: NOW - 5_000, class: 'urgent' });
    await addHistory(scene, { receivedMs: NOW - 2 * MINUTE_MS, verdict: 'block' });
    await addHistory(scene, { receivedMs: NOW - 2 * MINUTE_MS, source: 'hash', verdict: 'block' });
    const { traffic } = await read('15m');
    expect(traffic.uploads.count).toBe(3);
    expect(at(traffic.uploads, 11, 12, 13, 14)).toEqual([0, 2, 0, 1]);
    expect(traffic.classes.map(({ class: name, count }) => [name, count])).toEqual([
      ['urgent', 1],
      ['normal', 2],
      ['bulk', 0],
    ]);
    expect(traffic.provisional).toEqual([
      { verdict: 'allow', source: 'fast', count: 1 },
      { verdict: 'block', source: 'hash', count: 1 },
      { verdict: 'block', source: 'fast', count: 1 },
    ]);
  });

  it('counts finals with their age, and those that came late', async () => {
    for (const ageMs of [1_000, 2_000, 40_000]) {
      await addHistory(scene, {
        receivedMs: NOW - HOUR_MS / 2,
        final: { atMs: NOW - HOUR_MS / 2 + ageMs },
        dueMs: 30_000,
      });
    }
    await addHistory(scene, { receivedMs: NOW - HOUR_MS / 2, final: { atMs: NOW - 1_000, cause: 'late' } });
    const { heavy } = await read('1h');
    expect(heavy.finals.count).toBe(3);
    expect(heavy.classes.find((one) => one.class === 'normal')).toMatchObject({
      age: { count: 3, p50Ms: near(2_000), p95Ms: near(40_000), p99Ms: near(40_000) },
      late: 1,
    });
  });

  it('tells transitions, exposure and wrongful hold', async () => {
    const receivedMs = NOW - 3 * HOUR_MS;
    const late = { transition: 'late_block', exposureMs: 90_000 } as const;
    await addHistory(scene, { receivedMs, final: { atMs: NOW - 2 * HOUR_MS, ...late } });
    await addHistory(scene, { receivedMs, final: { atMs: NOW - 1_000, ...late, exposureMs: 8_000 } });
    const release = { transition: 'late_release', wrongfulHoldMs: 5_000 } as const;
    await addHistory(scene, { receivedMs, final: { atMs: NOW - 1_000, ...release } });
    await addHistory(scene, { receivedMs, final: { atMs: NOW - 1_000, transition: 'confirmed_allow' } });
    const { reconciliation } = await read('24h');
    expect(reconciliation.transitions.map(({ transition, count }) => [transition, count])).toEqual([
      ['confirmed_allow', 1],
      ['confirmed_block', 0],
      ['late_block', 2],
      ['late_release', 1],
      ['needs_review', 0],
    ]);
    const { exposure, wrongfulHold } = reconciliation;
    expect(exposure).toMatchObject({ count: 2, over: 1, sloMs: 60_000, p50Ms: near(8_000), p99Ms: near(90_000) });
    expect(wrongfulHold).toMatchObject({ count: 1, over: 0, sloMs: 3_600_000, p50Ms: near(5_000) });
  });

  it('tells by label which tier found it', async () => {
    const explicit = { code: 'violating', label: 'sexual.explicit' };
    const drawn = { code: 'violating', label: 'sexual.explicit.drawn' };
    const unsure = { code: 'uncertain', label: 'sexual.explicit' };
    const cases: [fast: object[], heavy: object[]][] = [
      [[explicit], [explicit, drawn]],
      [[unsure], [explicit]],
      [[explicit], []],
      [[], []],
    ];
    for (const [reasons, heavy] of cases) {
      await addHistory(scene, { receivedMs: NOW - 9_000, reasons, final: { atMs: NOW - 1_000, reasons: heavy } });
    }
    await addHistory(scene, {
      receivedMs: NOW - 9_000,
      source: 'default',
      final: { atMs: NOW - 1_000, reasons: [drawn] },
    });
    const { reconciliation } = await read('15m');
    expect(reconciliation.compared).toBe(4);
    expect(reconciliation.agreement).toEqual([
      { label: 'sexual.explicit', both: 1, fastOnly: 1, heavyOnly: 1 },
      { label: 'sexual.explicit.drawn', both: 0, fastOnly: 0, heavyOnly: 1 },
      { label: 'sexual.suggestive', both: 0, fastOnly: 0, heavyOnly: 0 },
    ]);
  });

  it('tells of cases and dead letters, those of now whatever the window', async () => {
    const assetId = await addHistory(scene, { receivedMs: NOW - 9 * 24 * HOUR_MS });
    await addCase(scene, assetId, { openedMs: NOW - 8 * 24 * HOUR_MS });
    const other = await addHistory(scene, { receivedMs: NOW - 9 * 24 * HOUR_MS });
    await addCase(scene, other, {
      openedMs: NOW - 20 * MINUTE_MS,
      decidedMs: NOW - 10 * MINUTE_MS,
      change: 'late_block',
    });
    await addLetter(scene, assetId, { reason: 'timeout', atMs: NOW - 8 * 24 * HOUR_MS });
    await addLetter(scene, assetId, { reason: 'crashed', atMs: NOW - MINUTE_MS });
    const { people, deadLetters } = await read('1h');
    expect(people.queue).toMatchObject({ open: 1, red: 1, green: 0, more: false });
    expect(people.opened.map(({ change, count }) => [change, count])).toEqual([
      ['late_block', 1],
      ['late_release', 0],
      ['needs_review', 0],
    ]);
    expect(people.decided.count).toBe(1);
    expect(people.age.p50Ms).toBe(near(10 * MINUTE_MS));
    expect(deadLetters.reasons).toEqual([
      { reason: 'crashed', count: 1 },
      { reason: 'timeout', count: 1 },
    ]);
    expect([deadLetters.open, deadLetters.came.count]).toEqual([2, 1]);
  });

  it.each(['15m', '1h', '24h', '7d'] as const)('begins and ends where %s does', async (window) => {
    const { since, until, stepSeconds } = await read(window);
    expect(until).toBe(new Date(NOW).toISOString());
    const sinceMs = Date.parse(since);
    for (const receivedMs of [sinceMs - 1, sinceMs, sinceMs + stepSeconds * 1_000 - 1, sinceMs + stepSeconds * 1_000]) {
      await addHistory(scene, { receivedMs });
    }
    const { traffic } = await read(window);
    expect(at(traffic.uploads, 0, 1, 2)).toEqual([2, 1, 0]);
    expect([traffic.uploads.count, traffic.uploads.points.length * stepSeconds * 1_000]).toEqual([
      3,
      { '15m': 15 * MINUTE_MS, '1h': HOUR_MS, '24h': 24 * HOUR_MS, '7d': 168 * HOUR_MS }[window],
    ]);
  });

  it('is told by one console as time goes on', async () => {
    let nowMs = NOW;
    const reading = readingAt(() => nowMs);
    await addHistory(scene, { receivedMs: NOW - 14 * MINUTE_MS });
    await addHistory(scene, { receivedMs: NOW - 5 * MINUTE_MS });
    expect((await reading.read('15m')).traffic.uploads.count).toBe(2);
    await addHistory(scene, { receivedMs: NOW + 1_000 });
    nowMs = NOW + MINUTE_MS;
    const { uploads } = (await reading.read('15m')).traffic;
    expect([uploads.count, ...at(uploads, 8, 13)]).toEqual([2, 1, 1]);
  });

  it('is as it was once a decision is taken back, and its case was exposed for as long as it was served', async () => {
    let nowMs = NOW;
    const reading = readingAt(() => nowMs);
    const told = async (one = reading): Promise<unknown> => {
      const { reconciliation, people } = await one.read('1h');
      const { transitions, exposure, wrongfulHold } = reconciliation;
      return {
        transitions: transitions.map(({ count }) => count),
        exposure,
        wrongfulHold,
        decided: people.decided.count,
      };
    };
    const { reviewId } = await scene.openCase({ explicit: 0.05 }, { explicit: 0.99 });
    const exposureMs = async (): Promise<number> =>
      (await scene.ask<{ exposureMs: number }>('anna', 'GET', `/api/reviews/${reviewId}`)).body.exposureMs;
    nowMs = NOW + MINUTE_MS;
    const [before, exposedMs] = [await told(), await exposureMs()];
    scene.nowMs = NOW + MINUTE_MS;
    await scene.ask('anna', 'POST', `/api/reviews/${reviewId}/claim`);
    const decision = { verdict: 'allow', reason: 'x', ...(await scene.looked(reviewId)) };
    const { body } = await scene.ask<{ decisionId: string }>(
      'anna',
      'POST',
      `/api/reviews/${reviewId}/decide`,
      decision,
    );
    nowMs = NOW + 8 * MINUTE_MS;
    expect(await told()).toMatchObject({ decided: 1, wrongfulHold: { count: 1 } });
    scene.nowMs = nowMs;
    expect((await scene.ask('anna', 'POST', `/api/decisions/${body.decisionId}/undo`, {})).status).toBe(200);
    nowMs += 1_000;
    expect(await told()).toEqual(before);
    expect(await told(readingAt(() => nowMs))).toEqual(before);
    expect((await exposureMs()) - exposedMs).toBe(7 * MINUTE_MS);
  });
});

describe('what doors write down', () => {
  const figures: DoorFigures = {
    outcomes: { accepted: 90, replayed: 2, overloaded: 5, 'rate-limited': 3 },
    sheds: { 'door full': 5, 'queue expired': 7 },
    stages: { total: { [binOf(40)]: 89, [binOf(400)]: 1 }, inference: { [binOf(20)]: 90 } },
    kept: 89,
    broken: 1,
    sloMs: 300,
  };

  it('adds up over services and minutes, each minute once', async () => {
    const [one, other] = [new OverviewDoorStore(scene.database), new OverviewDoorStore(scene.database)];
    const minute = { minuteMs: NOON - MINUTE_MS, version: 2, figures };
    await one.write([{ ...minute, version: 1, figures: { ...figures, kept: 1 } }]);
    await one.write([minute, { ...minute, minuteMs: NOON - 2 * MINUTE_MS }]);
    await one.write([{ ...minute, version: 1, figures: { ...figures, kept: 1 } }]);
    await other.write([minute]);
    await other.write([{ ...minute, minuteMs: NOON - 20 * MINUTE_MS }]);
    const { traffic, fast } = await read('15m');
    expect(traffic.door).toEqual([
      { outcome: 'accepted', count: 270 },
      { outcome: 'overloaded', count: 15 },
      { outcome: 'rate-limited', count: 9 },
      { outcome: 'replayed', count: 6 },
    ]);
    expect([traffic.refused.count, ...at(traffic.refused, 11, 12, 13, 14)]).toEqual([24, 0, 8, 16, 0]);
    expect(fast.sheds).toEqual([
      { where: 'queue', reason: 'expired', count: 21 },
      { where: 'door', reason: 'full', count: 15 },
    ]);
    expect(fast.slos).toEqual([{ sloMs: 300, kept: 267, broken: 3 }]);
    const [total, , , , inference] = fast.stages;
    expect(total).toMatchObject({ stage: 'total', count: 270, p50Ms: near(40), p95Ms: near(40), p99Ms: near(400) });
    expect(inference).toMatchObject({ stage: 'inference', count: 270, p99Ms: near(20) });
    expect([fast.p95Points[12], fast.p95Points[0]]).toEqual([near(40), null]);
  });

  it('is forgotten after a time', async () => {
    const store = new OverviewDoorStore(scene.database);
    await store.write([NOON, NOON - MINUTE_MS].map((minuteMs) => ({ minuteMs, version: 1, figures })));
    expect(await store.forget(new Date(NOON))).toBe(1);
    expect((await read('15m')).traffic.door[0]).toEqual({ outcome: 'accepted', count: 90 });
  });
});

describe('GET /api/overview', () => {
  it('is for people of the console', async () => {
    const statuses = await Promise.all(
      ['anna', 'chief', 'shop', undefined].map(async (who) => (await scene.ask(who, 'GET', '/api/overview')).status),
    );
    expect(statuses).toEqual([200, 200, 403, 401]);
  });

  it('tells of an hour unless told, and no money to anybody', async () => {
    const { body } = await scene.ask<OverviewAnswer>('chief', 'GET', '/api/overview');
    expect(body).toMatchObject({ window: '1h', until: new Date(NOON).toISOString(), stepSeconds: 60 });
    expect(JSON.stringify(body)).not.toMatch(/cost|price|currency/i);
  });

  it.each(['window=2h', 'window=', 'window=1h&window=7d', 'since=2026-05-31T11:00:00Z'])(
    'refuses %s',
    async (query) => {
      const answers = [
        scene.ask('anna', 'GET', `/api/overview?${query}`),
        scene.ask('anna', 'GET', `/api/overview/live?${query}`),
      ];
      expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([400, 400]);
    },
  );
});

/** The answer to who listens, whose stream is open until it is aborted. */
function listen(holder: string, path: string, over: AbortController): Promise<Response> {
  return fetch(`${scene.url}${path}`, {
    headers: { authorization: `Bearer ${secretOf(holder)}` },
    signal: over.signal,
  });
}

async function firstEvent(response: Response): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('\ndata: ') || !text.endsWith('\n\n')) {
    const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
    if (done) throw new Error(`the stream ended: ${text}`);
    text += value;
  }
  return text;
}

describe('GET /api/overview/live', () => {
  it('tells the same to all who listen, and counts with the streams of the queue', async () => {
    const over = new AbortController();
    const open = (path: string): Promise<Response> => listen('ben', path, over);
    const streams = await Promise.all(Array.from({ length: 11 }, () => open('/api/overview/live?window=24h')));
    const queue = await open('/api/live');
    const more = await Promise.all([open('/api/overview/live?window=7d'), open('/api/live')]);
    expect([...streams, queue].map(({ status }) => status)).toEqual(Array(12).fill(200));
    expect(more.map(({ status }) => status)).toEqual([429, 429]);
    const events = await Promise.all(streams.map(firstEvent));
    const told = events.map((text) => /event: overview\ndata: (.*)/.exec(text)?.[1]);
    expect(new Set(told).size).toBe(1);
    expect(JSON.parse(told[0] ?? '')).toMatchObject({ window: '24h', traffic: { uploads: { count: 0 } } });
    over.abort();
  });
});
