import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort } from '#persistence/embedded/free-port.js';
import type { ServiceSpec } from '../../apps/cli/up/service-spec.js';
import { Supervisor } from '../../apps/cli/up/supervisor.js';
import { build } from '../support/built.js';
import { eventually } from '../support/eventually.js';
import { isRunning } from '../support/is-running.js';

const LIMITS = { firstDelayMs: 20, delayMaxMs: 200, settleMs: 150, readyLimitMs: 10_000 };
/** Ends with the test even where the supervisor fails to end it. */
const STAY = `process.on('disconnect', () => process.exit()); setInterval(() => undefined, 1000);`;

let directory: string;
let lines: string[];
let supervisor: Supervisor | undefined;

beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'portcullis-supervisor-'));
  lines = [];
  supervisor = undefined;
});

afterEach(async () => {
  await supervisor?.stop(0);
  await rm(directory, { recursive: true, force: true });
});

async function service(name: string, source: string, more: Partial<ServiceSpec> = {}): Promise<ServiceSpec> {
  const script = path.join(directory, `${name}.mjs`);
  await writeFile(script, source);
  return { name, script, args: [], env: {}, ...more };
}

function supervise(services: readonly ServiceSpec[], limits: Partial<typeof LIMITS> = {}): Supervisor {
  supervisor = new Supervisor(services, (line) => lines.push(line), { ...LIMITS, ...limits });
  return supervisor;
}

function pidOf(of: Supervisor, name: string): number | undefined {
  return of.states.find((state) => state.name === name)?.pid;
}

describe('the supervisor starts services', () => {
  it('and waits until they say that they are ready', async () => {
    const port = await freePort();
    const web = await service(
      'web',
      `import { createServer } from 'node:http';
       let asked = 0;
       createServer((_, reply) => {
         reply.statusCode = ++asked < 3 ? 503 : 200;
         console.log('answered ' + reply.statusCode + ' for ' + process.env.COLOUR + process.argv[2]);
         reply.end();
       }).listen(${port}, '127.0.0.1', () => process.send({ listening: ${port} }));
       ${STAY}`,
      { readyUrl: (told) => `http://127.0.0.1:${told}/`, env: { COLOUR: 'green' }, args: ['!'] },
    );
    const running = supervise([web, await service('other', STAY)]);
    await running.start();
    expect(running.states).toMatchObject([
      { name: 'web', ready: true, restarts: 0 },
      { name: 'other', ready: true, restarts: 0 },
    ]);
    const answer = (status: number): string => `web   | answered ${status} for green!`;
    await eventually('its lines', () => lines.length >= 3);
    expect(lines).toEqual([answer(503), answer(503), answer(200)]);
  });

  it('and again when they die, after a delay that grows', async () => {
    const running = supervise([await service('mortal', STAY)]);
    await running.start();
    for (const restarts of [1, 2]) {
      const before = pidOf(running, 'mortal') ?? 0;
      process.kill(before, 'SIGKILL');
      await eventually('a new process', () => {
        const pid = pidOf(running, 'mortal');
        return pid !== undefined && pid !== before;
      });
      expect(running.states[0]?.restarts).toBe(restarts);
    }
    expect(lines).toEqual([
      expect.stringMatching(/^mortal \* was ended by SIGKILL after .* again in 0.02 s$/),
      expect.stringMatching(/^mortal \* was ended by SIGKILL after .* again in 0.04 s$/),
    ]);
  });

  it('but none when one refuses its settings', async () => {
    const good = await service('good', STAY);
    const bad = await service('bad', `console.error('PORT is no number'); process.exitCode = 78;`);
    const running = supervise([good, bad], { settleMs: 2_000 });
    const start = running.start();
    const goodPid = await eventually('the good one runs', () => pidOf(running, 'good'));
    await expect(start).rejects.toMatchObject({
      name: 'ServiceFailure',
      service: 'bad',
      message: 'bad refuses its settings\nPORT is no number',
    });
    expect(isRunning(goodPid)).toBe(false);
    expect(running.states.map((state) => state.restarts)).toEqual([0, 0]);
  });

  it('and gives up when one is not ready in time', async () => {
    const port = await freePort();
    const deaf = await service('deaf', `process.send({ listening: ${port} }); console.log('thinking'); ${STAY}`, {
      readyUrl: (told) => `http://127.0.0.1:${told}/`,
    });
    const running = supervise([deaf], { readyLimitMs: 600 });
    await expect(running.start()).rejects.toThrow('deaf was not ready after 0.6 s\nthinking');
    expect(pidOf(running, 'deaf')).toBeUndefined();
  });

  it('and stops starting when it is stopped', async () => {
    const running = supervise([await service('slow', STAY)], { settleMs: 60_000 });
    const start = running.start();
    const outcome = expect(start).rejects.toThrow('slow was stopped');
    await eventually('it runs', () => pidOf(running, 'slow'));
    await running.stop(2_000);
    await outcome;
  });
});

describe('the supervisor stops services', () => {
  it('by asking them', async () => {
    const polite = `process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); console.log('here'); ${STAY}`;
    const running = supervise([await service('polite', polite)]);
    await running.start();
    await eventually('it listens', () => lines.length === 1);
    await running.stop(5_000);
    expect(lines).toEqual(['polite | here', 'polite | bye']);
    expect(pidOf(running, 'polite')).toBeUndefined();
  });

  it('by force, with their own children, when they do not listen', async () => {
    const stubborn = `import { spawn } from 'node:child_process';
      process.on('SIGTERM', () => console.log('no'));
      const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'inherit' });
      console.log(child.pid);
      setInterval(() => undefined, 1000);`;
    const running = supervise([await service('stubborn', stubborn)]);
    await running.start();
    const child = Number(await eventually('its child', () => /\d+$/.exec(lines[0] ?? '')?.[0]));
    const pid = pidOf(running, 'stubborn') ?? 0;
    await running.stop(200);
    expect(lines.slice(1)).toEqual(['stubborn | no', 'stubborn * did not end in 0.2 s: killed']);
    expect(isRunning(pid)).toBe(false);
    await eventually('its child is gone', () => !isRunning(child));
  });
});

describe('kill -9 of the supervisor', () => {
  it('ends its services', async () => {
    const built = await build();
    const url = (file: string): string => JSON.stringify(pathToFileURL(built(file)).href);
    const { script } = await service(
      'service',
      `import { exitWithParent } from ${url('libs/settings/parent-watch.js')};
       import { writeFileSync } from 'node:fs';
       exitWithParent(() => { console.log('into a broken pipe'); writeFileSync(${JSON.stringify(path.join(directory, 'told'))}, ''); process.exit(); });
       setInterval(() => undefined, 1000);`,
    );
    const boss = path.join(directory, 'boss.mjs');
    await writeFile(
      boss,
      `import { Supervisor } from ${url('apps/cli/up/supervisor.js')};
       const supervisor = new Supervisor([{ name: 's', script: ${JSON.stringify(script)}, args: [], env: {} }], console.log);
       await supervisor.start();
       console.log(supervisor.states[0].pid);`,
    );
    const supervising = spawn(process.execPath, [boss], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    supervising.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    const pid = Number(await eventually('the service is up', () => /^\d+$/m.exec(output)?.[0]));
    expect(isRunning(pid)).toBe(true);
    supervising.kill('SIGKILL');
    await eventually('the service is gone', () => !isRunning(pid));
    expect(existsSync(path.join(directory, 'told'))).toBe(true);
  });
});
