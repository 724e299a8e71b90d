import { setTimeout as delay } from 'node:timers/promises';
import type { Preprocessing } from '#contracts/prepared-image.js';
import {
  ClassifierFailed,
  ClassifierOverloaded,
  ClassifierNotStarted,
  ClassifierRefused,
  ClassifierUnavailable,
} from '../classifier/errors.js';
import { syntheticViews } from '../classifier/synthetic-views.js';
import { viewBytesOf } from '../classifier/views.js';
import type { RemoteModel } from './remote-model.js';
import type { WaitingNotes } from './waiting-notes.js';

export interface MeetOptions {
  /** How long the server may take to be there. */
  readonly startMsMax: number;
  readonly lookMsMax: number;
  /** Longest first inference: a server may load its model for it. */
  readonly callMsMax: number;
  readonly isClosed: () => boolean;
  /** Told of each look that another try may mend. */
  readonly notes: Pick<WaitingNotes, 'late'>;
}

const AGAIN_MS = 250;

/**
 * Waits until a server is there, compares what it serves with the manifest, and has it score one synthetic view.
 *
 * @throws ClassifierRefused with all faults together when it serves something else or gives no scores;
 *   ClassifierNotStarted when it is not there in time; ClassifierUnavailable when the classifier is closed meanwhile
 */
export async function meetServer(
  remote: Pick<RemoteModel, 'faults' | 'isReady' | 'infer'>,
  url: string,
  recipe: Preprocessing,
  options: MeetOptions,
): Promise<void> {
  const end = performance.now() + options.startMsMax;
  for (;;) {
    const late = await meet(remote, url, recipe, options);
    if (late === undefined) return;
    if (options.isClosed()) throw new ClassifierUnavailable('the classifier was closed while it started');
    options.notes.late(late);
    if (performance.now() >= end) {
      throw new ClassifierNotStarted(`${url} is not there after ${options.startMsMax} ms: ${late}`);
    }
    await delay(Math.min(AGAIN_MS, Math.max(1, end - performance.now())));
  }
}

/** @returns undefined when all is well; in words what another try may mend */
async function meet(
  remote: Pick<RemoteModel, 'faults' | 'isReady' | 'infer'>,
  url: string,
  recipe: Preprocessing,
  { lookMsMax, callMsMax, startMsMax }: MeetOptions,
): Promise<string | undefined> {
  const lookMs = Math.min(lookMsMax, startMsMax);
  try {
    const faults = await remote.faults(lookMs);
    if (faults.length > 0) throw new ClassifierRefused(`${url} ${faults.join('; ')}`);
    if (!(await remote.isReady(lookMs))) return 'the model is not ready';
    await remote.infer(syntheticViews(viewBytesOf(recipe), 1), callMsMax);
    return undefined;
  } catch (error) {
    if (error instanceof ClassifierUnavailable || error instanceof ClassifierOverloaded) return error.message;
    if (error instanceof ClassifierFailed) {
      if (error.reason !== 'invalid-output') return error.message;
      throw new ClassifierRefused(`${url} serves the model, but ${error.detail}`);
    }
    throw error;
  }
}
