import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { BankAnswer, BankEntryPage, BankList, ImportAnswer, LookupAnswer } from '#contracts/bank-answer.js';
import type { ProblemBody } from '#contracts/problems.js';
import { ConsoleScene, NOON, type Answer } from './console-scene.js';

let scene: ConsoleScene;
let bank: BankAnswer;
let banksMade = 0;
beforeAll(async () => {
  scene = await ConsoleScene.open();
});
afterAll(() => scene.close());
beforeEach(async () => {
  banksMade += 1;
  bank = (await ask<BankAnswer>('POST', '', { name: `partner-${banksMade}`, kind: 'block' })).body;
});

const ANY = '01890a5d-ac96-774b-bcce-b302099a8057';
const hash = (): string => randomBytes(32).toString('hex');
const ask = <T = ProblemBody>(method: string, path: string, body?: unknown): Promise<Answer<T>> =>
  scene.ask<T>('chief', method, `/api/banks${path}`, body);
const add = (...entries: object[]): Promise<Answer<unknown>> => ask('POST', `/${bank.id}/entries`, { entries });
const list = async (query = ''): Promise<BankEntryPage> =>
  (await ask<BankEntryPage>('GET', `/${bank.id}/entries${query}`)).body;
const lookUp = async (question: object): Promise<LookupAnswer['hit']> =>
  (await ask<LookupAnswer>('POST', `/${bank.id}/lookup`, question)).body.hit;
const send = <T = ImportAnswer>(text: string, query = ''): Promise<Answer<T>> =>
  scene.ask<T>('chief', 'POST', `/api/banks/${bank.id}/import${query}`, text, 'text/plain');
const pointers = (body: ProblemBody): (string | undefined)[] => (body.errors ?? []).map(({ pointer }) => pointer);

describe('a bank', () => {
  it('is made empty, listed by name, and goes by looks when it blocks', async () => {
    expect(bank).toEqual({
      id: expect.any(String),
      name: `partner-${banksMade}`,
      kind: 'block',
      distanceMax: 31,
      disabledUntil: null,
      createdBy: 'chief',
      createdAt: expect.stringMatching(/Z$/),
      changedBy: null,
      changedAt: expect.stringMatching(/Z$/),
    });
    const { body } = await ask<BankAnswer>('POST', '', { name: `own-${banksMade}`, kind: 'allow' });
    expect(body.distanceMax).toBeNull();
    await add({ sha256: hash() }, { sha256: hash() });
    const { body: all } = await scene.ask<BankList>('anna', 'GET', '/api/banks');
    const names = all.items.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(expect.arrayContaining(['decided.allow', 'decided.block']));
    expect(all.items.find(({ id }) => id === bank.id)).toEqual({ ...bank, entries: 2 });
  });

  it('has a name of its own', async () => {
    const { status, body } = await ask('POST', '', { name: bank.name, kind: 'allow' });
    expect([status, body.code, body.detail]).toEqual([409, 'conflict', `There is a bank called ${bank.name} already.`]);
    expect(body.title).toBe('This does not fit what is there');
  });

  it('changes in what it is told, and stays in the rest', async () => {
    const until = '2030-01-01T00:00:00.000Z';
    const change = async (body: object): Promise<Partial<BankAnswer>> =>
      (await ask<BankAnswer>('PATCH', `/${bank.id}`, body)).body;
    expect(await change({ distanceMax: 12 })).toMatchObject({
      distanceMax: 12,
      disabledUntil: null,
      changedBy: 'chief',
    });
    expect(await change({ disabledUntil: until })).toMatchObject({ distanceMax: 12, disabledUntil: until });
    expect(await change({ distanceMax: null })).toMatchObject({ distanceMax: null, disabledUntil: until });
    expect(await change({ disabledUntil: null })).toMatchObject({ distanceMax: null, disabledUntil: null });
    expect(await change({})).toMatchObject({ distanceMax: null, disabledUntil: null });
  });

  it('of what was allowed never goes by looks', async () => {
    const { body: all } = await ask<BankList>('GET', '');
    const allow = all.items.find(({ name }) => name === 'decided.allow')?.id ?? '';
    const { status, body } = await ask('PATCH', `/${allow}`, { distanceMax: 31 });
    expect([status, pointers(body)]).toEqual([400, ['/distanceMax']]);
    expect((await ask('PATCH', `/${allow}`, { distanceMax: null })).status).toBe(200);
  });

  it.each<[object, string]>([
    [{ kind: 'block' }, '/name'],
    [{ name: '', kind: 'block' }, '/name'],
    [{ name: 'No Spaces', kind: 'block' }, '/name'],
    [{ name: '../x', kind: 'block' }, '/name'],
    [{ name: 'x'.repeat(65), kind: 'block' }, '/name'],
    [{ name: 'x', kind: 'review' }, '/kind'],
    [{ name: 'x', kind: 'block', distanceMax: 32 }, '/distanceMax'],
    [{ name: 'x', kind: 'block', distanceMax: -1 }, '/distanceMax'],
    [{ name: 'x', kind: 'block', distanceMax: 1.5 }, '/distanceMax'],
    [{ name: 'x', kind: 'block', distanceMax: '8' }, '/distanceMax'],
    [{ name: 'x', kind: 'block', createdBy: 'anna' }, '/createdBy'],
  ])('%j is refused', async (body, pointer) => {
    const answer = await ask('POST', '', body);
    expect([answer.status, [...new Set(pointers(answer.body))]]).toEqual([400, [pointer]]);
  });

  it.each<[object, string]>([
    [{ disabledUntil: 'tomorrow' }, '/disabledUntil'],
    [{ disabledUntil: 1_900_000_000 }, '/disabledUntil'],
    [{ name: 'other' }, '/name'],
  ])('is not changed by %j', async (body, pointer) => {
    const answer = await ask('PATCH', `/${bank.id}`, body);
    expect([answer.status, pointers(answer.body)]).toEqual([400, [pointer]]);
  });
});

