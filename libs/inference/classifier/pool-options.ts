import type { DeathReason } from './child-life.js';
import type { DecodeHostOptions, HostOptions } from './host-options.js';
import type { WarmUpTime } from './protocol.js';

export interface ProcessesOptions {
  /** The module that each process runs: it calls `serveClassifier`. */
  readonly entry: URL | string;
  readonly host: HostOptions | DecodeHostOptions;
  readonly processes: number;
  /** 1 for single images; 2 for batches, so that one decodes while the other is inferred. */
  readonly inFlightPerProcess: number;
  /** Calls that may wait for a process. 0: a call that finds none free is refused. */
  readonly queueMax: number;
  /** A call that takes longer costs its process. */
  readonly callMsMax: number;
  /** A process that holds more resident memory is killed. */
  readonly rssBytesMax: number;
  /** Longest wait in the queue. */
  readonly queueMsMax?: number;
  /** From fork to ready: the model is read, hashed, loaded and run at every batch size. */
  readonly startMsMax?: number;
  /** How often the processes' memory is looked at. */
  readonly memoryCheckMs?: number;
  readonly restartMsMin?: number;
  readonly restartMsMax?: number;
  /**
   * Environment of the processes beside `CHILD_ENV`. The service's own is not passed on: a process that decodes hostile
   * bytes has no use for its secrets.
   */
  readonly env?: Readonly<Record<string, string>>;
  readonly onEvent?: (event: PoolEvent) => void;
  /** Called whenever a call has ended or a process has become warm, and there is room for another call. */
  readonly onRoom?: () => void;
  /** Told how long a process had something to do since it was last told, whenever a call has ended. */
  readonly onBusy?: (ms: number) => void;
}

/** Of processes that serve a model. */
export interface ClassifierPoolOptions extends ProcessesOptions {
  readonly host: HostOptions;
}

export type PoolEvent =
  | {
      readonly kind: 'ready';
      readonly pid: number | undefined;
      readonly startMs: number;
      readonly warmUp: readonly WarmUpTime[];
    }
  | {
      readonly kind: 'died';
      readonly pid: number | undefined;
      readonly reason: DeathReason;
      readonly detail: string;
      readonly wasWarm: boolean;
      readonly callsLost: number;
      /** Until its successor is forked; undefined when the pool is closing. */
      readonly restartMs: number | undefined;
    };

export interface PoolState {
  /** Places, whether a process is alive in them or not. */
  readonly processes: number;
  /** Warm, taking calls. */
  readonly ready: number;
  /** With a call in flight. */
  readonly busy: number;
  /** Calls in processes. */
  readonly inFlight: number;
  /** Calls that wait. */
  readonly queued: number;
  /** Processes that died since the pool was made, but for those that it closed. */
  readonly replaced: number;
  /** Resident bytes of all processes, as last seen. */
  readonly rssBytes: number;
}

export const POOL_DEFAULTS = {
  /** Long enough for a process to be replaced, shorter than any client's patience. */
  queueMsMax: 30_000,
  /** The heavy model at a batch of 64 warms up in about half of it. */
  startMsMax: 120_000,
  /** A decoder can fill some 300 MB between two looks, and a look costs microseconds. */
  memoryCheckMs: 100,
  restartMsMin: 200,
  /** A repaired model file is served again within this. */
  restartMsMax: 30_000,
  env: {},
  onEvent: (): void => undefined,
  onRoom: (): void => undefined,
  onBusy: (): void => undefined,
} satisfies Partial<ProcessesOptions>;

/**
 * glibc keeps one heap per thread unless told, and what large frames left in it; libvips is to refuse its loaders that are
 * not made for hostile input.
 */
export const CHILD_ENV = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '8388608',
  MALLOC_TRIM_THRESHOLD_: '16777216',
  VIPS_BLOCK_UNTRUSTED: '1',
};
