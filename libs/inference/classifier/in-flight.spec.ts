import { afterEach, describe, expect, it, jest } from '@jest/globals';

import { CallsInFlight } from './in-flight.js';

const CALL = { settle: () => true, reject: () => undefined };

/** Calls of a process under a clock that the test sets. */
function scene(): { calls: CallsInFlight; busy: number[]; at: (ms: number) => void } {
  const busy: number[] = [];
  const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
  const calls = new CallsInFlight(
    60_000,
    () => undefined,
    (ms) => busy.push(ms),
  );
  return { calls, busy, at: (ms) => clock.mockReturnValue(ms) };
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('how long a process had something to do', () => {
  it('is told at the end of each call, each moment once, and idle time never', () => {
    const { calls, busy, at } = scene();
    at(100);
    const first = calls.add(CALL);
    at(150);
    const second = calls.add(CALL);
    at(180);
    calls.remove(first);
    at(300);
    calls.remove(second);
    at(500);
    calls.remove(calls.add(CALL));
    expect(busy).toEqual([80, 120, 0]);
  });

  it('is told when all calls fail, and not when there was none', () => {
    const { calls, busy, at } = scene();
    calls.add(CALL);
    calls.add(CALL);
    at(40);
    calls.failAll('crashed', 'test');
    at(90);
    calls.failAll('crashed', 'test');
    expect(busy).toEqual([40]);
  });
});
