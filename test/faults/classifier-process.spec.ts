import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { build } from '../support/built.js';
import { makeHangingFile } from './fixtures/hanging-file.js';
import { eventually } from '../support/eventually.js';
import { isRunning } from '../support/is-running.js';

/** Forked processes are plain Node and run what is built. */
await build();
const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);
const fifo = makeHangingFile();
const pids: number[] = [];

afterAll(async () => {
  for (const pid of pids.filter(isRunning)) process.kill(pid, 'SIGKILL');
  await rm(dirname(fifo), { recursive: true });
});

function forked(deed: string): ChildProcess {
  const child = fork(fixture('bound-child.mjs'), [deed, fifo], { execArgv: [], silent: true });
  if (child.pid !== undefined) pids.push(child.pid);
  return child;
}

async function bound(deed: string): Promise<ChildProcess> {
  const child = forked(deed);
  await once(child, 'message');
  return child;
}

describe('a process bound to its parent', () => {
  it.each(['idle', 'stuck', 'spin'])('ends with a parent that was killed, though it is %s', async (deed) => {
    const parent = spawn(process.execPath, [fixture('mortal-parent.mjs'), deed, fifo], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    pids.push(pid);
    expect(isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    await eventually('the child is gone', () => !isRunning(pid));
  });

  it.each(['idle', 'stuck'])('ends when its parent closes the channel, though it is %s', async (deed) => {
    const child = await bound(deed);
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  });

  it('leaves the signals of its group to its parent', async () => {
    const child = await bound('idle');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) child.kill(signal);
    const echo = once(child, 'message');
    child.send('still there');
    expect(await echo).toEqual(['still there', undefined]);
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  it('says its last words and ends on a fault of ours, though a thread hangs', async () => {
    const child = forked('fault');
    let words = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (words += text));
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    expect(words).toContain('Error: a fault of ours\n    at ');
  });
});
