import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { SpoolFull, TooManyBytes } from './errors.js';
import { Spool } from './spool.js';

const DAY_S = 86_400;
const HOST = hostname().replaceAll(/[^A-Za-z0-9-]/g, '_');

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'spool-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function* stream(...sizes: number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) {
    await Promise.resolve();
    yield Buffer.alloc(size, 'x');
  }
}

const upTo = (bytesMax: number) => ({ bytesMax, known: false });

async function filesThere(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe('the files of a spool', () => {
  it('have their bytes until they are removed', async () => {
    const spool = await Spool.open(root, 100);
    const [one, other] = [await spool.write('a', stream(5, 5), upTo(10)), await spool.write('a', stream(1), upTo(10))];
    expect(await readFile(one.path, 'utf8')).toBe('x'.repeat(10));
    await one.remove();
    await one.remove();
    expect(await readFile(other.path, 'utf8')).toBe('x');
    await spool.close();
    expect(await filesThere()).toEqual([]);
  });

  it('are refused when there is no room, and the room comes back with the files, whatever became of them', async () => {
    const spool = await Spool.open(root, 10);
    for (let turn = 0; turn < 3; turn += 1) {
      const held = await spool.write('a', stream(6), upTo(10));
      await expect(spool.write('b', stream(4, 1), upTo(10))).rejects.toThrow(SpoolFull);
      await expect(spool.write('c', stream(3), upTo(2))).rejects.toThrow(TooManyBytes);
      const fits = await spool.write('d', stream(4), upTo(10));
      await Promise.all([held.remove(), fits.remove()]);
    }
    expect(await filesThere()).toEqual([]);
  });

  it('have their room at once where their size is known: of two that do not fit together one is written', async () => {
    const spool = await Spool.open(root, 10);
    const both = await Promise.allSettled(
      ['a', 'b'].map((name) => spool.write(name, stream(2, 2, 2), { bytesMax: 6, known: true })),
    );
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(spool.fits(10)).toBe(true);
    expect(spool.fits(11)).toBe(false);
  });
});

describe('what was left behind', () => {
  const leave = async (folder: string, age = 0): Promise<void> => {
    await mkdir(join(root, folder));
    await writeFile(join(root, folder, 'left'), 'x');
    const seconds = Date.now() / 1_000 - age;
    await utimes(join(root, folder, 'left'), seconds, seconds);
  };

  it('goes where its process is dead, and where it is old and of a machine that is not seen from here', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    await leave(`${HOST}.${dead}.x`);
    await leave(`${HOST}.${process.pid}.of-one-before`);
    await leave(`${HOST}.${process.ppid}.alive`);
    await leave('another.1.fresh');
    await leave('another.1.old', DAY_S + 60);
    await Spool.open(root, 10);
    expect((await readdir(root)).sort()).toEqual(['another.1.fresh', `${HOST}.${process.ppid}.alive`].sort());
  });

  it('is nothing where there was no spool', async () => {
    await expect(Spool.open(join(root, 'never'), 10)).resolves.toBeDefined();
  });
});
