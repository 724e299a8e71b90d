import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { uuidv7 } from 'uuidv7';
import { StartRefused } from '#contracts/errors.js';
import { assetName } from '#storage/asset-name.js';
import { BytesUnreadable, SpoolFull, StorageLate } from '#storage/errors.js';
import { openAssetBytes } from '#storage/open-asset-bytes.js';
import { S3AssetBytes } from '#storage/s3-asset-bytes.js';
import { S3Bucket } from '#storage/s3-bucket.js';
import { listObjects, readObject } from '#storage/s3-listing.js';
import { Spool } from '#storage/spool.js';
import { BucketServer } from '../support/bucket-server.js';
import { eventually } from '../support/eventually.js';

const PREFIX = 'faults/';
const SPOOL_BYTES_MAX = 1_000;
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

async function* stream(text: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.from(text);
}

let server: BucketServer;
let root: string;
let bytes: S3AssetBytes;
beforeAll(async () => {
  server = await BucketServer.open();
});
afterAll(() => server.remove());
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'bucket-faults-'));
  bytes = await openOn(server.bucket());
});
afterEach(async () => {
  await bytes.close();
  await rm(root, { recursive: true, force: true });
});

const openOn = async (bucket: S3Bucket): Promise<S3AssetBytes> =>
  new S3AssetBytes(bucket, PREFIX, await Spool.open(path.join(root, 'spool'), SPOOL_BYTES_MAX));

async function spooled(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

async function store(text: string): Promise<string> {
  const id = uuidv7();
  const stored = await bytes.write(id, stream(text), SPOOL_BYTES_MAX);
  await stored.settled;
  await stored.release();
  return id;
}

/** Puts something past the port. */
async function put(bucket: S3Bucket, key: string, text: string): Promise<void> {
  const file = path.join(root, 'put');
  await writeFile(file, text);
  await bucket.put(key, { path: file, bytes: Buffer.byteLength(text), sha256: sha256(text) });
  await rm(file);
}

describe('a bucket that died', () => {
  it('settles nothing, says that it is away, and takes the next upload when it is back', async () => {
    const before = await store('before');
    await server.kill();
    try {
      const stored = await bytes.write(uuidv7(), stream('during'), 100);
      await expect(stored.settled).rejects.toThrow(StorageLate);
      await stored.release();
      expect(await spooled()).toEqual([]);
      await expect(bytes.borrow(before, sha256('before').toString('hex'))).rejects.toThrow(StorageLate);
      await expect(bytes.digest(before)).rejects.toThrow(StorageLate);
      expect(await bytes.presence(before)).toBe('away');
      expect(await bytes.fault()).toMatchObject({ kind: 'away' });
    } finally {
      await server.start();
    }
    expect(await bytes.digest(await store('after'))).toEqual(sha256('after'));
    expect(await bytes.presence(before)).toBe('stored');
    expect(await bytes.fault()).toBeUndefined();
  });
});

describe('an object', () => {
  it('that is not there, or has other bytes, fails alone and leaves nothing in the spool', async () => {
    const [gone, wrong] = [uuidv7(), await store('accepted')];
    await put(server.bucket(), PREFIX + assetName(wrong), 'tampered');
    await expect(bytes.borrow(gone, sha256('x').toString('hex'))).rejects.toThrow(BytesUnreadable);
    expect(await bytes.presence(gone)).toBe('gone');
    await expect(bytes.borrow(wrong, sha256('accepted').toString('hex'))).rejects.toThrow(BytesUnreadable);
    expect(await spooled()).toEqual([]);
  });

  it('waits for room in the spool, and is unreadable where it never fits', async () => {
    const [first, second] = [await store('a'.repeat(600)), await store('b'.repeat(600))];
    const held = await bytes.borrow(first, sha256('a'.repeat(600)).toString('hex'));
    await expect(bytes.borrow(second, sha256('b'.repeat(600)).toString('hex'))).rejects.toThrow(SpoolFull);
    await held.release();
    await (await bytes.borrow(second, sha256('b'.repeat(600)).toString('hex'))).release();
    const large = uuidv7();
    await put(server.bucket(), PREFIX + assetName(large), 'c'.repeat(SPOOL_BYTES_MAX + 1));
    await expect(bytes.borrow(large, sha256('c').toString('hex'))).rejects.toThrow(BytesUnreadable);
  });

  it('is old by the clock of the bucket, not by ours', async () => {
    const id = await store('old');
    await server.age(PREFIX + assetName(id), Date.now() / 1_000 - 7_200);
    const older = async (ms: number): Promise<string[]> => {
      const ids: string[] = [];
      for await (const found of bytes.idsWrittenBefore(ms)) ids.push(found);
      return ids;
    };
    expect(await older(Date.now() - 3_600_000)).toContain(id);
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 365 * 86_400_000); // as after a jump of our clock
    try {
      const fresh = await store('fresh');
      expect(await older(Date.now() - 3_600_000)).not.toContain(fresh);
      expect(await older(Date.now() - 3_600_000)).toContain(id);
    } finally {
      clock.mockRestore();
    }
  });
});

