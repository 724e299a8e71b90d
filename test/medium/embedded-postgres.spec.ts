import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';
import { ensureDataDirectory } from '#persistence/embedded/data-directory.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#persistence/embedded/start-embedded-postgres.js';
import { build } from '../support/built.js';
import { eventually } from '../support/eventually.js';
import { isRunning } from '../support/is-running.js';

let directory: string;
let home: string;
let data: string;
const started: EmbeddedPostgres[] = [];

beforeAll(async () => {
  // closed to other accounts, like a checkout under /root
  directory = await mkdtemp(path.join(os.tmpdir(), 'portcullis-embedded-'));
  await chmod(directory, 0o700);
  home = path.join(directory, 'home');
  data = path.join(home, 'postgres/data');
});

afterAll(async () => {
  for (const server of started) await server.stop();
  await rm(directory, { recursive: true, force: true });
});

async function start(onLog?: (line: string) => void): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(onLog === undefined ? { home } : { home, onLog });
  started.push(server);
  return server;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows.flatMap((row) => Object.values(row));
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  it('listens on this machine only, for its password only, with its data in the home directory', async () => {
    const server = await start();
    expect(server.reused).toBe(false);
    expect(await query(server.url, 'SHOW listen_addresses')).toEqual(['127.0.0.1']);
    expect(await query(server.url, 'SHOW fsync')).toEqual(['on']);
    expect(await readFile(path.join(data, 'PG_VERSION'), 'utf8')).toBe('18\n');
    expect((await stat(data)).mode & 0o777).toBe(0o700);

    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('is used by a second start, and keeps its data when it was stopped', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept (n int)');
    await query(first.url, 'INSERT INTO kept VALUES (7)');
    const second = await start();
    expect(second).toMatchObject({ reused: true, pid: first.pid, url: first.url });

    await second.stop();
    expect(isRunning(first.pid)).toBe(false);
    expect(existsSync(path.join(data, 'postmaster.pid'))).toBe(false);
    await first.stop(); // once more does nothing

    const third = await start();
    expect(third.reused).toBe(false);
    expect(await query(third.url, 'SELECT n FROM kept')).toEqual([7]);
    await third.stop();
  });

  it('starts once when started twice at the same time', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    expect(one.url).toBe(two.url);
    expect([one.reused, two.reused].sort()).toEqual([false, true]);
    await one.stop();
  });

  it('outlives kill -9 of the process that started it, and is used by the next', async () => {
    const built = await build();
    const module = pathToFileURL(built('libs/persistence/embedded/start-embedded-postgres.js')).href;
    const script = path.join(directory, 'starter.mjs');
    await writeFile(
      script,
      `import { startEmbeddedPostgres } from ${JSON.stringify(module)};
       const server = await startEmbeddedPostgres({ home: ${JSON.stringify(home)} });
       console.log(server.pid);
       process.kill(process.pid, 'SIGKILL');`,
    );
    const starter = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    starter.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    await eventually('the starter is killed', () => starter.signalCode === 'SIGKILL' && output !== '');

    const server = await start();
    expect(server).toMatchObject({ reused: true, pid: Number(output) });
    expect(await query(server.url, 'SELECT n FROM kept')).toEqual([7]);
  });

  it('recovers what was committed after kill -9 of the server', async () => {
    const server = await start();
    await query(server.url, 'INSERT INTO kept VALUES (8)');
    process.kill(server.pid, 'SIGKILL');
    const next = await start();
    expect(next.pid).not.toBe(server.pid);
    expect(await query(next.url, 'SELECT n FROM kept ORDER BY n')).toEqual([7, 8]);
    await next.stop();
  });

  it('is not fooled by a stale file that names another live process', async () => {
    await writeFile(path.join(data, 'postmaster.pid'), `${process.pid}\n${data}\n1\n1\n\n\n\nready\n`);
    const lines: string[] = [];
    const server = await start((line) => lines.push(line));
    expect(server.reused).toBe(false);
    expect(lines).toEqual([expect.stringContaining(`process ${process.pid} is gone`)]);
    await server.stop();
  });
});

describe('a data directory', () => {
  const programs = { initdb: '/nowhere', postgres: '/nowhere', major: '18' };

  it('of another major version is refused', async () => {
    const old = path.join(directory, 'old');
    await mkdir(old);
    await writeFile(path.join(old, 'PG_VERSION'), '17\n');
    await expect(ensureDataDirectory(old, programs, undefined, () => undefined)).rejects.toThrow(
      /made by PostgreSQL 17, and this is PostgreSQL 18.*pg_upgrade/s,
    );
  });

  it('with the files of somebody else is refused', async () => {
    const other = path.join(directory, 'other');
    await mkdir(other);
    await writeFile(path.join(other, 'letter.txt'), 'dear');
    await expect(ensureDataDirectory(other, programs, undefined, () => undefined)).rejects.toThrow('Move it away');
    expect(await readdir(other)).toEqual(['letter.txt']);
  });

  it('that cannot be made leaves nothing behind', async () => {
    const full = path.join(directory, 'full');
    const initdb = path.join(directory, 'initdb');
    await mkdir(full);
    await writeFile(initdb, '#!/bin/sh\necho half > half\necho "No space left on device" >&2\nexit 1\n', {
      mode: 0o755,
    });
    const made = ensureDataDirectory(path.join(full, 'data'), { ...programs, initdb }, undefined, () => undefined);
    await expect(made).rejects.toThrow(/could not be made in .*full.data: No space left on device/);
    expect(await readdir(full)).toEqual([]);
  });
});
