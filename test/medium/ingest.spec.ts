import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { drawSample } from '#imaging/draw-samples.js';
import type { IngestReport } from '../../apps/cli/ingest/ingest-report.js';
import { build } from '../support/built.js';
import { eventually } from '../support/eventually.js';
import { Product } from '../support/product.js';
import { runCli, type CliEnded } from '../support/run-cli.js';

const FILES = 12;

let product: Product;
let home: string;
let folder: string;
beforeAll(async () => {
  product = await Product.open();
  home = await realpath(await mkdtemp(path.join(os.tmpdir(), 'portcullis-ingest-')));
  folder = path.join(home, 'pictures');
  await writeFile(path.join(home, 'key'), `${product.client.secret}\n`);
  await product.upload.start();
});
afterAll(async () => {
  await product.close();
  await rm(home, { recursive: true, force: true });
});

const environment = (): Record<string, string> => ({ DATABASE_URL: product.databaseUrl, PORTCULLIS_HOME: home });
const reaching = (): string[] => ['--url', product.upload.url, '--key-file', path.join(home, 'key'), '--json'];

const ingest = (...args: string[]): Promise<CliEnded> => runCli(['ingest', ...args], environment(), 60_000);

/** Runs a command that must succeed. @returns what it printed */
async function ask<T>(...args: string[]): Promise<T> {
  const { code, out, error } = await ingest(...args);
  if (code !== 0) throw new Error(`${code} ${error}`);
  return JSON.parse(out) as T;
}

const run = async (...args: string[]): Promise<IngestReport['run']> =>
  (await ask<IngestReport>(folder, ...reaching(), ...args)).run;

async function put(name: string | Buffer, bytes: Uint8Array): Promise<void> {
  const file = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);
  await mkdir(file.subarray(0, file.lastIndexOf('/')), { recursive: true });
  await writeFile(file, bytes);
}

const sample = async (index: number): Promise<Uint8Array> => (await drawSample(index, { width: 96, height: 64 })).bytes;

/** External ids of all assets, each as often as it is there. */
const assets = async (): Promise<string[]> =>
  (await product.rows<{ id: string }>(`SELECT external_id AS id FROM asset ORDER BY external_id COLLATE "C"`)).map(
    ({ id }) => id,
  );

