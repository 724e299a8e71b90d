import type { ImageLimits, PrepareImage } from '#contracts/prepared-image.js';
import { DecodeLane } from './decode-lane.js';
import { readHostOptions, type DecodeHostOptions, type HostOptions } from './host-options.js';
import { infer } from './infer.js';
import { prepareAll, PrepareFailed } from './prepare.js';
import { bindToParent, setNice } from './process.js';
import { isPoolMessage, type HostFailure, type HostMessage, type PoolMessage } from './protocol.js';
import { RunLane } from './run-lane.js';
import { time } from './time.js';
import { warmUp } from './warm-up.js';
import { ClassifierWork } from './work.js';
import { openModel } from '../models/repository.js';
import { createSession, ModelOutputInvalid } from '../models/session.js';

/** Does what is ordered. Throws for an order that this process was not made for: its pool is at fault. */
type Perform = (order: PoolMessage['order']) => Promise<unknown>;

/** A process that is ready, and what it says of itself. */
interface Host {
  readonly perform: Perform;
  readonly ready: Pick<Extract<HostMessage, { type: 'ready' }>, 'model' | 'warmUp'>;
}

/**
 * The whole life of a classifier process, which a pool forks: verifies and loads its model if it is to have one, times
 * every batch size it will use, says that it is ready, and answers calls until its parent is gone. A model that is
 * refused is told to the parent in words. Resolves when calls are served, or the model is refused.
 *
 * An entry of an app is two imports and one call: `await serveClassifier((limits) => createPrepareImage(limits))`.
 *
 * @throws Error when the process was not forked by a pool
 */
export async function serveClassifier(createPrepare: (limits: ImageLimits) => PrepareImage): Promise<void> {
  bindToParent();
  try {
    const options = readHostOptions(process.argv[2]);
    setNice(options.nice);
    const prepare = createPrepare(options.imageLimits);
    serve('recipe' in options ? decodeOnly(options, prepare) : await withModel(options, prepare));
  } catch (error) {
    tell({ type: 'refused', fault: wordsOf(error) });
  }
}

async function withModel(options: HostOptions, prepare: PrepareImage): Promise<Host> {
  const { inferenceBatch, decodeAhead } = options;
  const model = await openModel(options.modelRoot, options.modelRef);
  const session = await createSession(model, { threads: options.threads });
  const { id, sha256, labels } = model;
  const { classes, preprocessing } = model.manifest;
  const viewBytes = preprocessing.size ** 2 * 3;
  const warmUpTimes = await warmUp(session, viewBytes, inferenceBatch);
  const runs = new RunLane(session);
  const work = new ClassifierWork({ prepare, recipe: preprocessing, runs, inferenceBatch, decodeAhead });
  const perform: Perform = (order) => {
    switch (order.kind) {
      case 'classify':
        return work.classify(order);
      case 'infer':
        return infer(runs, inferenceBatch, order);
      case 'time':
        return time(runs, viewBytes, order);
      case 'prepare':
        throw new Error('a process with a model was asked to decode only');
    }
  };
  return { perform, ready: { model: { id, sha256, classes, labels, preprocessing }, warmUp: warmUpTimes } };
}

function decodeOnly({ recipe, decodeAhead }: DecodeHostOptions, prepare: PrepareImage): Host {
  const lane = new DecodeLane(decodeAhead, Infinity);
  const perform: Perform = (order) => {
    if (order.kind === 'prepare') return prepareAll(lane, prepare, recipe, order);
    throw new Error(`a process without a model was asked to ${order.kind}`);
  };
  return { perform, ready: { model: null, warmUp: [] } };
}

function serve({ perform, ready }: Host): void {
  process.on('message', (message) => {
    if (!isPoolMessage(message)) throw new Error('the pool sent a message that is not of the protocol');
    void answer(perform, message);
  });
  tell({ type: 'ready', ...ready, rssBytes: process.memoryUsage.rss() });
}

/** A few frames of a photograph; those of ordinary sizes are never collected on purpose. */
const FRAMES_BYTES_KEPT = 32_000_000;

/** Whatever is no failure of one call is thrown on, and ends the process: its session may be broken. */
async function answer(perform: Perform, { call, order }: PoolMessage): Promise<void> {
  try {
    tell({ type: 'done', call, answer: await perform(order), rssBytes: process.memoryUsage.rss() });
  } catch (error) {
    const reason = failureOf(error);
    tell({ type: 'failed', call, reason, detail: wordsOf(error), rssBytes: process.memoryUsage.rss() });
  }
  letGoOfLargeFrames();
}

/**
 * The pixels of a large frame lie outside the heap, where they do not hurry its collector: a process that saw one would
 * stay large until much later. Costs some milliseconds after an answer that was slow.
 */
function letGoOfLargeFrames(): void {
  // in a turn of its own: what has just been answered is still in the hands of this one
  if (process.memoryUsage().external > FRAMES_BYTES_KEPT) setImmediate(() => globalThis.gc?.());
}

/** @throws the error itself when it is no failure of one call */
function failureOf(error: unknown): HostFailure {
  if (error instanceof ModelOutputInvalid) return 'invalid-output';
  if (error instanceof PrepareFailed) return isSystemError(error.cause) ? 'io' : 'crashed';
  throw error;
}

/** Errors of the operating system, such as ENOENT. */
const isSystemError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && 'syscall' in error && typeof error.code === 'string';

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A message that cannot be sent has no reader: the channel's end ends this process. */
function tell(message: HostMessage): void {
  process.send?.(message, undefined, undefined, () => undefined);
}
