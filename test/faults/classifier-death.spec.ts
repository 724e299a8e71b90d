import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ClassifierPoolOptions } from '#inference/classifier/pool-options.js';
import { onLinux } from '../support/on-linux.js';
import { pidsOf, setScene, type Scene } from './fixtures/classifier-scene.js';
import { eventually } from '../support/eventually.js';
import { isRunning } from '../support/is-running.js';

const scenes: Scene[] = [];

async function started(options: Partial<ClassifierPoolOptions> = {}): Promise<Scene> {
  const scene = await setScene(options);
  scenes.push(scene);
  await scene.pool.start();
  return scene;
}

const ask = (scene: Scene, path: string) => scene.pool.classify([{ path }]);
const deaths = (scene: Scene) => scene.events.flatMap((event) => (event.kind === 'died' ? [event] : []));

afterEach(async () => {
  for (const scene of scenes.splice(0)) await scene.end();
});

describe('a classifier process that dies with a call', () => {
  it.each([
    { deed: 'exit', reason: 'crashed', says: /^exit code 1\nlast words$/ },
    { deed: 'segfault', reason: 'crashed', says: /^ended by SIGSEGV/ },
    { deed: 'hangup', reason: 'crashed', says: /^ended by SIGKILL/ },
    { deed: 'nonsense', reason: 'invalid-output', says: /not of the protocol/ },
    { deed: 'nan', reason: 'invalid-output', says: /does not fit/ },
    { deed: 'few', reason: 'invalid-output', says: /does not fit/ },
    { deed: 'stranger', reason: 'invalid-output', says: /to no call/ },
  ])('by $deed costs that call and is replaced', async ({ deed, reason, says }) => {
    const scene = await started();
    await expect(ask(scene, deed)).rejects.toMatchObject({ name: 'ClassifierFailed', reason });
    const { outcomes } = await ask(scene, 'answer');
    expect(outcomes).toHaveLength(1);
    expect(deaths(scene)).toMatchObject([{ reason, wasWarm: true, callsLost: 1, restartMs: 0 }]);
    expect(deaths(scene)[0]?.detail).toMatch(says);
    expect(scene.pool.state()).toMatchObject({ processes: 1, ready: 1, busy: 0, queued: 0, replaced: 1 });
  });

  it('costs no call of another process, and none that waits', async () => {
    const scene = await started({ processes: 2 });
    const gate = scene.gate('one');
    const running = ask(scene, gate.path);
    const dying = ask(scene, 'exit');
    const waiting = ask(scene, 'answer');
    await expect(dying).rejects.toMatchObject({ reason: 'crashed' });
    expect((await waiting).outcomes).toHaveLength(1);
    await gate.open();
    expect((await running).outcomes).toHaveLength(1);
  });

  it('costs all calls that it had', async () => {
    const scene = await started({ inFlightPerProcess: 2 });
    const [first, second] = await Promise.allSettled([ask(scene, 'silent'), ask(scene, 'exit')]);
    expect([first, second]).toMatchObject([{ reason: { reason: 'crashed' } }, { reason: { reason: 'crashed' } }]);
    await eventually('its death is told', () => deaths(scene).length > 0);
    expect(deaths(scene)).toMatchObject([{ callsLost: 2 }]);
  });
});

describe('a classifier process that does not end a call', () => {
  it.each(['silent', 'spin'])('(%s) is killed when the time is up, and replaced', async (deed) => {
    const scene = await started({ callMsMax: 300 });
    const begun = performance.now();
    await expect(ask(scene, deed)).rejects.toMatchObject({ name: 'ClassifierFailed', reason: 'timeout' });
    expect(performance.now() - begun).toBeGreaterThanOrEqual(299);
    const [hung] = pidsOf(scene.events);
    // a slow machine may take longer than this pool allows even for that
    await eventually('another one answers', async () => (await ask(scene, 'answer')).outcomes.length === 1);
    expect(hung !== undefined && isRunning(hung)).toBe(false);
  });

  it('is guilty of the oldest call only', async () => {
    const scene = await started({ callMsMax: 300, inFlightPerProcess: 2 });
    const [oldest, other] = await Promise.allSettled([ask(scene, 'silent'), ask(scene, 'silent')]);
    expect([oldest, other]).toMatchObject([{ reason: { reason: 'timeout' } }, { reason: { reason: 'crashed' } }]);
  });

  it('lives on when only the caller was in a hurry', async () => {
    const scene = await started();
    const gate = scene.gate('slow');
    const call = scene.pool.classify([{ path: gate.path }], { timeoutMs: 30 });
    await expect(call).rejects.toMatchObject({ reason: 'timeout' });
    expect(scene.pool.state()).toMatchObject({ busy: 1, replaced: 0 });
    await gate.open();
    expect((await ask(scene, 'answer')).outcomes).toHaveLength(1);
    expect(scene.pool.state()).toMatchObject({ busy: 0, replaced: 0 });
  });
});

describe('a classifier process that swells', () => {
  // elsewhere a process is only believed what it says with each answer
  onLinux('is killed during the call, and replaced', async () => {
    const scene = await started();
    await expect(ask(scene, 'swell')).rejects.toMatchObject({ name: 'ClassifierFailed', reason: 'memory' });
    expect((await ask(scene, 'answer')).outcomes).toHaveLength(1);
    expect(deaths(scene)[0]?.detail).toMatch(/^\d+ MB resident, limit 250 MB$/);
    expect(scene.pool.state().rssBytes).toBeLessThan(250_000_000);
  });
});

describe('bytes that cannot be read', () => {
  it('cost the call and no process', async () => {
    const scene = await started();
    await expect(ask(scene, 'io')).rejects.toMatchObject({ name: 'ClassifierFailed', reason: 'io' });
    expect(scene.pool.state()).toMatchObject({ ready: 1, replaced: 0 });
  });
});

describe('fifty crashes', () => {
  it('leave as many processes and open files as there were', async () => {
    const scene = await started({ processes: 2 });
    const filesBefore = openFiles();
    for (let crash = 0; crash < 50; crash += 1) await expect(ask(scene, 'exit')).rejects.toThrow('crashed');
    await eventually('both processes are warm', () => scene.pool.state().ready === 2);
    expect(scene.pool.state()).toMatchObject({ processes: 2, ready: 2, inFlight: 0, replaced: 50 });
    expect(pidsOf(scene.events)).toHaveLength(52);
    expect(pidsOf(scene.events).filter(isRunning)).toHaveLength(2);
    // the look at the processes' memory has files open for moments
    await eventually('no file is open that was not', () => openFiles() <= filesBefore);
  });
});

/** Of this process, where the system tells. */
const openFiles = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);
