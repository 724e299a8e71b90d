import { afterEach, describe, expect, it } from '@jest/globals';
import type { ClassifierPoolOptions } from '#inference/classifier/pool-options.js';
import { setScene, type Scene } from './fixtures/classifier-scene.js';
import { eventually } from '../support/eventually.js';

const scenes: Scene[] = [];

async function started(options: Partial<ClassifierPoolOptions> = {}): Promise<Scene> {
  const scene = await setScene(options);
  scenes.push(scene);
  await scene.pool.start();
  return scene;
}

const ask = (scene: Scene, path: string) => scene.pool.classify([{ path }]);

afterEach(async () => {
  for (const scene of scenes.splice(0)) await scene.end();
});

describe('calls', () => {
  it('go to a free process at once', async () => {
    const scene = await started({ processes: 2, queueMax: 0 });
    const gate = scene.gate('one');
    const calls = [ask(scene, gate.path), ask(scene, gate.path)];
    expect(scene.pool.state()).toMatchObject({ busy: 2, inFlight: 2, queued: 0 });
    await gate.open();
    const pids = (await Promise.all(calls)).flatMap(({ outcomes }) =>
      outcomes.map((outcome) => (outcome.kind === 'scored' ? outcome.facts.width : 0)),
    );
    expect(new Set(pids).size).toBe(2);
  });

  it('are spread before a process is given a second one', async () => {
    const scene = await started({ processes: 2, inFlightPerProcess: 2 });
    const gate = scene.gate('one');
    const calls = [ask(scene, gate.path), ask(scene, gate.path)];
    expect(scene.pool.state()).toMatchObject({ busy: 2, inFlight: 2 });
    calls.push(ask(scene, gate.path), ask(scene, gate.path), ask(scene, gate.path));
    expect(scene.pool.state()).toMatchObject({ busy: 2, inFlight: 4, queued: 1 });
    await gate.open();
    expect(await Promise.all(calls)).toHaveLength(5);
  });

  it('that are to be alone wait for an empty process, which is given nothing else until they have ended', async () => {
    const scene = await started({ processes: 2, inFlightPerProcess: 2 });
    const [before, lone, after] = [scene.gate('before'), scene.gate('lone'), scene.gate('after')];
    const first = [ask(scene, before.path), ask(scene, before.path)];
    const alone = scene.pool.classify([{ path: lone.path }], { alone: true });
    const behind = [ask(scene, after.path), ask(scene, after.path), ask(scene, after.path)];
    expect(scene.pool.state()).toMatchObject({ inFlight: 2, queued: 4 });
    await before.open();
    await Promise.all(first);
    // two more in the other process, and one has to wait though this one has room for another
    expect(scene.pool.state()).toMatchObject({ busy: 2, inFlight: 3, queued: 1 });
    expect(scene.pool.room).toBe(0);
    await lone.open();
    await alone;
    expect(scene.pool.state()).toMatchObject({ busy: 2, inFlight: 3, queued: 0 });
    await after.open();
    expect(await Promise.all(behind)).toHaveLength(3);
  });

  it('wait in the order of their arrival, and say how long', async () => {
    const scene = await started();
    const gate = scene.gate('one');
    const order: string[] = [];
    const first = ask(scene, gate.path).then(() => order.push('first'));
    const later = ['second', 'third', 'fourth'].map(async (name) => {
      const { queueMs } = await ask(scene, 'answer');
      order.push(name);
      return queueMs;
    });
    expect(scene.pool.state().queued).toBe(3);
    await gate.open();
    await first;
    const waits = await Promise.all(later);
    expect(order).toEqual(['first', 'second', 'third', 'fourth']);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits[0]).toBeGreaterThan(0);
  });

  it('are refused at once when too many wait', async () => {
    const scene = await started({ queueMax: 2 });
    const gate = scene.gate('one');
    const calls = [ask(scene, gate.path), ask(scene, 'answer'), ask(scene, 'answer')];
    await expect(ask(scene, 'answer')).rejects.toMatchObject({ name: 'ClassifierOverloaded' });
    expect(scene.pool.state()).toMatchObject({ inFlight: 1, queued: 2 });
    await gate.open();
    expect(await Promise.all(calls)).toHaveLength(3);
  });

  it('are refused when they have waited too long', async () => {
    const scene = await started({ queueMsMax: 50 });
    const gate = scene.gate('one');
    const running = ask(scene, gate.path);
    await expect(ask(scene, 'answer')).rejects.toMatchObject({ name: 'ClassifierOverloaded' });
    const hurried = scene.pool.classify([{ path: 'answer' }], { timeoutMs: 10 });
    await expect(hurried).rejects.toMatchObject({ name: 'ClassifierOverloaded' });
    expect(scene.pool.state().queued).toBe(0);
    await gate.open();
    expect((await running).outcomes).toHaveLength(1);
  });

  it('with no time left are not begun', async () => {
    const scene = await started();
    const late = scene.pool.classify([{ path: 'exit' }], { timeoutMs: 0 });
    await expect(late).rejects.toMatchObject({ name: 'ClassifierFailed', reason: 'timeout' });
    expect(scene.pool.state()).toMatchObject({ inFlight: 0, replaced: 0 });
  });

  it('without items are answered without a process', async () => {
    const scene = await started();
    expect(await scene.pool.classify([])).toEqual({ outcomes: [], queueMs: 0 });
  });

  it('have one outcome per item', async () => {
    const scene = await started();
    const { outcomes } = await scene.pool.classify([{ path: 'answer' }, { path: 'two' }, { path: 'three' }]);
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['scored', 'scored', 'scored']);
  });
});