describe('a body that is no object', () => {
  it.each(['[]', '[{}]', 'null', '"x"', '1'])('such as %s is refused wherever there is one', async (body) => {
    const routes: [string, string][] = [
      ['POST', ''],
      ['PATCH', `/${bank.id}`],
      ['POST', `/${bank.id}/entries`],
      ['POST', `/${bank.id}/lookup`],
      ['POST', `/${bank.id}/entries/1/disable`],
    ];
    for (const [method, path] of routes) {
      const { status, body: problem } = await ask(method, path, body);
      expect([method, path, status, problem.detail]).toEqual([method, path, 400, 'The body must be a JSON object.']);
    }
  });
});

describe('the entries of a bank', () => {
  it('are added once, by bytes, by looks or by both', async () => {
    const [sha256, pdq, both] = [hash(), hash(), hash()];
    const pictures = [{ sha256 }, { pdq, quality: 80, note: 'a list' }, { sha256: both, pdq: pdq.toUpperCase() }];
    expect(await add(...pictures)).toMatchObject({ status: 200, body: { added: 3, known: 0 } });
    expect(await add(...pictures, { sha256: hash() }, { sha256 })).toMatchObject({ body: { added: 1, known: 4 } });
    const { items } = await list();
    expect(items).toHaveLength(4);
    expect(items).toContainEqual({
      id: expect.any(Number),
      sha256: null,
      pdq,
      quality: 80,
      assetId: null,
      origin: 'import',
      note: 'a list',
      addedBy: 'chief',
      addedAt: expect.stringMatching(/Z$/),
      disabledUntil: null,
    });
    expect(items.find((entry) => entry.sha256 === both)).toMatchObject({ pdq, quality: 100, note: null });
  });

  it('are added by two at once', async () => {
    const pictures = Array.from({ length: 300 }, () => ({ sha256: hash() }));
    const answers = await Promise.all([add(...pictures), add(...[...pictures].reverse())]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await list('?limit=1000')).items).toHaveLength(300);
  });

  it('are read page by page, newest first', async () => {
    await add(...Array.from({ length: 7 }, () => ({ sha256: hash() })));
    const { items } = await list();
    const ids = items.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    const pages: number[][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: BankEntryPage = await list(`?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      pages.push(page.items.map(({ id }) => id));
      cursor = page.next;
    }
    expect(pages).toEqual([ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)]);
    for (const query of ['?limit=0', '?limit=1001', '?cursor=0', '?cursor=x', '?page=1']) {
      expect((await ask('GET', `/${bank.id}/entries${query}`)).status).toBe(400);
    }
  });

  it('are found, and not any more when they are disabled or removed; what was removed may come again', async () => {
    const sha256 = hash();
    await add({ sha256 });
    const hit = await lookUp({ sha256 });
    const { id } = (await list()).items[0] ?? { id: 0 };
    expect(hit).toEqual({ bank: bank.name, kind: 'block', entryId: id, match: 'exact', distance: 0 });
    const until = new Date(NOON + 60_000).toISOString();
    const disable = (body: object): Promise<Answer<{ disabledUntil: string | null }>> =>
      ask('POST', `/${bank.id}/entries/${id}/disable`, body);
    expect((await disable({ until })).body.disabledUntil).toBe(until);
    expect(await lookUp({ sha256 })).toBeNull();
    scene.nowMs = NOON + 60_000;
    expect(await lookUp({ sha256 })).toEqual(hit);
    scene.nowMs = NOON;
    expect((await disable({ until: null })).body.disabledUntil).toBeNull();
    expect((await ask('DELETE', `/${bank.id}/entries/${id}`)).status).toBe(204);
    expect((await ask('DELETE', `/${bank.id}/entries/${id}`)).status).toBe(404);
    expect((await disable({ until: null })).status).toBe(404);
    expect([await lookUp({ sha256 }), (await list()).items]).toEqual([null, []]);
    expect(await add({ sha256 })).toMatchObject({ body: { added: 1, known: 0 } });
    for (const body of [{}, { until: 'soon' }, { until, why: 'x' }]) expect((await disable(body)).status).toBe(400);
  });

  it('are found by their looks, the nearest first, as far as the bank goes', async () => {
    const zero = '0'.repeat(64);
    await add({ pdq: `${'0'.repeat(60)}ffff` }, { pdq: `${'0'.repeat(62)}ff` });
    expect(await lookUp({ pdq: zero })).toMatchObject({ match: 'perceptual', distance: 8 });
    await ask('PATCH', `/${bank.id}`, { distanceMax: 7 });
    expect(await lookUp({ pdq: zero })).toBeNull();
    await ask('PATCH', `/${bank.id}`, { distanceMax: 31, disabledUntil: new Date(NOON + 1).toISOString() });
    expect(await lookUp({ pdq: zero })).toBeNull();
  });

  it.each<[string, object, string]>([
    ['nothing', { entries: [] }, '/entries'],
    ['no list', { entries: { sha256: 'ab'.repeat(32) } }, '/entries'],
    ['no hash', { entries: [{ note: 'x' }] }, '/entries/0/sha256'],
    ['a short hash', { entries: [{ sha256: 'ab' }] }, '/entries/0/sha256'],
    ['no hexadecimal digits', { entries: [{ pdq: 'xy'.repeat(32) }] }, '/entries/0/pdq'],
    ['too little to see', { entries: [{ pdq: 'ab'.repeat(32), quality: 49 }] }, '/entries/0/quality'],
    ['a list in the list', { entries: [[{ sha256: 'ab'.repeat(32) }]] }, '/entries/0'],
    ['an unknown field', { entries: [{ sha256: 'ab'.repeat(32), kind: 'block' }] }, '/entries/0/kind'],
    ['too many', { entries: Array.from({ length: 1_001 }, () => ({ sha256: 'ab'.repeat(32) })) }, '/entries'],
  ])('of %s are refused, all of them', async (_what, body, pointer) => {
    const answer = await ask('POST', `/${bank.id}/entries`, body);
    expect([answer.status, [...new Set(pointers(answer.body))]]).toEqual([400, [pointer]]);
    expect((await list()).items).toEqual([]);
  });

  it.each(['0', '-1', 'x', '1e3', '9'.repeat(30), '1/../2'])('have no id like %s', async (id) => {
    expect((await ask('DELETE', `/${bank.id}/entries/${id}`)).status).toBe(404);
  });

  it('are those of their bank', async () => {
    await add({ sha256: hash() });
    const { id } = (await list()).items[0] ?? { id: 0 };
    const { body: other } = await ask<BankAnswer>('POST', '', { name: `other-${banksMade}`, kind: 'block' });
    for (const bankId of [other.id, ANY, 'x']) {
      expect((await ask('DELETE', `/${bankId}/entries/${id}`)).status).toBe(404);
      expect((await ask('POST', `/${bankId}/entries/${id}/disable`, { until: null })).status).toBe(404);
    }
    expect((await list()).items).toHaveLength(1);
  });
});

describe('a list of hashes', () => {
  it('is imported line by line; twice is harmless', async () => {
    const [one, two, three] = [hash(), hash(), hash()];
    const text = `# partners\n\nsha256:${one}\r\n${two.toUpperCase()}\n pdq:${three},66 \nnonsense\npdq:${one},10\n`;
    const faults = [
      { line: 6, detail: expect.stringContaining('is not sha256:') },
      { line: 7, detail: expect.stringContaining('below 50') },
    ];
    expect(await send(text, '?note=week%2023')).toEqual({
      status: 200,
      type: expect.stringContaining('application/json'),
      body: { added: 3, known: 0, faultCount: 2, faults },
    });
    expect((await send(text)).body).toEqual({ added: 0, known: 3, faultCount: 2, faults });
    const { items } = await list();
    expect(items.map(({ note }) => note)).toEqual(['week 23', 'week 23', 'week 23']);
    expect(items.find(({ pdq }) => pdq === three)?.quality).toBe(66);
    expect(await lookUp({ sha256: two })).toMatchObject({ match: 'exact' });
  });

  it('names the first faults only', async () => {
    const { body } = await send('x\n'.repeat(100_000));
    expect([body.added, body.faultCount, body.faults.length]).toEqual([0, 100_000, 100]);
  });

  it('of three thousand hashes is taken, of too many bytes refused', async () => {
    const { status, body } = await send(Array.from({ length: 3_000 }, () => `sha256:${hash()}`).join('\n'));
    expect([status, body.added]).toEqual([200, 3_000]);
    expect((await send<ProblemBody>('#'.repeat(262_145))).body.code).toBe('too-large');
  });

  it('comes as text', async () => {
    const { status, body } = await ask('POST', `/${bank.id}/import`, { sha256: hash() });
    expect([status, body.code]).toEqual([415, 'unsupported-media']);
    expect((await send('')).body).toMatchObject({ added: 0, known: 0, faultCount: 0 });
  });
});