describe('a bucket that is not ours to use', () => {
  const place = (more: object) => ({ ...server.place, prefix: '', spoolBytesMax: 1_000, ...more });

  it.each([
    ['is not there', { bucket: 'no-such-bucket' }, 'create it'],
    ['refuses the key', { accessKeyId: 'SOMEONE', secretAccessKey: 'ELSE' }, 'refuses these credentials'],
  ])('%s: the service does not start, and says what to do', async (_case, more, words) => {
    await expect(openAssetBytes(root, place(more))).rejects.toThrow(StartRefused);
    await expect(openAssetBytes(root, place(more))).rejects.toThrow(words);
  });

  it('says nothing of one asset', async () => {
    const stranger = await openOn(new S3Bucket({ ...server.place, bucket: 'no-such-bucket' }));
    const id = uuidv7();
    expect(await stranger.presence(id)).toBe('away');
    await expect(stranger.borrow(id, '')).rejects.toThrow(StorageLate);
    await expect(stranger.digest(id)).rejects.toThrow(StorageLate);
    await stranger.close();
  });
});

/** A bucket of a server that answers as it is told; every request is read to its end. */
async function answeredBy(answer: RequestListener): Promise<{ bucket: S3Bucket; close: () => void }> {
  const rogue = createServer((request, response) => {
    request.resume();
    answer(request, response);
  });
  await new Promise<void>((resolve) => rogue.listen(0, '127.0.0.1', resolve));
  const { port } = rogue.address() as AddressInfo;
  const bucket = new S3Bucket({ ...server.place, endpoint: `http://127.0.0.1:${port}` });
  const close = (): void => {
    bucket.close();
    rogue.close();
  };
  return { bucket, close };
}

