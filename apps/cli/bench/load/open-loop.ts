import { OUTCOMES, type Ending, type RunLog } from './run-log.js';

export interface OpenLoopOptions {
  /** When each request is to be sent: whole milliseconds from the start, in order. */
  readonly atMs: Float64Array;
  /** Sends a request and says once how it ended, however long that takes. */
  readonly send: (index: number, done: (ending: Ending) => void) => void;
  /** After the last request is sent: what has no answer by then gets none. */
  readonly answerMsMax: number;
  /** Told from time to time: how many are sent. */
  readonly onProgress?: (sent: number) => void;
}

/** Late requests that are sent in one go; answers are read in between. */
const BURST_MAX = 32;
const PROGRESS_MS = 500;

/**
 * Sends every request at its time, whatever became of earlier ones, and counts latency from the *intended* time: a
 * server that stalls delays nobody's clock, and its stall is in the figures of all who would have come meanwhile (no
 * coordinated omission).
 *
 * @returns when all are answered, or `answerMsMax` after the last one
 */
export function openLoop({ atMs, send, answerMsMax, onProgress }: OpenLoopOptions): Promise<RunLog> {
  const latencyMs = new Float64Array(atMs.length).fill(Number.NaN);
  const lagMs = new Float64Array(atMs.length);
  const outcome = new Uint8Array(atMs.length).fill(OUTCOMES.indexOf('failed'));
  const failures: Record<string, number> = {};
  const cpuBefore = process.cpuUsage();
  // on a tick of the timers: they fire just after a whole millisecond of this clock
  const startMs = Math.ceil(clockMs()) + 1;
  let [next, answered] = [0, 0];

  return new Promise((resolve) => {
    const progress = setInterval(() => onProgress?.(next), PROGRESS_MS);
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      clearInterval(progress);
      clearTimeout(last);
      if (answered < atMs.length) failures['no answer'] = atMs.length - answered;
      const { user, system } = process.cpuUsage(cpuBefore);
      resolve({ latencyMs, lagMs, outcome, failures, cpuMs: (user + system) / 1_000 });
    };
    let last: NodeJS.Timeout | undefined;

    const settle = (index: number, ending: Ending): void => {
      if (isOver) return;
      answered += 1;
      outcome[index] = OUTCOMES.indexOf(ending.outcome);
      if (ending.outcome === 'failed') failures[ending.why] = (failures[ending.why] ?? 0) + 1;
      else latencyMs[index] = clockMs() - startMs - (atMs[index] ?? 0);
      if (answered === atMs.length) end();
    };

    const sendDue = (): void => {
      for (let burst = 0; burst < BURST_MAX && next < atMs.length; burst += 1) {
        const index = next;
        const lateMs = clockMs() - startMs - (atMs[index] ?? 0);
        if (lateMs < 0) break;
        next += 1;
        lagMs[index] = lateMs;
        send(index, (ending) => settle(index, ending));
      }
      wait();
    };
    const wait = (): void => {
      const dueMs = atMs[next];
      if (dueMs === undefined) {
        if (!isOver) last = setTimeout(end, answerMsMax);
        return;
      }
      const inMs = startMs + dueMs - clockMs();
      if (inMs <= 0) setImmediate(sendDue);
      else setTimeout(sendDue, Math.ceil(inMs));
    };
    wait();
  });
}

/** The clock of Node's timers, finer than their millisecond. */
function clockMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1e6;
}
