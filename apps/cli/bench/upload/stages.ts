import type { UploadTiming } from '#contracts/asset-answer.js';

import { median, rounded } from '../statistics.js';
import type { Outcome } from './contestants.js';

/** Medians over uploads, in milliseconds. They need not add up: each stage has its own median. */
export interface Stages {
  readonly receive: number;
  readonly queue: number;
  readonly decode: number;
  readonly inference: number;
  readonly store: number;
  /** Within the service's clock and in no stage: messages between processes, bytes that reach the disk after the look. */
  readonly between: number;
  /** Within the client's clock and not within the service's: the connection, HTTP, the answer. */
  readonly outside: number;
}

/** What of an upload's time went where. */
export function stagesOf(outcomes: readonly Outcome[]): Stages {
  const timed = outcomes.flatMap(({ ms, timing }) => (timing === undefined ? [] : [{ ms, timing }]));
  const middle = (of: (timing: UploadTiming, ms: number) => number): number =>
    rounded(median(timed.map(({ timing, ms }) => of(timing, ms))));
  return {
    receive: middle(({ receiveMs }) => receiveMs),
    queue: middle(({ queueMs }) => queueMs),
    decode: middle(({ decodeMs }) => decodeMs),
    inference: middle(({ inferenceMs }) => inferenceMs),
    store: middle(({ storeMs = 0 }) => storeMs),
    between: middle(
      ({ receiveMs, queueMs, decodeMs, inferenceMs, storeMs = 0, totalMs }) =>
        totalMs - receiveMs - queueMs - decodeMs - inferenceMs - storeMs,
    ),
    outside: middle(({ totalMs }, ms) => ms - totalMs),
  };
}
