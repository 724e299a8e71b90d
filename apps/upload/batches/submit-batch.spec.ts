import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { NewBulkSubmission } from '#persistence/bulk-store.js';
import { StorageLate } from '#storage/errors.js';

import { eventually } from '../../../test/support/eventually.js';
import { zipOf } from '../../../test/support/zip.js';
import { ArchiveFiles } from './archive-files.js';
import { Archives } from './archives.js';
import { SharedArchives } from './shared-archives.js';
import { SubmitBatch } from './submit-batch.js';

const LINES = 'application/x-ndjson';
const LIMITS = { bytesMax: 10_000, itemsMax: 10 };
const ZIP = zipOf([{ name: 'a.jpg', content: Buffer.from('bytes') }]);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'submit-batch-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A body that comes when it is told to. */
function slowBody(text = '{"url":"http://a.example/"}\n') {
  let end: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (end = resolve));
  const seen = { begun: false };
  async function* body(): AsyncGenerator<Uint8Array> {
    seen.begun = true;
    await gate;
    yield Buffer.from(text);
  }
  return { body: body(), seen, end };
}

async function* atOnce(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/**
 * @param put what the bucket does with an archive; left out: there is no bucket
 * @param left of the client's quota when it is asked for, and when it is taken; left out: enough
 */
function scene(put?: (key: string) => Promise<void>, left?: { readonly asked: number; readonly taken: number }) {
  const created: NewBulkSubmission[] = [];
  const removed: string[] = [];
  const bucket = {
    put: (key: string) => put?.(key) ?? Promise.resolve(),
    get: () => Promise.resolve(undefined),
    remove: (key: string) => Promise.resolve(void removed.push(key)),
    refusesAlone: () => Promise.resolve(false),
    pages: async function* () {
      yield* await Promise.resolve([]);
    },
  };
  const shared = put === undefined ? undefined : new SharedArchives(bucket, 'mine/', 1_000);
  const store = {
    findByKey: (clientId: string, key: string) => {
      const found = created.find((one) => one.clientId === clientId && one.key === key);
      return Promise.resolve(found && { id: found.id, fingerprint: found.fingerprint });
    },
    countRunning: () => Promise.resolve(0),
    left: () => Promise.resolve(left?.asked ?? Infinity),
    create: (submission: NewBulkSubmission) => {
      if (left !== undefined) return Promise.resolve({ left: left.taken });
      created.push(submission);
      return Promise.resolve('created' as const);
    },
  };
  const archives = new Archives(new ArchiveFiles(folder), shared);
  return { created, removed, batches: new SubmitBatch({ store, archives, limits: LIMITS, wake: () => undefined }) };
}

const problemOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('batches that arrive', () => {
  it('are two of a client at a time, and others have theirs', async () => {
    const { batches, created } = scene();
    const slow = [slowBody(), slowBody(), slowBody()];
    const arriving = slow.slice(0, 2).map(({ body }) => batches.submit('client', undefined, LINES, body));
    await eventually('both arrive', () => slow.slice(0, 2).every(({ seen }) => seen.begun));
    slow[2]?.end();
    const third = batches.submit('client', undefined, LINES, slow[2]?.body ?? atOnce(ZIP));
    expect(await problemOf(third)).toMatchObject({ code: 'overloaded' });
    expect(slow[2]?.seen.begun).toBe(false);
    await batches.submit('other', undefined, LINES, atOnce(Buffer.from('{"url":"http://b.example/"}')));
    for (const { end } of slow) end();
    await Promise.all(arriving);
    await batches.submit('client', undefined, LINES, atOnce(Buffer.from('{"url":"http://c.example/"}')));
    expect(created.map(({ clientId }) => clientId)).toEqual(['other', 'client', 'client', 'client']);
  });

  it('with a key that is arriving are told to wait, and are one batch in the end', async () => {
    const { batches, created } = scene();
    const slow = slowBody();
    const first = batches.submit('client', 'key', LINES, slow.body);
    await eventually('the first arrives', () => slow.seen.begun);
    const meanwhile = slowBody();
    meanwhile.end();
    expect(await problemOf(batches.submit('client', 'key', LINES, meanwhile.body))).toMatchObject({
      code: 'still-running',
    });
    expect(meanwhile.seen.begun).toBe(false);
    slow.end();
    const { id } = await first;
    const again = slowBody();
    again.end();
    expect(await batches.submit('client', 'key', LINES, again.body)).toEqual({ id, replayed: true });
    expect(created).toHaveLength(1);
  });
});

describe('an archive', () => {
  it('waits here where there is no bucket', async () => {
    const { batches, created } = scene();
    const { id } = await batches.submit('client', undefined, 'application/zip', atOnce(ZIP));
    expect([created[0]?.shared, await readdir(folder)]).toEqual([false, [id]]);
  });

  it('waits in the bucket, and nothing of it here', async () => {
    const keys: string[] = [];
    const { batches, created } = scene((key) => {
      keys.push(key);
      return Promise.resolve();
    });
    const { id } = await batches.submit('client', undefined, 'application/zip', atOnce(ZIP));
    expect([created[0]?.shared, keys, await readdir(folder)]).toEqual([true, [`mine/bulk/${id}`], []]);
    await batches.submit('client', undefined, LINES, atOnce(Buffer.from('{"url":"http://a.example/"}')));
    expect([created[1]?.shared, keys.length]).toEqual([false, 1]);
  });

  it.each([
    ['is never put into the bucket', { asked: 0, taken: 0 }, 0],
    ['by the time it is taken is removed from the bucket', { asked: 1, taken: 0 }, 1],
  ])('that is over the quota %s, and is not here', async (_case, left, puts) => {
    const keys: string[] = [];
    const { batches, created, removed } = scene((key) => Promise.resolve(void keys.push(key)), left);
    const refused = await problemOf(batches.submit('client', 'key', 'application/zip', atOnce(ZIP), 5));
    expect(refused).toMatchObject({ code: 'quota-exceeded', detail: expect.stringContaining('may send 0 more today') });
    expect([created, await readdir(folder), keys.length]).toEqual([[], [], puts]);
    expect(removed).toEqual(expect.arrayContaining(keys));
  });

  it('that the bucket does not take is not accepted, and nothing is left of it', async () => {
    const { batches, created } = scene(() => Promise.reject(new StorageLate('away')));
    const refused = await problemOf(batches.submit('client', 'key', 'application/zip', atOnce(ZIP)));
    expect(refused).toBeInstanceOf(StorageLate);
    expect([created, await readdir(folder)]).toEqual([[], []]);
  });
});
