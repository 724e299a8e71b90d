import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ScheduleAnswer, ScheduleList } from '#contracts/schedule-answer.js';
import { BatchWorkerStore } from '#persistence/batch-worker-store.js';
import { ConsoleScene } from './console-scene.js';

const WORKER = '0b5d3a52-7c60-4b6e-9a3b-bb2f6c3d7e11';
const GONE = '1b5d3a52-7c60-4b6e-9a3b-bb2f6c3d7e11';
const BY_SETTINGS = { mode: 'hybrid', sizeMax: null, waitMs: 100, from: 'settings', changedBy: null, changedAt: null };

let scene: ConsoleScene;

beforeAll(async () => {
  scene = await ConsoleScene.open();
});
afterAll(() => scene.close());

const list = async (): Promise<ScheduleList> => (await scene.ask<ScheduleList>('anna', 'GET', '/api/schedules')).body;
const put = (of: string, body: unknown) => scene.ask<ScheduleAnswer>('chief', 'PUT', `/api/schedules/${of}`, body);

describe('schedules', () => {
  it('are those of the settings until somebody sets one, and after it is cleared', async () => {
    const items = ['urgent', 'normal', 'bulk'].map((of) => ({ class: of, ...BY_SETTINGS }));
    expect((await list()).items).toEqual(items);
    const bulk = { mode: 'size', sizeMax: 64, waitMs: 0 };
    const { status, body } = await put('bulk', bulk);
    expect([status, body]).toMatchObject([200, { class: 'bulk', ...bulk, from: 'admin', changedBy: 'chief' }]);
    expect((await list()).items).toEqual([...items.slice(0, 2), body]);
    const again = await put('bulk', { mode: 'time', sizeMax: 16, waitMs: 500 });
    expect(again.body).toMatchObject({ mode: 'time', sizeMax: 16, waitMs: 500 });
    const cleared = await scene.ask('chief', 'DELETE', '/api/schedules/bulk');
    expect([cleared.status, cleared.body]).toEqual([200, items[2]]);
    expect((await scene.ask('chief', 'DELETE', '/api/schedules/bulk')).status).toBe(200);
    expect((await list()).items).toEqual(items);
  });

  it.each([
    ['no mode', { sizeMax: 8, waitMs: 0 }, '/mode'],
    ['another mode', { mode: 'never', sizeMax: 8, waitMs: 0 }, '/mode'],
    ['no assets', { mode: 'size', sizeMax: 0, waitMs: 0 }, '/sizeMax'],
    ['too many', { mode: 'size', sizeMax: 257, waitMs: 0 }, '/sizeMax'],
    ['a part of one', { mode: 'size', sizeMax: 1.5, waitMs: 0 }, '/sizeMax'],
    ['more than an hour', { mode: 'hybrid', sizeMax: 8, waitMs: 3_600_001 }, '/waitMs'],
    ['a time of nothing', { mode: 'time', sizeMax: 8, waitMs: 0 }, '/waitMs'],
  ])('with %s are refused', async (_case, body, pointer) => {
    const { status, body: problem } = await put('bulk', body);
    expect([status, problem]).toMatchObject([400, { code: 'invalid-request', errors: [{ pointer }] }]);
  });

  it('of no class are not found', async () => {
    expect((await put('slow', { mode: 'size', sizeMax: 8, waitMs: 0 })).status).toBe(404);
  });
});

describe('the batch services', () => {
  it('are shown with what they make of their time, until they have said nothing for half a minute', async () => {
    const workers = new BatchWorkerStore(scene.database);
    const report = { batchSize: 4, usefulMs: 60.4, startupMs: 10, idleMs: 30 };
    await workers.report({ id: WORKER, ...report });
    await workers.report({ id: WORKER, ...report, usefulMs: 120 });
    await workers.report({ id: GONE, ...report });
    await scene.rows(`UPDATE batch_worker SET reported_at = now() - interval '31 seconds' WHERE id = $1`, [GONE]);
    const shown = { id: WORKER, batchSize: 4, usefulMs: 120, startupMs: 10, idleMs: 30, efficiency: 0.75 };
    expect((await list()).workers).toMatchObject([shown]);
    await workers.report({ id: WORKER, ...report });
    expect(await scene.rows(`SELECT id FROM batch_worker`)).toEqual([{ id: WORKER }]);
  });
});
