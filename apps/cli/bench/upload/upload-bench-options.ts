import type { PeerName } from './peers.js';

export interface UploadBenchOptions {
  /** Uploads of each size, one at a time. */
  readonly requests: number;
  readonly clients: number;
  readonly rounds: number;
  /** Of each side of a round. */
  readonly seconds: number;
  readonly withBatch: boolean;
  readonly peers: readonly PeerName[];
}
