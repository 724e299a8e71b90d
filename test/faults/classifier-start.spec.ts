import { afterEach, describe, expect, it } from '@jest/globals';
import type { ClassifierPoolOptions } from '#inference/classifier/pool-options.js';
import { setScene, type Scene } from './fixtures/classifier-scene.js';
import { eventually } from '../support/eventually.js';

const scenes: Scene[] = [];

async function scene(...args: Parameters<typeof setScene>): Promise<Scene> {
  const made = await setScene(...args);
  scenes.push(made);
  return made;
}

const ask = (of: Scene, path: string) => of.pool.classify([{ path }]);
const deaths = (of: Scene) => of.events.flatMap((event) => (event.kind === 'died' ? [event] : []));

afterEach(async () => {
  for (const one of scenes.splice(0)) await one.end();
});

describe('the start of a pool', () => {
  it('ends when every process is warm, with what they serve', async () => {
    const { pool, events } = await scene({ processes: 3 });
    expect(pool.isReady).toBe(false);
    expect(() => pool.model).toThrow('no process has been warm');
    const model = await pool.start();
    expect(pool.isReady).toBe(true);
    expect(pool.model).toBe(model);
    expect(model).toMatchObject({ id: 'double/1.0.0', sha256: 'aaaa', labels: ['neutral', 'sexual.explicit'] });
    expect(pool.warmUp).toEqual([{ batch: 1, firstMs: 2, steadyMs: 1 }]);
    expect(events.map((event) => event.kind)).toEqual(['ready', 'ready', 'ready']);
    expect(pool.state()).toMatchObject({ processes: 3, ready: 3, busy: 0, replaced: 0 });
    expect(pool.state().rssBytes).toBeGreaterThan(0);
  });

  it('is refused with the file and its fault when a process refuses its model', async () => {
    const { pool } = await scene({ processes: 2 }, 'refuse');
    await expect(pool.start()).rejects.toMatchObject({
      name: 'ClassifierRefused',
      message: expect.stringMatching(/\/model\.onnx: has 10 bytes, not 99$/),
    });
    expect(pool.state()).toMatchObject({ ready: 0, inFlight: 0 });
    await expect(pool.classify([{ path: 'answer' }])).rejects.toMatchObject({ name: 'ClassifierUnavailable' });
  });

  it.each<[string, Parameters<typeof setScene>, string, RegExp]>([
    ['dies', [{}, 'exit'], 'ClassifierNotStarted', /double\/1\.0\.0 .*\(crashed\): exit code 1\nlast words$/s],
    ['is late', [{ startMsMax: 100 }, 'silent'], 'ClassifierNotStarted', /\(timeout\): it took more than 100 ms$/],
    ['is too large', [{ rssBytesMax: 1_000_000 }], 'ClassifierRefused', /\(memory\): \d+ MB resident, limit 1 MB$/],
    [
      'has no entry',
      [{ entry: '/nowhere/entry.mjs' }],
      'ClassifierNotStarted',
      /\(crashed\): exit code 1\n.*Cannot find module/s,
    ],
  ])('is not started when a process %s', async (_fault, args, name, message) => {
    const { pool } = await scene(...args);
    await expect(pool.start()).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });

  it('is refused when the pool is closed meanwhile', async () => {
    const { pool } = await scene({}, 'silent');
    const [start] = await Promise.allSettled([pool.start(), pool.close(0)]);
    expect(start).toMatchObject({ reason: { name: 'ClassifierUnavailable' } });
  });
});

describe('a successor', () => {
  const slowly: Partial<ClassifierPoolOptions> = { restartMsMin: 40, restartMsMax: 100 };

  it('that dies again and again is forked ever more rarely, and serves when it is repaired', async () => {
    const one = await scene(slowly);
    await one.pool.start();
    await one.setStart('exit');
    await expect(ask(one, 'exit')).rejects.toMatchObject({ reason: 'crashed' });
    await eventually('four starts have failed', () => deaths(one).length >= 5);
    expect(
      deaths(one)
        .slice(0, 5)
        .map((death) => death.restartMs),
    ).toEqual([0, 40, 80, 100, 100]);
    expect(one.pool.isReady).toBe(false);
    await one.setStart('ready');
    await eventually('the repaired process is warm', () => one.pool.isReady);
    expect((await ask(one, 'answer')).outcomes).toHaveLength(1);
  });

  it('that serves another file is never given a call', async () => {
    const one = await scene(slowly);
    await one.pool.start();
    await one.setStart('other');
    await expect(ask(one, 'exit')).rejects.toMatchObject({ reason: 'crashed' });
    await eventually('it was refused twice', () => deaths(one).length >= 3);
    expect(deaths(one)[1]).toMatchObject({ reason: 'refused', wasWarm: false });
    expect(deaths(one)[1]?.detail).toContain('SHA-256 bbbb, not aaaa');
    expect(one.pool.isReady).toBe(false);
  });

  it('takes over from a process whose model is refused while the others serve on', async () => {
    const one = await scene({ ...slowly, processes: 2 });
    await one.pool.start();
    await one.setStart('refuse');
    await expect(ask(one, 'exit')).rejects.toMatchObject({ reason: 'crashed' });
    await eventually('the successor was refused', () => deaths(one).some((death) => death.reason === 'refused'));
    expect(one.pool.isReady).toBe(true);
    expect((await ask(one, 'answer')).outcomes).toHaveLength(1);
  });
});
