import type { ClassifierFailure } from '#inference/classifier/errors.js';
import type { DeadReason } from '#moderation/dead-letter.js';
import type { BytesPresence } from '#storage/asset-bytes.js';

/** What a failed look at an asset means. */
export interface FailedLook {
  readonly reason: DeadReason;
  /** What people are told of it; the log has its details. */
  readonly detail: string;
  /** How many tries there may be in all; the setting may allow fewer. */
  readonly triesMax: number;
}

const FAILURES: Readonly<Record<ClassifierFailure, FailedLook>> = {
  // A process also dies for want of memory on the machine, or by an operator's hand.
  crashed: { reason: 'crashed', detail: 'the classifier process died over it', triesMax: Infinity },
  // A machine with too much to do today has less tomorrow.
  timeout: { reason: 'timeout', detail: 'the classifier process did not end in its time', triesMax: Infinity },
  // How large a process is depends on what it did before: a fresh one may have room.
  memory: { reason: 'memory', detail: 'the classifier process took more memory than it may', triesMax: Infinity },
  // The same pixels give the same numbers. Once more, because the process may have been at fault and not the picture.
  'invalid-output': { reason: 'invalid_output', detail: 'the model gave something that is no score', triesMax: 2 },
  // A disk or share comes back.
  io: { reason: 'unreadable', detail: 'its stored bytes could not be read', triesMax: Infinity },
};

/** Waiting brings nothing back. */
const GONE: FailedLook = { reason: 'bytes_gone', detail: 'its stored bytes are gone', triesMax: 1 };

/** @param bytes whether the asset's bytes are there, as it was seen after the failure */
export const failedLook = (failure: ClassifierFailure, bytes: Exclude<BytesPresence, 'away'>): FailedLook =>
  failure === 'io' && bytes === 'gone' ? GONE : FAILURES[failure];
