import { describe, expect, it } from '@jest/globals';

import { PollLoop } from './poll-loop.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** Longer than a test may take. */
const HOUR_MS = 3_600_000;

/** Looks that end when the test says so. */
class Scene {
  looks = 0;
  readonly loop = new PollLoop(() => {
    this.looks += 1;
    return new Promise((resolve) => {
      this.end = resolve;
    });
  }, HOUR_MS);
  private end: (more: boolean) => void = () => undefined;

  async ends(more = false): Promise<void> {
    this.end(more);
    await turn();
  }
}

describe('a loop that looks again and again', () => {
  it('looks once however often it is started, and at once when there is more', async () => {
    const scene = new Scene();
    scene.loop.start();
    scene.loop.start();
    expect(scene.looks).toBe(1);
    await scene.ends(true);
    expect(scene.looks).toBe(2);
    await scene.ends();
    expect(scene.looks).toBe(2);
    await scene.loop.stop();
  });

  it('looks at once when it is woken, during its rest and during a look', async () => {
    const scene = new Scene();
    scene.loop.start();
    await scene.ends();
    scene.loop.wake();
    await turn();
    expect(scene.looks).toBe(2);
    scene.loop.wake();
    await scene.ends();
    expect(scene.looks).toBe(3);
    await scene.ends();
    expect(scene.looks).toBe(3);
    await scene.loop.stop();
  });

  it('is stopped when the look under way has ended, and looks no more', async () => {
    const scene = new Scene();
    scene.loop.start();
    let isStopped = false;
    const stopped = scene.loop.stop().then(() => {
      isStopped = true;
    });
    await turn();
    expect(isStopped).toBe(false);
    await scene.ends(true);
    await stopped;
    expect([scene.looks, scene.loop.isStopped]).toEqual([1, true]);
  });
});
