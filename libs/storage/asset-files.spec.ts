import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { build } from '../../test/support/built.js';
import { unlessRoot } from '../../test/support/unless-root.js';

import { AssetFiles } from './asset-files.js';
import { BytesUnreadable, StorageLate, TooManyBytes } from './errors.js';

const ID = '01890a5d-ac96-774b-bcce-b302099a80a1';
const OTHER = '01890a5d-ac96-774b-bcce-b302099a80b2';

let root: string;
let files: AssetFiles;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'asset-files-'));
  files = new AssetFiles(join(root, 'assets'));
});
afterEach(async () => {
  await files.close();
  await rm(root, { recursive: true, force: true });
});

async function* stream(...chunks: readonly (Uint8Array | Error)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    await Promise.resolve();
    if (chunk instanceof Error) throw chunk;
    yield chunk;
  }
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** Every file below the root, so that nothing left behind stays unseen. */
async function stored(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

async function idsBefore(ms: number): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of files.idsWrittenBefore(ms)) ids.push(id);
  return ids.sort();
}

describe('written bytes', () => {
  it('are what was sent, with their SHA-256, however they were cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 6 }), async (chunks) => {
        await files.remove(ID);
        const whole = Buffer.concat(chunks);
        const found = await files.write(ID, stream(...chunks), 300);
        await expect(found.settled).resolves.toBeUndefined();
        expect(found).toMatchObject({ path: files.path(ID), sha256: sha256(whole), bytes: whole.byteLength });
        expect(await readFile(found.path)).toEqual(whole);
        expect(await files.digest(ID)).toEqual(found.sha256);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['in one chunk', [10], 10],
    ['in several', [4, 6], 10],
    ['none at all', [], 0],
  ])('may fill the cap %s', async (_case, sizes, cap) => {
    const chunks = sizes.map((size) => new Uint8Array(size));
    await expect(files.write(ID, stream(...chunks), cap)).resolves.toMatchObject({ bytes: cap });
  });

  it.each([
    ['in one chunk', [11]],
    ['in the last of several', [4, 6, 1]],
    ['after empty ones', [0, 10, 0, 1]],
  ])('may not pass the cap %s, and then nothing is left', async (_case, sizes) => {
    const chunks = sizes.map((size) => new Uint8Array(size));
    await expect(files.write(ID, stream(...chunks), 10)).rejects.toBeInstanceOf(TooManyBytes);
    expect(await stored()).toEqual([]);
  });

  it('are gone when their source breaks off, and its error is what the caller gets', async () => {
    const broken = new Error('the client went away');
    await expect(files.write(ID, stream(bytesOf('half'), broken), 100)).rejects.toBe(broken);
    expect(await stored()).toEqual([]);
    await expect(files.write(ID, stream(bytesOf('again')), 100)).resolves.toMatchObject({ bytes: 5 });
  });

  it('are never written over', async () => {
    await files.write(ID, stream(bytesOf('first')), 100);
    await expect(files.write(ID, stream(bytesOf('second')), 100)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(files.path(ID), 'utf8')).toBe('first');
  });

  it('are all there or refused when the disk takes only a part of a chunk', async () => {
    const built = await build();
    await writeFile(
      join(root, 'write.mjs'),
      `import { AssetFiles } from ${JSON.stringify(built('libs/storage/asset-files.js'))};
       async function* source() { yield new Uint8Array(100_000); }
       const writing = new AssetFiles(${JSON.stringify(join(root, 'assets'))}).write('${ID}', source(), 200_000);
       console.log(await writing.then(() => 'accepted', (error) => error.code));`,
    );
    const limited = 'ulimit -f 16 && exec "$0" "$1"'; // of 512 or 1024 bytes each: less than the chunk
    const { stdout } = await promisify(execFile)('sh', ['-c', limited, process.execPath, join(root, 'write.mjs')], {
      timeout: 10_000,
    });
    expect(stdout.trim()).toBe('EFBIG');
    expect(await stored()).toEqual(['write.mjs']);
  });
});

describe('an asset id', () => {
  it.each([
    '',
    '..',
    '../../etc/passwd',
    `../${ID}`,
    `${ID}/../x`,
    `${ID}\n`,
    `${ID}\0`,
    ` ${ID}`,
    ID.toUpperCase(),
    ID.replaceAll('-', ''),
    `${ID}0`,
    ID.slice(1),
  ])('is not %j', async (id) => {
    expect(() => files.path(id)).toThrow('lower-case UUID');
    await expect(files.write(id, stream(bytesOf('x')), 10)).rejects.toThrow('lower-case UUID');
    await expect(files.remove(id)).rejects.toThrow('lower-case UUID');
    await expect(files.digest(id)).rejects.toThrow('lower-case UUID');
    expect(await stored()).toEqual([]);
  });

  it('leads below the root, into the folder of its last two digits', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(files.path(id)).toBe(join(root, 'assets', id.slice(-2), id));
      }),
    );
  });
});