describe('when no process is warm', () => {
  it('calls wait for the successor', async () => {
    const scene = await started();
    const dying = ask(scene, 'exit');
    const waiting = ask(scene, 'answer');
    await expect(dying).rejects.toMatchObject({ reason: 'crashed' });
    expect((await waiting).outcomes).toHaveLength(1);
  });

  it('calls wait no longer than they may', async () => {
    const scene = await started({ queueMsMax: 100 });
    await scene.setStart('silent');
    await expect(ask(scene, 'exit')).rejects.toMatchObject({ reason: 'crashed' });
    await expect(ask(scene, 'answer')).rejects.toMatchObject({ name: 'ClassifierUnavailable' });
  });

  it('and none is being forked, all calls are refused at once', async () => {
    const scene = await started({ restartMsMin: 5_000 });
    await scene.setStart('exit');
    const dying = ask(scene, 'exit');
    const waiting = ask(scene, 'answer');
    await expect(dying).rejects.toMatchObject({ reason: 'crashed' });
    await expect(waiting).rejects.toMatchObject({ name: 'ClassifierUnavailable' });
    await expect(ask(scene, 'answer')).rejects.toMatchObject({ name: 'ClassifierUnavailable' });
  });

  it('before its start, a pool refuses calls', async () => {
    const scene = await setScene();
    scenes.push(scene);
    await expect(ask(scene, 'answer')).rejects.toMatchObject({ name: 'ClassifierUnavailable' });
  });
});

describe('a pool that closes', () => {
  it('lets its calls end, those that wait too, and takes no more', async () => {
    const scene = await started();
    const gate = scene.gate('one');
    const calls = [ask(scene, gate.path), ask(scene, 'answer')];
    const closed = scene.pool.close(10_000);
    expect(scene.pool.isReady).toBe(false);
    await expect(ask(scene, 'answer')).rejects.toMatchObject({ name: 'ClassifierUnavailable' });
    await gate.open();
    expect(await Promise.all(calls)).toHaveLength(2);
    await closed;
    expect(scene.pool.state()).toMatchObject({ ready: 0, inFlight: 0, queued: 0, replaced: 0 });
    expect(scene.events.map((event) => event.kind)).toEqual(['ready']);
  });

  it('kills at the end of its grace', async () => {
    const scene = await started();
    const calls = [ask(scene, 'silent'), ask(scene, 'answer')];
    const begun = performance.now();
    const ends = Promise.allSettled(calls);
    await scene.pool.close(80);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(79);
    expect(await ends).toMatchObject([
      { reason: { name: 'ClassifierUnavailable' } },
      { reason: { name: 'ClassifierUnavailable' } },
    ]);
    await eventually('no process is left', () => scene.pool.state().rssBytes === 0);
  });

  it('does not wait for a process that died meanwhile', async () => {
    const scene = await started();
    const calls = [ask(scene, 'exit'), ask(scene, 'answer')];
    const ends = Promise.allSettled(calls);
    await scene.pool.close(60_000);
    expect(await ends).toMatchObject([
      { reason: { name: 'ClassifierFailed' } },
      { reason: { name: 'ClassifierUnavailable' } },
    ]);
  });
});