describe('portcullis ingest', () => {
  it('uploads a folder once, then only what is new or has changed', async () => {
    for (let index = 0; index < FILES; index += 1) await put(`${index % 3}/picture ${index}.jpg`, await sample(index));
    const would = await ask(folder, ...reaching(), '--dry-run');
    expect(would).toEqual({ listed: FILES, new: FILES, changed: 0, retried: 0, unchanged: 0, passed: {} });
    expect(await product.count('source')).toBe(0);
    const first = await run();
    expect(first).toMatchObject({ number: 1, isDone: true, listed: FILES, new: FILES, unchanged: 0, class: 'bulk' });
    expect(Object.values(first.accepted).reduce((sum, n) => sum + n, 0)).toBe(FILES);
    const [row] = await product.rows<{ metadata: object; class: string }>(
      `SELECT metadata, traffic_class AS class FROM asset WHERE external_id = '0/picture 0.jpg'`,
    );
    expect(row).toMatchObject({ class: 'bulk', metadata: { sourceLocation: folder } });

    expect(await run()).toMatchObject({ number: 2, listed: FILES, new: 0, unchanged: FILES, accepted: {} });

    await put('0/picture 0.jpg', await sample(20));
    await put('0/added.jpg', await sample(21));
    const third = await run();
    expect(third).toMatchObject({ listed: FILES + 1, new: 1, changed: 1, unchanged: FILES - 1 });
    expect(await assets()).toHaveLength(FILES + 2);
  });

  it('takes names of every kind, refuses what is no image, and leaves what is not its own', async () => {
    const before = await assets();
    await put(`long/${'Ж'.repeat(120)}/${'y'.repeat(200)}.jpg`, await sample(22));
    await put(Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x2e, 0x6a, 0x70, 0x67]), await sample(23));
    await put('new\nline "quoted" \\ %00 &class=urgent.jpg', await sample(24));
    await put('.hidden.jpg', await sample(25));
    await put('broken.jpg', (await sample(26)).subarray(0, 300));
    await put('empty.jpg', new Uint8Array());
    await put('notes.txt', Buffer.from('no image'));
    await symlink('/etc/hostname', path.join(folder, 'link'));
    const taken = await run();
    expect(taken).toMatchObject({ new: 6, failed: {}, passed: { link_outside: 1 } });
    expect(taken.refused).toEqual({ 'unsupported-media': 1, undecodable: 1, 'empty-body': 1 });
    const more = (await assets()).filter((id) => !before.includes(id));
    expect(more).toEqual([
      expect.stringMatching(/^[0-9a-f]{16}….*y+\.jpg$/),
      'caf\\xe9.jpg',
      'new\\x0aline "quoted" \\x5c %00 &class=urgent.jpg',
    ]);

    expect(await run()).toMatchObject({ new: 0, retried: 0, refused: {} });
    expect(await run('--retry-refused', '--include', 'b*.jpg')).toMatchObject({ listed: 1, retried: 1 });
    const file = path.join(home, 'failures.jsonl');
    const report = await ask<IngestReport>('report', folder, '--failures', file, '--json');
    expect(report.all).toMatchObject({ items: FILES + 7, waiting: FILES + 4 });
    const lines = (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toMatchObject([
      { key: 'broken.jpg', outcome: 'refused', reason: 'undecodable', attempts: 2 },
      { key: 'empty.jpg', reason: 'empty-body', attempts: 1 },
      { key: 'notes.txt', reason: 'unsupported-media' },
    ]);
  });

  it('killed in the middle and run again has every file once; the books are in order', async () => {
    const count = 40;
    for (let index = 0; index < count; index += 1) {
      await put(`killed/${index}.jpg`, Buffer.concat([await sample(index % 24), Buffer.from(`copy ${index}`)]));
    }
    const script = (await build())('apps/cli/main.js');
    const before = await product.count('asset');
    for (const kill of [5, 15, 25]) {
      // slow enough that the rest is not uploaded before it is killed
      const args = [script, 'ingest', folder, ...reaching(), '--rate', '10/s'];
      const child = spawn(process.execPath, args, { env: environment() });
      const gone = new Promise((resolve) => child.once('exit', resolve));
      await eventually('some are uploaded', async () => (await product.count('asset')) >= before + kill);
      child.kill('SIGKILL');
      await gone;
    }
    const last = await run();
    expect(last).toMatchObject({ isDone: true, new: count });
    const killed = (await assets()).filter((id) => id.startsWith('killed/'));
    expect(killed).toHaveLength(count);
    expect(new Set(killed).size).toBe(count);
    expect((await product.verify({ settled: false })).faults).toEqual([]);
  });

  it('ends after what is in hand when it is told to, and goes on there', async () => {
    for (let index = 0; index < 30; index += 1) {
      await put(`stopped/${index}.jpg`, Buffer.concat([await sample(index % 24), Buffer.from(`stop ${index}`)]));
    }
    const script = (await build())('apps/cli/main.js');
    const args = [script, 'ingest', folder, ...reaching(), '--rate', '2/s'];
    const child = spawn(process.execPath, args, { env: environment() });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const before = await product.count('asset');
    await eventually('some are uploaded', async () => (await product.count('asset')) >= before + 2);
    const busy = await ingest(folder, ...reaching());
    expect(busy).toMatchObject({ code: 75, error: 'another process works on this source\n' });
    child.kill('SIGTERM');
    expect(await ended).toBe(130);
    const taken = (await product.count('asset')) - before;
    expect(taken).toBeLessThan(30);
    expect(await product.count(`source_item WHERE key >= 'stopped/' AND key < 'stopped0'`)).toBe(taken);
    expect(await run()).toMatchObject({ isDone: true, new: 30 });
  });

  it('waits for an upload service that dies and comes back: every file is there once', async () => {
    const count = 16;
    for (let index = 0; index < count; index += 1) {
      await put(`service/${index}.jpg`, Buffer.concat([await sample(index), Buffer.from(`service ${index}`)]));
    }
    const before = await product.count('asset');
    const running = run('--rate', '10/s');
    await eventually('some are uploaded', async () => (await product.count('asset')) >= before + 4);
    await product.upload.end('SIGKILL');
    await product.upload.start();
    expect(await running).toMatchObject({ isDone: true, new: count, failed: {} });
    expect(await product.count('asset')).toBe(before + count);
  });

  it('does not double what was uploaded and not remembered, also when the service has forgotten its answers', async () => {
    await product.rows(`UPDATE source SET ended_at = NULL, cursor = 'killed/9'`);
    await product.rows(`DELETE FROM source_item WHERE key BETWEEN 'killed/90' AND 'stopped/10.jpg'`);
    await product.rows(`DELETE FROM idempotency`);
    const before = await product.count('asset');
    const items = await product.count('source_item');
    expect(await run()).toMatchObject({ isDone: true, refused: {}, failed: {} });
    expect(await product.count('asset')).toBe(before);
    expect(await product.count('source_item')).toBeGreaterThan(items);
    expect((await product.verify({ settled: false })).faults).toEqual([]);
  });

  it('does not double what was accepted and whose answer was lost, also when it is tried again by a later run', async () => {
    await product.rows(`UPDATE source_item SET outcome = 'failed', reason = 'broken_connection', asset_id = NULL, verdict = NULL
      WHERE key BETWEEN 'service/0' AND 'service/2'`);
    await product.rows(`DELETE FROM idempotency`);
    const before = await product.count('asset');
    expect(await run()).toMatchObject({ isDone: true, failed: {} });
    expect(await product.count('asset')).toBe(before);
    expect(await product.count(`source_item WHERE outcome = 'failed'`)).toBe(0);
  });

  it('tries what failed again, alone', async () => {
    const [item] = await product
      .rows<{ id: string }>(
        `UPDATE source_item SET outcome = 'failed', reason = 'busy' WHERE key = 'notes.txt' RETURNING source_id AS id`,
      )
      .then((rows) => rows.flat() as { id: string }[]);
    const { all } = await ask<IngestReport>('retry', item?.id ?? '', ...reaching());
    expect(all).toMatchObject({ failed: {}, refused: { 'unsupported-media': 1 } });
  });

  it.each<[string, string[], number, string]>([
    ['a place that is none', ['/nonexistent'], 78, 'is no folder that can be read'],
    ['a rate that is none', ['.', '--rate', '20'], 1, 'must be like 20/s'],
    ['a service that is not there', ['.', '--url', 'http://127.0.0.1:9'], 2, 'no upload service answers'],
    ['a source that is none', ['retry', '/nonexistent'], 2, 'nothing was ever taken from'],
    ['no key', ['.', '--key-file', '/nonexistent'], 78, '--key-file'],
  ])('says what is wrong with %s', async (_what, args, code, words) => {
    const ended = await ingest(...args, ...(args.includes('--key-file') ? [] : ['--key-file', path.join(home, 'key')]));
    expect(ended.error).toContain(words);
    expect(ended.code).toBe(code);
  });
});