describe('a server that does what it should not', () => {
  it('is asked again when it says "slow down", a few times and no more', async () => {
    let requests = 0;
    const { bucket, close } = await answeredBy((_request, response) => {
      requests += 1;
      response.writeHead(503, { 'content-type': 'application/xml' });
      response.end('<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>');
    });
    const slow = await openOn(bucket);
    await expect(slow.digest(uuidv7())).rejects.toThrow(StorageLate);
    expect(requests).toBe(3);
    const stored = await slow.write(uuidv7(), stream('x'), 10);
    await expect(stored.settled).rejects.toThrow(StorageLate);
    expect(requests).toBe(6);
    await stored.release();
    close();
  });

  it.each([
    [403, 'such as an archived one'],
    [500, 'such as a broken one'],
  ])('answers %d for one object alone, %s: that asset is unreadable, and no other', async (status) => {
    const { bucket, close } = await answeredBy((request, response) => {
      response.writeHead(request.url?.includes(PREFIX) === true ? status : 200, { 'content-type': 'application/xml' });
      response.end('<Error><Code>InvalidObjectState</Code></Error>');
    });
    const refusing = await openOn(bucket);
    await expect(refusing.borrow(uuidv7(), '')).rejects.toThrow(BytesUnreadable);
    expect(await refusing.presence(uuidv7())).toBe('unreadable');
    close();
  });

  it('never answers: no more uploads than may wait for it', async () => {
    const waiting: ServerResponse[] = [];
    let isSilent = true;
    const { bucket, close } = await answeredBy((_request, response) => {
      if (isSilent) waiting.push(response);
      else response.end();
    });
    const spool = await Spool.open(path.join(root, 'spool'), SPOOL_BYTES_MAX);
    const silent = new S3AssetBytes(bucket, PREFIX, spool, 1);
    const first = await silent.write(uuidv7(), stream('x'), 10);
    await expect(silent.write(uuidv7(), stream('y'), 10)).rejects.toThrow('too many uploads');
    await eventually('it is being put', () => waiting.length > 0);
    isSilent = false;
    for (const response of waiting) response.end();
    await first.settled;
    await first.release();
    const second = await silent.write(uuidv7(), stream('y'), 10);
    await expect(second.settled).resolves.toBeUndefined();
    await second.release();
    close();
  });

  it.each([
    ['once: that is fetched again', 1, true, undefined],
    ['each time: nothing short is lent', Infinity, true, BytesUnreadable],
    ['each time, as everything it is asked', Infinity, false, StorageLate],
  ])('breaks off in the middle of an object, %s', async (_case, breaks, isThere, expected) => {
    const whole = 'w'.repeat(500);
    let requests = 0;
    const { bucket, close } = await answeredBy(({ method }, response) => {
      if (method === 'HEAD') {
        if (isThere) response.end();
        else response.destroy();
        return;
      }
      requests += 1;
      response.writeHead(200, { 'content-length': whole.length });
      if (requests > breaks) response.end(whole);
      else response.write(whole.slice(0, 100), () => setImmediate(() => response.destroy()));
    });
    const breaking = await openOn(bucket);
    const borrowing = breaking.borrow(uuidv7(), sha256(whole).toString('hex'));
    if (expected === undefined) await (await borrowing).release();
    else await expect(borrowing).rejects.toThrow(expected);
    expect(requests).toBe(2);
    expect(await spooled()).toEqual([]);
    close();
  });
});

describe('a listing', () => {
  it('has keys that XML cannot carry, where the server encodes them', async () => {
    const contents = ['a%0Ab', 'c+d%2Be', '%25%C3%BC']
      .map(
        (key) =>
          `<Contents><Key>${key}</Key><Size>1</Size><LastModified>2026-01-31T12:00:00Z</LastModified></Contents>`,
      )
      .join('');
    const { bucket, close } = await answeredBy((_request, response) => {
      const head = '<IsTruncated>false</IsTruncated><EncodingType>url</EncodingType>';
      response.end(`<ListBucketResult>${head}${contents}</ListBucketResult>`);
    });
    const found: string[] = [];
    for await (const { key } of listObjects(bucket, { prefix: '' })) found.push(key);
    expect(found).toEqual(['a\nb', 'c d+e', '%ü']);
    close();
  });

  it('goes in the order of keys over pages, also from the middle, and its objects can be read', async () => {
    const bucket = server.bucket();
    const keys = ['many/a b+%.png', 'many/deep/er/x', 'many/x (1)', 'many/y', 'many/ü*'];
    for (const key of keys) await put(bucket, key, `${key}!`);
    const listed = async (startAfter?: string): Promise<string[]> => {
      const found: string[] = [];
      for await (const { key } of listObjects(bucket, { prefix: 'many/', startAfter, perPage: 2 })) found.push(key);
      return found;
    };
    expect(await listed()).toEqual(keys);
    expect(await listed(keys[1])).toEqual(keys.slice(2));
    const parts: Uint8Array[] = [];
    for await (const part of readObject(bucket, 'many/ü*')) parts.push(part);
    expect(Buffer.concat(parts).toString()).toBe('many/ü*!');
    await expect(readObject(bucket, 'many/none').next()).rejects.toThrow(BytesUnreadable);
    bucket.close();
  });
});
