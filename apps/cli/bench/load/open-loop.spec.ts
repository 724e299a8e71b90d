import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { openLoop } from './open-loop.js';
import { OUTCOMES, type Ending, type RunLog } from './run-log.js';
import { summariseRun } from './summarise-run.js';

const DECIDED: Ending = { outcome: 'decided' };
const ANSWER_MS_MAX = 5_000;

const everyMs = (gapMs: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => i * gapMs);

/** Runs the loop on a clock that this test turns. */
async function runOnFakeClock(
  atMs: Float64Array,
  send: (index: number, done: (ending: Ending) => void) => void,
  forMs = 60_000,
): Promise<RunLog> {
  const running = openLoop({ atMs, send, answerMsMax: ANSWER_MS_MAX });
  await jest.advanceTimersByTimeAsync(forMs);
  return running;
}

describe('an open loop', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('sends each request at its time and tells how long it took', async () => {
    const { latencyMs, lagMs, outcome, failures } = await runOnFakeClock(everyMs(7, 100), (_, done) => {
      setTimeout(() => done(DECIDED), 12);
    });
    expect(latencyMs.every((ms) => ms >= 12 && ms < 14)).toBe(true);
    expect(lagMs.every((ms) => ms >= 0 && ms < 2)).toBe(true);
    expect(outcome.every((code) => OUTCOMES[code] === 'decided')).toBe(true);
    expect(failures).toEqual({});
  });

  it('has a stall of the server in the figures of all who would have come meanwhile', async () => {
    // one request at a time, a millisecond each, and nothing at all between the third and the fourth second
    const [stallFromMs, stallToMs] = [3_000, 4_000];
    const startMs = performance.now();
    let freeAtMs = 0;
    const send = (_: number, done: (ending: Ending) => void): void => {
      const nowMs = performance.now() - startMs;
      const begunMs = Math.max(nowMs, freeAtMs);
      freeAtMs = (begunMs >= stallFromMs && begunMs < stallToMs ? stallToMs : begunMs) + 1;
      setTimeout(() => done(DECIDED), freeAtMs - nowMs);
    };
    const atMs = everyMs(10, 1_000);
    const log = await runOnFakeClock(atMs, send);
    const limits = { sloMs: 300, lagMsMax: 10 };
    const { latencyMs, goodputPerSecond } = summariseRun(atMs, log, { fromMs: 0, toMs: 10_000 }, limits);
    // a tenth of the requests met the stall: a client that waits for its answer would have seen one slow one of them
    expect(latencyMs.p50).toBeLessThan(5);
    expect(latencyMs.p95).toBeGreaterThan(450);
    expect(latencyMs.p99).toBeGreaterThan(850);
    expect(goodputPerSecond).toBeLessThan(94);
  });

  it('does not wait for ever for answers that do not come', async () => {
    const log = await runOnFakeClock(everyMs(10, 4), (index, done) => {
      if (index < 2) done(DECIDED);
      if (index === 2) done({ outcome: 'failed', why: 'status 500' });
    });
    expect(log.failures).toEqual({ 'status 500': 1, 'no answer': 1 });
    expect([...log.outcome].map((code) => OUTCOMES[code])).toEqual(['decided', 'decided', 'failed', 'failed']);
    expect(log.latencyMs.map((ms) => (Number.isNaN(ms) ? -1 : 0)).slice(2)).toEqual(Float64Array.from([-1, -1]));
  });

  it('that is held up itself sends what is due and says how late it was', async () => {
    const log = await runOnFakeClock(everyMs(10, 100), (index, done) => {
      // the clock goes on and the loop does not: it is in the middle of sending
      if (index === 20) jest.advanceTimersByTime(200);
      done(DECIDED);
    });
    expect(Math.max(...log.lagMs)).toBeGreaterThan(150);
    expect(log.latencyMs[30]).toBeGreaterThan(80);
    expect(log.failures).toEqual({});
  });
});
