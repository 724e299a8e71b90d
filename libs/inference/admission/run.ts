import type { PathTicket, Ticket, ViewsTicket } from './ticket.js';
import type { Classifier } from '../classifier/classifier.js';
import { ClassifierFailed } from '../classifier/errors.js';
import type { ServiceTimes } from '../batching/service-times.js';

export interface RunOptions {
  readonly classifier: Pick<Classifier, 'classify' | 'infer'>;
  readonly times: ServiceTimes;
  readonly nowMs: () => number;
  /** One of a failed batch that may be innocent: to be tried alone, or to be failed. */
  readonly onSpared: (ticket: PathTicket, failure: ClassifierFailed) => void;
}

/**
 * Has the classifier work on a batch, settles each ticket and notes the time. What has begun is not cut at a deadline: a
 * real answer a little late is worth more than none. Never rejects.
 */
export async function runBatch(batch: readonly Ticket[], options: RunOptions): Promise<void> {
  const startedAtMs = options.nowMs();
  try {
    for (const ticket of batch) if (ticket.kind === 'views') await infer(ticket, startedAtMs, options);
    const paths = batch.filter((ticket) => ticket.kind === 'path');
    if (paths.length > 0) await classify(paths, startedAtMs, options);
  } catch (error) {
    fail(batch, error, options);
  }
}

async function infer(ticket: ViewsTicket, startedAtMs: number, { classifier }: RunOptions): Promise<void> {
  const inferred = await classifier.infer(ticket.views);
  ticket.resolve({ ...inferred, queueMs: startedAtMs - ticket.arrivedAtMs + inferred.queueMs });
}

async function classify(batch: readonly PathTicket[], startedAtMs: number, options: RunOptions): Promise<void> {
  const { classifier, times, nowMs } = options;
  const perceptual = batch.some((ticket) => ticket.perceptual);
  const { outcomes, queueMs } = await classifier.classify(
    batch.map(({ path }) => ({ path })),
    { perceptual },
  );
  if (outcomes.length !== batch.length) {
    throw new ClassifierFailed('invalid-output', `${outcomes.length} outcomes for ${batch.length} images`);
  }
  // A rejection takes next to no time: noted, it would promise the same of real work.
  if (outcomes.every(({ kind }) => kind === 'scored')) times.note(batch.length, nowMs() - startedAtMs - queueMs);
  for (const [index, ticket] of batch.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined) throw new Error('every image of a batch has an outcome');
    ticket.resolve({ outcome, queueMs: startedAtMs - ticket.arrivedAtMs + queueMs, batch: batch.length });
  }
}

/** One image can fail a whole batch: the others get another try. After a time-out there is no time for one. */
function fail(batch: readonly Ticket[], error: unknown, { onSpared }: RunOptions): void {
  const spares = batch.length > 1 && error instanceof ClassifierFailed && error.reason !== 'timeout';
  for (const ticket of batch) {
    if (spares && ticket.kind === 'path') onSpared(ticket, error);
    else ticket.reject(error);
  }
}
