import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { transformFile } from '@swc/core';

/** Ends with 7 when its parent is gone; stays until told otherwise. */
const WATCHING = `
  import { exitWithParent } from './parent-watch.mjs';
  const alive = setInterval(() => undefined, 1000);
  exitWithParent(() => process.stdout.write('into a broken pipe', () => setImmediate(() => process.exit(7))));
  process.send?.('watching');
  process.stdin.on('end', () => clearInterval(alive)).resume();
`;
/** Has an end of its own: watching must not keep it. */
const DONE = `
  import { exitWithParent } from './parent-watch.mjs';
  exitWithParent(() => process.exit(7));
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parent-watch-'));
  const source = fileURLToPath(new URL('./parent-watch.ts', import.meta.url));
  const { code } = await transformFile(source, {
    swcrc: false,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
  });
  await writeFile(join(folder, 'parent-watch.mjs'), code);
  await writeFile(join(folder, 'watching.mjs'), WATCHING);
  await writeFile(join(folder, 'done.mjs'), DONE);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function exitCode(child: ChildProcess): Promise<unknown> {
  const ending: unknown[] = await once(child, 'exit', { signal: AbortSignal.timeout(10_000) });
  return ending[0];
}

describe('a process that its parent left', () => {
  it('is told so, though nobody reads what it prints', async () => {
    const child = fork(join(folder, 'watching.mjs'), { execArgv: [], silent: true });
    await once(child, 'message', { signal: AbortSignal.timeout(10_000) });
    child.stdout?.destroy();
    child.stderr?.destroy();
    const ended = exitCode(child);
    child.disconnect();
    expect(await ended).toBe(7);
  });

  it('may end by itself before that', async () => {
    expect(await exitCode(fork(join(folder, 'done.mjs'), { execArgv: [], silent: true }))).toBe(0);
  });

  it('goes on when no supervisor started it', async () => {
    const child = spawn(process.execPath, [join(folder, 'watching.mjs')], { stdio: ['pipe', 'ignore', 'ignore'] });
    const ended = exitCode(child);
    child.stdin.end();
    expect(await ended).toBe(0);
  });
});
