import { describe, expect, it } from '@jest/globals';

import { awaitService } from './await-service.js';

/** A service that answers from the `from`th time on. */
function scene(from: number) {
  const stop = new AbortController();
  const seen = { asked: 0, waited: 0 };
  const isThere = (): Promise<boolean> => {
    seen.asked += 1;
    return Promise.resolve(seen.asked >= from);
  };
  const wait = (forMs: number): ReturnType<typeof awaitService> =>
    awaitService({ isThere }, { forMs, stop: stop.signal, onWait: () => void (seen.waited += 1) });
  return { seen, stop, wait };
}

describe('a service that is to be there', () => {
  it('is asked once where it answers, or where nobody wants to wait', async () => {
    const there = scene(1);
    expect([await there.wait(60_000), there.seen]).toEqual(['there', { asked: 1, waited: 0 }]);
    const away = scene(Infinity);
    expect([await away.wait(0), away.seen]).toEqual(['away', { asked: 1, waited: 0 }]);
  });

  it('is asked again while it is being started, and that is said once', async () => {
    const starting = scene(3);
    expect([await starting.wait(60_000), starting.seen]).toEqual(['there', { asked: 3, waited: 1 }]);
  });

  it('is not waited for by who was stopped', async () => {
    const { wait, stop, seen } = scene(Infinity);
    const waiting = wait(60_000);
    stop.abort();
    expect(await waiting).toBe('stopped');
    expect(seen.asked).toBe(1);
  });
});
