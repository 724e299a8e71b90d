import type { ProcessesOptions } from '../classifier/pool-options.js';
import type { ModelManifest } from '../models/manifest.js';

/** The processes that decode for a remote model. */
type DecoderOptions = Pick<
  ProcessesOptions,
  | 'entry'
  | 'processes'
  | 'inFlightPerProcess'
  | 'rssBytesMax'
  | 'onEvent'
  | 'onRoom'
  | 'onBusy'
  | 'env'
  | 'memoryCheckMs'
>;

export interface RemoteClassifierOptions extends DecoderOptions {
  /** `http://triton:8000`, or with the model's path there: see `serverAddress`. */
  readonly url: string;
  /** Sent as a bearer key. */
  readonly key?: string;
  /** Says what must be served; the model's file need not be here. */
  readonly manifest: ModelManifest;
  /** Variants of that model, any of which may be served in its place. */
  readonly variants?: readonly ModelManifest[];
  readonly host: Pick<ProcessesOptions['host'], 'decodeAhead' | 'imageLimits' | 'nice'>;
  /** Calls under way; one more is refused. */
  readonly callsMax: number;
  /** A decode that takes longer costs its process; a request that takes longer is given up. */
  readonly callMsMax: number;
  /** Most views in one request. */
  readonly batchMax?: number;
  /** How long a server may take to be there at the start. */
  readonly startMsMax?: number;
  /** Between two looks whether the server is ready. */
  readonly watchMs?: number;
  /** Called with why the server cannot be asked: at once, and every ten seconds while that lasts. */
  readonly onWaiting?: (why: string) => void;
  /** Called with the requests that may be under way at the same time, at first and when that moves. */
  readonly onLimit?: (inFlight: number) => void;
}

export const REMOTE_DEFAULTS = {
  /** As many as our own server takes; Triton's `max_batch_size` may be set to it. */
  batchMax: 16,
  /** A server that loads its models beside us has as long as our own processes have. */
  startMsMax: 120_000,
  watchMs: 1_000,
  variants: [],
  onWaiting: (): void => undefined,
  onLimit: (): void => undefined,
  onEvent: (): void => undefined,
  onRoom: (): void => undefined,
  onBusy: (): void => undefined,
} satisfies Partial<RemoteClassifierOptions>;
