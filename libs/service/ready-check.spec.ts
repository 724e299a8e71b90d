import { afterEach, describe, expect, it, jest } from '@jest/globals';

import { ReadyCheck } from './ready-check.js';

/** A part that answers when the test says so, asked on a clock that the test moves. */
class Scene {
  nowMs = 0;
  asked = 0;
  readonly check: ReadyCheck;
  private readonly ends: ((missing: string | undefined) => void)[] = [];

  constructor(more: Readonly<Record<string, () => Promise<string | undefined>>> = {}) {
    const part = (): Promise<string | undefined> => {
      this.asked += 1;
      return new Promise((resolve) => this.ends.push(resolve));
    };
    this.check = new ReadyCheck({ part, ...more }, () => this.nowMs);
  }

  /** Ends every question to the part. */
  async answer(missing: string | undefined): Promise<void> {
    await settled();
    for (const end of this.ends.splice(0)) end(missing);
    await settled();
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

afterEach(() => {
  jest.useRealTimers();
});

describe('a check whether a service is ready', () => {
  it('is one for all who ask while it is under way, however long that takes', async () => {
    const scene = new Scene();
    const first = scene.check.missing();
    scene.nowMs = 1_900;
    const all = [first, ...Array.from({ length: 200 }, () => scene.check.missing())];
    await scene.answer(undefined);
    expect(new Set(await Promise.all(all))).toEqual(new Set([await first]));
    expect(await first).toEqual({});
    expect(scene.asked).toBe(1);
  });

  it('holds for half a second after it began, and not longer', async () => {
    const scene = new Scene();
    const first = scene.check.missing();
    await scene.answer(undefined);
    expect(await first).toEqual({});
    scene.nowMs = 499;
    expect(await scene.check.missing()).toEqual({});
    scene.nowMs = 500;
    const second = scene.check.missing();
    await scene.answer('it is away');
    expect(await second).toEqual({ part: 'it is away' });
    expect(scene.asked).toBe(2);
  });

  it('says of parts that fail, at once or later, that they do not answer', async () => {
    const scene = new Scene({
      rejects: () => Promise.reject(new Error('late')),
      throws: () => {
        throw new Error('not there');
      },
      lacks: () => Promise.resolve('nothing is warm'),
    });
    const missing = scene.check.missing();
    await scene.answer(undefined);
    expect(await missing).toEqual({
      rejects: 'does not answer',
      throws: 'does not answer',
      lacks: 'nothing is warm',
    });
  });

  it('waits two seconds for a part, and does not ask it again before it has answered', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const scene = new Scene();
    for (const nowMs of [0, 2_000]) {
      scene.nowMs = nowMs;
      const missing = scene.check.missing();
      await settled();
      jest.advanceTimersByTime(2_000);
      expect(await missing).toEqual({ part: 'does not answer' });
      expect(scene.asked).toBe(1);
    }
    await scene.answer(undefined);
    scene.nowMs = 4_000;
    const missing = scene.check.missing();
    await scene.answer(undefined);
    expect(await missing).toEqual({});
    expect(scene.asked).toBe(2);
  });
});
