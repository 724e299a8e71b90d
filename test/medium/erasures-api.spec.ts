import 'reflect-metadata';
import { describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import type { ErasureItem, ErasuresAnswer, TombstoneAnswer } from '#contracts/erasure-answer.js';
import type { ProblemBody } from '#contracts/problems.js';
import { askCli, runCli } from '../support/run-cli.js';
import { sceneForAll } from './console-scene.js';

jest.setTimeout(60_000);

const scene = sceneForAll('asset');
const NOBODY = '01890a5d-ac96-774b-bcce-b302099a8057';

async function admin<T>(method: string, path: string, body?: unknown, status = 200): Promise<T> {
  const answer = await scene().ask<T>('chief', method, path, body);
  if (answer.status !== status) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

describe('an admin', () => {
  it('erases assets of any client, and sees who erased them', async () => {
    const [first, second] = [await scene().upload({}), await scene().upload({})];
    const { items } = await admin<ErasuresAnswer>('POST', '/api/erasures', {
      assetIds: [first, NOBODY, second, first],
    });
    expect(items).toEqual([
      { assetId: first, outcome: 'erased' },
      { assetId: NOBODY, outcome: 'unknown' },
      { assetId: second, outcome: 'erased' },
      { assetId: first, outcome: 'already_erased' },
    ]);
    const tombstone = await admin<TombstoneAnswer>('GET', `/api/erasures/${first}`);
    expect(tombstone).toMatchObject({ assetId: first, cause: 'admin', by: 'chief', bytesGoneAt: expect.any(String) });
    const metrics = await scene().ask<string>(undefined, 'GET', '/metrics');
    expect(metrics.body).toContain('portcullis_assets_erased_total{cause="admin"} 2');
  });

  it.each([
    ['none', []],
    ['too many', Array.from({ length: 101 }, () => NOBODY)],
    ['what is no id', ['cat.jpg']],
    ['what is no list', NOBODY],
  ])('cannot erase %s', async (_what, assetIds) => {
    const { errors } = await admin<ProblemBody>('POST', '/api/erasures', { assetIds }, 400);
    expect(errors?.[0]?.pointer).toContain('/assetIds');
  });
});

describe('portcullis erase', () => {
  const environment = (): Record<string, string> => ({
    DATABASE_URL: scene().databaseUrl,
    // nothing is there, and nothing comes to be
    PORTCULLIS_HOME: path.join(os.tmpdir(), `portcullis-no-home-${process.pid}`),
  });

  it('erases assets with their bytes, and says what became of each', async () => {
    const [first, second] = [await scene().upload({}), await scene().upload({})];
    expect(await askCli<{ items: ErasureItem[] }>(['erase', first, second, first], environment())).toEqual({
      items: [
        { assetId: first, outcome: 'erased' },
        { assetId: second, outcome: 'erased' },
      ],
    });
    expect(await admin('GET', `/api/erasures/${second}`)).toMatchObject({ cause: 'admin', by: 'cli' });
    const again = await runCli(['erase', first, NOBODY], environment());
    expect([again.code, again.out]).toEqual([1, `${first} was erased before\n${NOBODY} is unknown\n`]);
  });

  it('refuses what is no id, before it erases anything', async () => {
    const id = await scene().upload({});
    const ended = await runCli(['erase', id, 'cat.jpg'], environment());
    expect(ended.code).toBe(1);
    expect(ended.error).toContain('must be the id of an asset');
    expect(await admin('GET', `/api/erasures/${id}`, undefined, 404)).toMatchObject({ code: 'not-found' });
    expect(await admin('GET', `/api/erasures/${randomUUID()}`, undefined, 404)).toMatchObject({ code: 'not-found' });
  });
});
