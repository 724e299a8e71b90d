import type { ClassifierFailure } from './errors.js';
import type { ServedModel, WarmUpTime } from './protocol.js';

/** Why a process ended: as a call's failure, or `refused` for a model or a start that cannot be, or `closed`. */
export type DeathReason = Exclude<ClassifierFailure, 'io'> | 'refused' | 'closed';

export interface Death {
  readonly pid: number | undefined;
  readonly reason: DeathReason;
  /** What happened, with the end of what the process wrote to stderr. */
  readonly detail: string;
  readonly wasWarm: boolean;
  /** Calls that it was given. */
  readonly callsTaken: number;
  /** Calls that have no answer because of it. */
  readonly callsLost: number;
}

export interface Ready {
  readonly pid: number | undefined;
  /** Null for a process that only decodes. */
  readonly model: ServedModel | null;
  readonly warmUp: readonly WarmUpTime[];
  /** From fork to ready. */
  readonly startMs: number;
}

export interface ChildListener {
  /** Before it takes calls. A fault refuses the process. */
  onReady(ready: Ready): string | undefined;
  /** There is room for a call. */
  onFree(): void;
  /** Once, when the process is gone. */
  onDeath(death: Death): void;
}
