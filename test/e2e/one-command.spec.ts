import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { AssetAnswer } from '#contracts/asset-answer.js';
import { drawSample } from '#imaging/draw-samples.js';
import { freePort } from '#persistence/embedded/free-port.js';

import { eventually } from '../support/eventually.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const LAUNCHER = path.join(ROOT, 'apps/cli/launch.mjs');
/** A hang. */
const HANG_MS = 150_000;

let home: string;
let environment: NodeJS.ProcessEnv;
let uploadUrl: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  // nobody else may enter it: what PostgreSQL runs as must not matter
  const folder = await mkdtemp(path.join(os.tmpdir(), 'portcullis-one-command-'));
  home = path.join(folder, 'home');
  const [upload, batch, console_] = await Promise.all([freePort(), freePort(), freePort()]);
  uploadUrl = `http://127.0.0.1:${upload}`;
  environment = {
    ...process.env,
    PORTCULLIS_HOME: home,
    UPLOAD_PORT: String(upload),
    BATCH_PORT: String(batch),
    CONSOLE_PORT: String(console_),
    SWEEP_MS: '500',
    HEAVY_LEASE_MS: '3000',
  };
});

afterAll(async () => {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) await stop(child);
  await rm(path.dirname(home), { recursive: true, force: true });
});

/** Runs a command of the CLI to its end. */
const portcullis = (...args: string[]): Promise<{ stdout: string }> =>
  promisify(execFile)(process.execPath, [LAUNCHER, ...args], { env: environment, timeout: HANG_MS });

/** `npm start`'s process, once everything is ready; its output so far. */
async function start(): Promise<{ child: ChildProcess; output: () => string }> {
  const child = spawn(process.execPath, [LAUNCHER, 'up'], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await eventually('everything is ready', () => output.includes('Portcullis is ready.'), HANG_MS);
  return { child, output: () => output };
}

async function stop(child: ChildProcess): Promise<number | null> {
  child.kill('SIGTERM');
  await once(child, 'exit');
  return child.exitCode;
}

const postmaster = async (): Promise<number> =>
  Number((await readFile(path.join(home, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);

/** The README's example, with our picture, our home and our port. */
async function curlOfReadme(picture: string): Promise<AssetAnswer> {
  const readme = await readFile(path.join(ROOT, 'README.md'), 'utf8');
  const example = /curl -H "Authorization[^`]*?\/v1\/assets/.exec(readme)?.[0] ?? '';
  const command = example
    .replace('.portcullis/client-key', path.join(home, 'client-key'))
    .replace('picture.jpg', picture)
    .replace('http://127.0.0.1:8080', uploadUrl);
  const { stdout } = await promisify(execFile)('bash', ['-c', command]);
  return JSON.parse(stdout) as AssetAnswer;
}

describe('one command', () => {
  it('demo --exit --json sends a folder of images through both tiers and leaves nothing running', async () => {
    const folder = path.join(path.dirname(home), 'images');
    await mkdir(folder);
    for (let index = 0; index < 6; index += 1) {
      const { name, bytes } = await drawSample(index);
      await writeFile(path.join(folder, name), bytes);
    }
    const { stdout } = await portcullis('demo', '--exit', '--json', '--images', folder);
    const summary = JSON.parse(stdout) as Record<string, Record<string, number>>;
    expect(summary['assets']).toBe(6);
    for (const counts of ['provisional', 'final', 'transitions']) {
      const sum = Object.values(summary[counts] ?? {}).reduce((total, count) => total + count, 0);
      expect([counts, sum]).toEqual([counts, 6]);
    }
    for (const times of ['latencyMs', 'finalLagMs']) {
      expect(summary[times]?.['p50']).toBeGreaterThan(0);
      expect(summary[times]?.['p95']).toBeGreaterThanOrEqual(summary[times]?.['p50'] ?? Infinity);
    }
    await expect(fetch(`${uploadUrl}/health/live`)).rejects.toThrow();
    await expect(postmaster()).rejects.toThrow('ENOENT');
  }, 300_000);

  it('up serves the README’s example, and after kill -9 of everything a second one has lost nothing', async () => {
    const first = await start();
    const keys = (await readdir(home)).filter((name) => name.endsWith('-key')).sort();
    expect(keys).toEqual(['admin-key', 'client-key', 'moderator-key']);
    for (const name of keys) expect((await stat(path.join(home, name))).mode & 0o077).toBe(0);
    const secret = (await readFile(path.join(home, 'client-key'), 'utf8')).trim();
    expect(first.output()).not.toContain(secret); // the demo's start has shown it

    const seen: string[] = [];
    const { name, bytes } = await drawSample(7);
    const picture = path.join(path.dirname(home), name);
    await writeFile(picture, bytes);
    for (let index = 0; index < 12; index += 1) {
      const answer = await curlOfReadme(picture);
      expect(answer.decision).toMatchObject({ stage: 'provisional', revision: 1 });
      seen.push(answer.id);
    }
    first.child.kill('SIGKILL');
    process.kill(await postmaster(), 'SIGKILL');
    await eventually('the services are gone with it', async () =>
      fetch(`${uploadUrl}/health/live`).then(
        () => false,
        () => true,
      ),
    );

    const second = await start();
    const seenFile = path.join(path.dirname(home), 'seen');
    await writeFile(seenFile, seen.join('\n'));
    const verified = await eventually(
      'nothing waits for its final',
      () => portcullis('verify', '--settled', '--json', '--seen', seenFile).catch(() => undefined),
      HANG_MS,
    );
    expect(JSON.parse(verified.stdout)).toMatchObject({ assets: 18, pending: 0, faultCount: 0 });
    expect(await stop(second.child)).toBe(0);
  }, 400_000);
});
