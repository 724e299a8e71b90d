import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { utimes } from 'node:fs/promises';
import { drawSample } from '#imaging/draw-samples.js';
import { CommitGate } from '../support/commit-gate.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';

/** Longer than an upload can take: what is older and has no row is nobody's. */
const LONG_AGO_S = Date.now() / 1_000 - 2 * 3_600;

let product: Product;
let jpeg: Uint8Array;
let gate: CommitGate;

beforeAll(async () => {
  product = await Product.open();
  jpeg = (await drawSample(0, { width: 96, height: 64 })).bytes;
  gate = await CommitGate.build(product);
  await product.upload.start();
});

afterAll(() => product.close());

/** Uploads and tells what the client saw: its answer, or that the connection broke. */
async function attempt(key: string): Promise<{ status?: number; id?: string; replayed?: boolean }> {
  try {
    const { status, body, headers } = await product.client.upload(jpeg, { key });
    return { status, id: body.id, replayed: headers.get('idempotent-replayed') === 'true' };
  } catch {
    return {};
  }
}

const orphans = async (): Promise<string[]> => {
  const rows = await product.rows<{ id: string }>(`SELECT id FROM asset`);
  const known = new Set(rows.map(({ id }) => id));
  return (await product.stored()).filter((id) => !known.has(id));
};

describe('an upload service that is killed', () => {
  it('between storing and commit accepts nothing: the client tries again, and the bytes are collected', async () => {
    const doomed = await product.upload.classifier();
    process.kill(doomed, 'SIGSTOP');
    const seen = attempt('a');
    await eventually('the bytes are stored', async () => (await product.stored()).length === 1);
    await product.upload.end('SIGKILL');
    process.kill(doomed, 'SIGKILL'); // frozen, it would not see that its service is gone
    expect(await seen).toEqual({});
    expect(await product.count('asset')).toBe(0);

    await product.upload.start();
    expect(await attempt('a')).toMatchObject({ status: 201, replayed: false });
    expect(await product.count('asset')).toBe(1);
    expect(await orphans()).toHaveLength(1);
  });

  it('between commit and reply has accepted: the same request again brings the same asset', async () => {
    const open = await gate.close();
    const seen = attempt('b');
    await eventually('it commits', async () => (await gate.waiting()) === 1);
    product.upload.signal('SIGSTOP');
    await open();
    await eventually('it has committed', async () => (await product.count(`idempotency WHERE key = 'b'`)) === 1);
    await product.upload.end('SIGKILL');
    expect(await seen).toEqual({});

    await product.upload.start();
    const [row] = await product.rows<{ id: string }>(`SELECT asset_id AS id FROM idempotency WHERE key = 'b'`);
    expect(await attempt('b')).toEqual({ status: 201, id: row?.id, replayed: true });
  });

  it('under load loses nothing that a client saw, and doubles nothing', async () => {
    const keys = Array.from({ length: 24 }, (_, n) => `load-${n}`);
    const before = await product.count('asset');
    const first = keys.map(attempt);
    await Promise.race(first);
    await product.upload.end('SIGKILL');
    const seen = await Promise.all(first);
    await product.upload.start();
    const again = await Promise.all(keys.map(attempt));
    expect(again.map(({ status }) => status)).toEqual(keys.map(() => 201));
    for (const [index, { id }] of seen.entries()) {
      if (id !== undefined) expect(again[index]).toEqual({ status: 201, id, replayed: true });
    }
    expect(seen.filter(({ id }) => id === undefined).length).toBeGreaterThan(0);
    expect(await product.count('asset')).toBe(before + keys.length);
  });
});

describe('an upload service that is told to end', () => {
  it('answers what it has begun, takes nothing new, and ends well', async () => {
    const classifier = await product.upload.classifier();
    process.kill(classifier, 'SIGSTOP');
    const stored = (await product.stored()).length;
    const seen = attempt('c');
    await eventually('the bytes are stored', async () => (await product.stored()).length > stored);
    product.upload.signal('SIGTERM');
    await eventually('nothing new is taken', async () => (await product.upload.health()) === undefined);
    process.kill(classifier, 'SIGCONT');
    expect(await seen).toMatchObject({ status: 201 });
    expect(await product.upload.gone()).toEqual({ code: 0, signal: null });
  });
});

describe('bytes without a row', () => {
  it('are kept while their upload may be under way, and collected when it cannot be', async () => {
    const young = await orphans();
    expect(young.length).toBeGreaterThan(0);
    const batch = product.batch();
    await batch.start();
    await product.settled();
    expect((await product.verify()).faults).toEqual([]);
    expect(await orphans()).toEqual(young);
    await batch.stop();

    for (const id of await product.stored()) await utimes(product.files.path(id), LONG_AGO_S, LONG_AGO_S);
    expect((await product.verify()).faultCount).toBe(young.length);
    await batch.start();
    await eventually('they are collected', async () => (await orphans()).length === 0);
    expect(await product.verify()).toMatchObject({ exitCode: 0, faults: [], assets: await product.count('asset') });
  });
});