describe('removing', () => {
  it("takes one asset's bytes, twice without harm, and no other's", async () => {
    await files.write(ID, stream(bytesOf('mine')), 10);
    await files.write(OTHER, stream(bytesOf('other')), 10);
    await files.remove(ID);
    await files.remove(ID);
    expect(await files.digest(ID)).toBeUndefined();
    expect(await files.digest(OTHER)).toEqual(sha256(bytesOf('other')));
  });

  it('of what never was, in a root that never was, is harmless', async () => {
    await expect(files.remove(ID)).resolves.toBeUndefined();
    await expect(files.digest(ID)).resolves.toBeUndefined();
    expect(await idsBefore(Infinity)).toEqual([]);
  });
});

describe('a place that goes', () => {
  /** In the folder of the first, and in none that there is yet. */
  const [BESIDE, ELSEWHERE] = [ID.replace('b302', 'b303'), OTHER];
  const lent = (id: string): Promise<unknown> => files.borrow(id).then(({ path }) => readFile(path, 'utf8'));
  const written = async (id: string): Promise<void> => {
    const { settled } = await files.write(id, stream(bytesOf('bytes')), 10);
    await settled;
  };

  beforeEach(() => written(ID));

  /** While it is away nothing is said of any asset, and nothing is written in its place; afterwards all is as it was. */
  async function goesAndComes(go: () => Promise<unknown>, come: () => Promise<unknown>): Promise<void> {
    expect(await files.fault()).toBeUndefined();
    await go();
    expect(await files.fault()).toMatchObject({ kind: 'away' });
    for (const id of [BESIDE, ELSEWHERE]) await expect(written(id)).rejects.toThrow(StorageLate);
    await come();
    expect([await files.fault(), await lent(ID), await files.presence(ID)]).toEqual([undefined, 'bytes', 'stored']);
    for (const id of [BESIDE, ELSEWHERE]) await written(id);
    expect((await stored()).sort()).toEqual([ID, BESIDE, ELSEWHERE].sort());
  }

  it('as when it is not mounted, is away, and no other takes its place', async () => {
    const [here, away] = [join(root, 'assets'), join(root, 'away')];
    await goesAndComes(
      async () => {
        await rename(here, away);
        await expect(files.borrow(ID)).rejects.toThrow(BytesUnreadable);
        expect(await files.presence(ID)).toBe('away');
      },
      async () => {
        expect(await readdir(root)).toEqual(['away']);
        await rename(away, here);
      },
    );
  });

  it('and leaves an empty folder, as under a mount, is away', async () => {
    const [here, away] = [join(root, 'assets'), join(root, 'away')];
    await goesAndComes(
      async () => {
        await rename(here, away);
        await mkdir(here);
        expect(await files.presence(ID)).toBe('away');
      },
      async () => {
        expect(await readdir(here)).toEqual([]);
        await rename(away, here);
      },
    );
  });

  it('and answers with errors tells nothing of any asset', async () => {
    const [here, away] = [join(root, 'assets'), join(root, 'away')];
    await goesAndComes(
      async () => {
        await rename(here, away);
        await writeFile(here, 'a file where the folder was');
        await expect(files.borrow(ID)).rejects.toThrow(StorageLate);
        expect(await files.presence(ID)).toBe('unreadable');
      },
      async () => {
        await rm(here);
        await rename(away, here);
      },
    );
  });

  unlessRoot('and refuses us tells nothing of any asset', async () => {
    const here = join(root, 'assets');
    await goesAndComes(
      async () => {
        await chmod(here, 0o000);
        await expect(files.borrow(ID)).rejects.toThrow(StorageLate);
        expect(await files.presence(ID)).toBe('unreadable');
      },
      () => chmod(here, 0o750),
    );
  });

  it('for one asset alone gives all others', async () => {
    await written(ELSEWHERE);
    await rm(files.path(ID));
    await mkdir(files.path(ID)); // there, and not to be read
    await expect(files.borrow(ID)).rejects.toThrow(StorageLate);
    expect([await lent(ELSEWHERE), await files.fault()]).toEqual(['bytes', undefined]);
  });

  it('before anything was written is taken for new', async () => {
    const none = new AssetFiles(join(root, 'none'));
    expect([await none.fault(), await none.presence(ID)]).toEqual([undefined, 'away']);
  });
});

describe('ids written before a time', () => {
  const NOON = Date.UTC(2026, 0, 31, 12);

  async function writeAt(id: string, ms: number): Promise<void> {
    const { path } = await files.write(id, stream(bytesOf(id)), 100);
    await utimes(path, ms / 1_000, ms / 1_000);
  }

  it('are those of older files, as the clock of the folder dates them', async () => {
    const [minute, second] = [60_000, 1_000]; // the two clocks are compared to some milliseconds
    await writeAt(ID, NOON - minute);
    await writeAt(OTHER, NOON);
    expect(await idsBefore(NOON - minute - second)).toEqual([]);
    expect(await idsBefore(NOON - second)).toEqual([ID]);
    expect(await idsBefore(NOON + second)).toEqual([ID, OTHER]);
  });

  it('pass over what is not an asset in its own folder', async () => {
    await writeAt(ID, NOON);
    const assets = join(root, 'assets');
    await writeFile(join(assets, 'README'), 'not ours');
    await mkdir(join(assets, 'lost+found'));
    await writeFile(join(assets, 'lost+found', OTHER), 'stray');
    await writeFile(join(assets, 'a1', 'notes.txt'), 'not ours');
    await writeFile(join(assets, 'a1', OTHER), 'in the folder of another');
    expect(await idsBefore(Infinity)).toEqual([ID]);
  });
});
