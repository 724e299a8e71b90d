import { describe, expect, it } from '@jest/globals';

import { OperationalError, StartRefused } from '#contracts/errors.js';

import { every } from './every.js';
import { patiently } from './patiently.js';
import { readRate } from './read-rate.js';

describe('a schedule', () => {
  it('goes on after a failure, until it is to stop', async () => {
    const stop = new AbortController();
    const told: string[] = [];
    let runs = 0;
    const work = (): Promise<void> => {
      runs += 1;
      if (runs === 3) stop.abort();
      return runs === 1 ? Promise.reject(new Error('it is late')) : Promise.resolve();
    };
    await every(1, stop.signal, work, (failure) => told.push(failure));
    expect(runs).toBe(3);
    expect(told).toEqual(['it is late']);
  });

  it('ends at once when it is stopped between two runs', async () => {
    const stop = new AbortController();
    const work = (): Promise<void> => {
      setImmediate(() => stop.abort());
      return Promise.resolve();
    };
    await every(3_600_000, stop.signal, work, () => undefined);
    expect(stop.signal.aborted).toBe(true);
  });

  it('ends with what a person must mend', async () => {
    const work = (): Promise<void> => Promise.reject(new StartRefused('the key was revoked'));
    await expect(every(1, new AbortController().signal, work, () => undefined)).rejects.toThrow('the key was revoked');
  });
});

describe('patience', () => {
  /** Stopped: it waits for nothing. */
  const stopped = AbortSignal.abort();

  it('is for a late world, and has an end', async () => {
    let tries = 0;
    const late = (): Promise<never> => {
      tries += 1;
      return Promise.reject(new OperationalError('late'));
    };
    await expect(patiently(stopped, late)).rejects.toThrow('late');
    expect(tries).toBe(5);
    expect(await patiently(stopped, () => (tries++ < 7 ? late() : Promise.resolve('done')))).toBe('done');
  });

  it('is not for a defect', async () => {
    let tries = 0;
    await expect(patiently(stopped, () => Promise.reject(new Error(`defect ${++tries}`)))).rejects.toThrow('defect 1');
  });
});

describe('a rate', () => {
  it.each<[string, number]>([
    ['20/s', 20],
    ['30/m', 0.5],
    ['0.5/s', 0.5],
    ['3600/h', 1],
  ])('%s is %d a second', (text, perSecond) => {
    expect(readRate(text)).toBe(perSecond);
  });

  it.each(['', '20', '0/s', '-1/s', '20/d', '20 /s', '1e3/s', '20/toString'])('is not %j', (text) => {
    expect(() => readRate(text)).toThrow('must be like 20/s');
  });
});
