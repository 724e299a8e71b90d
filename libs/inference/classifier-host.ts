import type { ImageLimits, PrepareImage } from '#contracts/prepared-image.js';
import { bindToParent, setNice } from './classifier-process.js';
import { isClassifyRequest, readHostOptions, type HostFailure, type HostMessage } from './classifier-protocol.js';
import type { HostOptions } from './classifier-protocol.js';
import { warmUp } from './classifier-warm-up.js';
import { ClassifierWork, PrepareFailed } from './classifier-work.js';
import { openModel } from './model-repository.js';
import { createSession, ModelOutputInvalid } from './model-session.js';

/**
 * The whole life of a classifier process, which a `ClassifierPool` forks: verifies and loads its model, times every
 * batch size it will use, says that it is ready, and answers calls until its parent is gone. A model that is refused
 * is told to the parent in words. Resolves when calls are served, or the model is refused.
 *
 * An entry of an app is two imports and one call: `await serveClassifier((limits) => createPrepareImage(limits))`.
 *
 * @throws Error when the process was not forked by a pool
 */
export async function serveClassifier(createPrepare: (limits: ImageLimits) => PrepareImage): Promise<void> {
  bindToParent();
  try {
    await open(readHostOptions(process.argv[2]), createPrepare);
  } catch (error) {
    tell({ type: 'refused', fault: wordsOf(error) });
  }
}

async function open(options: HostOptions, createPrepare: (limits: ImageLimits) => PrepareImage): Promise<void> {
  setNice(options.nice);
  const model = await openModel(options.modelRoot, options.modelRef);
  const session = await createSession(model, { threads: options.threads });
  const { classes, preprocessing } = model.manifest;
  const warmUpTimes = await warmUp(session, preprocessing.size ** 2 * 3, options.inferenceBatch);
  const work = new ClassifierWork({
    prepare: createPrepare(options.imageLimits),
    recipe: preprocessing,
    session,
    inferenceBatch: options.inferenceBatch,
    decodeAhead: options.decodeAhead,
  });
  process.on('message', (message) => {
    if (!isClassifyRequest(message)) throw new Error('the pool sent a message that is not of the protocol');
    void answer(work, message.call, message.paths);
  });
  tell({
    type: 'ready',
    model: { id: model.id, sha256: model.sha256, classes, labels: model.labels, preprocessing },
    warmUp: warmUpTimes,
    rssBytes: process.memoryUsage.rss(),
  });
}

/** Whatever is no failure of one call is thrown on, and ends the process: its session may be broken. */
async function answer(work: ClassifierWork, call: number, paths: readonly string[]): Promise<void> {
  try {
    const outcomes = await work.classify(paths);
    tell({ type: 'classified', call, outcomes, rssBytes: process.memoryUsage.rss() });
  } catch (error) {
    const reason = failureOf(error);
    tell({ type: 'failed', call, reason, detail: wordsOf(error), rssBytes: process.memoryUsage.rss() });
  }
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
