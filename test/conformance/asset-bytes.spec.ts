import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { uuidv7 } from 'uuidv7';
import type { AssetBytes } from '#storage/asset-bytes.js';
import { AssetFiles } from '#storage/asset-files.js';
import { TooManyBytes } from '#storage/errors.js';
import { S3AssetBytes } from '#storage/s3-asset-bytes.js';
import { Spool } from '#storage/spool.js';
import { BucketServer } from '../support/bucket-server.js';

const LATER_MS = 3_600_000;
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

async function* stream(...chunks: readonly (string | Uint8Array | Error)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    await Promise.resolve();
    if (chunk instanceof Error) throw chunk;
    yield Buffer.from(chunk);
  }
}

async function all(names: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const name of names) found.push(name);
  return found.sort();
}

/** Local files below a folder: what is left behind is seen. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

/** One kind of place. */
interface Kind {
  readonly name: string;
  open(root: string): Promise<AssetBytes>;
  /** Puts something there past the port. */
  litter(root: string, name: string): Promise<void>;
  close(): Promise<void>;
}

const folder: Kind = {
  name: 'files',
  open: (root) => Promise.resolve(new AssetFiles(path.join(root, 'assets'))),
  litter: async (root, name) => {
    const file = path.join(root, 'assets', name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, 'litter');
  },
  close: () => Promise.resolve(),
};

/** Each test has a prefix of its own in one bucket. */
function bucketKind(): Kind {
  let server: BucketServer | undefined;
  const running = async (): Promise<BucketServer> => (server ??= await BucketServer.open());
  const prefixOf = (root: string): string => `${path.basename(root)}/`;
  return {
    name: 's3',
    open: async (root) =>
      new S3AssetBytes(
        (await running()).bucket(),
        prefixOf(root),
        await Spool.open(path.join(root, 'spool'), 1_000_000),
      ),
    litter: async (root, name) => {
      const file = path.join(root, 'litter');
      await writeFile(file, 'litter');
      const bucket = (await running()).bucket();
      await bucket.put(prefixOf(root) + name, { path: file, bytes: 6, sha256: sha256(Buffer.from('litter')) });
      bucket.close();
      await rm(file);
    },
    close: async () => server?.remove(),
  };
}

describe.each([folder, bucketKind()])('asset bytes as $name', (kind) => {
  let root: string;
  let place: AssetBytes;
  let id: string;

  afterAll(() => kind.close());
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'asset-bytes-'));
    place = await kind.open(root);
    id = uuidv7();
  });
  afterEach(async () => {
    await place.close();
    await rm(root, { recursive: true, force: true });
  });

  async function store(assetId: string, text: string): Promise<string> {
    const stored = await place.write(assetId, stream(text), 1_000);
    await stored.settled;
    await stored.release();
    return stored.sha256.toString('hex');
  }

  it('are there to be looked at when written, and to be borrowed when settled', async () => {
    const whole = Buffer.from('some bytes');
    const stored = await place.write(id, stream('some', ' ', 'bytes'), whole.byteLength);
    expect(stored).toMatchObject({ bytes: whole.byteLength, sha256: sha256(whole) });
    expect(await readFile(stored.path)).toEqual(whole);
    await stored.settled;
    await stored.release();
    const borrowed = await place.borrow(id, sha256(whole).toString('hex'));
    expect(await readFile(borrowed.path)).toEqual(whole);
    await borrowed.release();
    await borrowed.release();
    expect(await place.digest(id)).toEqual(sha256(whole));
    expect(await place.presence(id)).toBe('stored');
  });

  it('may be none at all', async () => {
    const digest = await store(id, '');
    expect((await place.digest(id))?.toString('hex')).toBe(digest);
    const borrowed = await place.borrow(id, digest);
    expect(await readFile(borrowed.path)).toHaveLength(0);
    await borrowed.release();
  });

  it('may be borrowed by several at once, and stay until the last gives them back', async () => {
    const digest = await store(id, 'shared');
    const [first, second] = await Promise.all([place.borrow(id, digest), place.borrow(id, digest)]);
    await first.release();
    await first.release();
    expect(await readFile(second.path, 'utf8')).toBe('shared');
    await second.release();
  });

  it.each([
    ['above the cap', () => stream('12345', '6'), TooManyBytes],
    ['whose source breaks off', () => stream('123', new Error('the client went away')), 'the client went away'],
  ])('%s leave nothing behind', async (_case, source, expected) => {
    await expect(place.write(id, source(), 5)).rejects.toThrow(expected);
    expect(await filesIn(root)).toEqual([]);
    expect(await place.digest(id)).toBeUndefined();
    await expect(store(id, 'again')).resolves.toBeDefined();
  });

  it('are removed one by one, twice without harm, also while they are on their way', async () => {
    const other = uuidv7();
    await store(other, 'stays');
    const stored = await place.write(id, stream('goes'), 100);
    await place.remove(id);
    await stored.settled;
    await stored.release();
    await place.remove(id);
    expect(await place.digest(id)).toBeUndefined();
    expect(await place.presence(id)).toBe('gone');
    expect(await place.presence(other)).toBe('stored');
  });

  it('are removed for good while somebody has them borrowed, whose giving back is harmless', async () => {
    const borrowed = await place.borrow(id, await store(id, 'erased'));
    await place.remove(id, true);
    await place.remove(uuidv7(), true);
    expect(await place.presence(id)).toBe('gone');
    await borrowed.release();
    expect(await filesIn(root)).toEqual([]);
    expect(await all(place.idsWrittenBefore(Infinity))).toEqual([]);
  });

  it('are listed by age, and what is no asset apart from them', async () => {
    const other = uuidv7();
    await store(id, 'one');
    await store(other, 'two');
    await kind.litter(root, 'README');
    await kind.litter(root, `zz/${uuidv7()}`);
    await kind.litter(root, `00/${uuidv7().slice(0, -2)}01`);
    const strays = await all(place.strays());
    expect(strays.filter((name) => name.startsWith('00/'))).toHaveLength(1);
    expect(strays).toContain('README');
    expect(await all(place.idsWrittenBefore(Date.now() + LATER_MS))).toEqual([id, other].sort());
    expect(await all(place.idsWrittenBefore(Date.now() - LATER_MS))).toEqual([]);
  });

  it('have no fault while their place is there', async () => {
    await store(id, 'there');
    expect(await place.fault()).toBeUndefined();
  });

  it.each(['', '../../etc/passwd', 'README'])('are not those of %j', async (wrong) => {
    await expect(place.write(wrong, stream('x'), 10)).rejects.toThrow('lower-case UUID');
    await expect(place.remove(wrong)).rejects.toThrow('lower-case UUID');
    await expect(place.digest(wrong)).rejects.toThrow('lower-case UUID');
    expect(await filesIn(root)).toEqual([]);
  });
});
