import { leftMs } from './late.js';
import { evenly } from './looks-in-hand.js';
import { weightOf, type PathTicket, type Ticket, type ViewsTicket } from './ticket.js';
import type { LightOutcome } from '#contracts/classify.js';
import type { CostlyImage } from '#contracts/prepared-image.js';
import type { Classifier } from '../classifier/classifier.js';
import { ClassifierFailed } from '../classifier/errors.js';
import type { ClientTimes } from '../batching/client-times.js';
import type { ServiceTimes } from '../batching/service-times.js';

export interface RunOptions {
  readonly classifier: Pick<Classifier, 'classifyLight' | 'infer'>;
  readonly times: ServiceTimes;
  readonly clients: ClientTimes;
  readonly nowMs: () => number;
  /** What an image may be expected to take to decode; one that takes longer is put back. */
  readonly decodeMsMax: number;
  /** One that was put back. */
  readonly onCostly: (ticket: PathTicket, costly: CostlyImage) => void;
  /** No process here works on the batch any more. */
  readonly onHandedOver: () => void;
  /** One of a failed batch that may be innocent: to be tried alone, or to be failed. */
  readonly onSpared: (ticket: PathTicket, failure: ClassifierFailed) => void;
}

export interface Ran {
  /** What each ticket had of the time of a process. */
  readonly partsMs: readonly number[];
  /** Nobody waits for it any more, and it may go on where it runs. */
  readonly isGivenUp: boolean;
  /** It was one alone, and took its process with it. */
  readonly isFatal: boolean;
}

/**
 * Has the classifier work on a batch, settles each ticket and notes the time. What has begun is not cut at a deadline, but
 * each ticket fails `LATE_MS_MAX` after its own. Never rejects.
 */
export async function runBatch(batch: readonly Ticket[], options: RunOptions): Promise<Ran> {
  const startedAtMs = options.nowMs();
  const timers = giveUpLate(batch, startedAtMs);
  let partsMs: readonly number[] = batch.map(() => 0);
  let [isGivenUp, isFatal] = [false, false];
  try {
    for (const ticket of batch) if (ticket.kind === 'views') partsMs = [await infer(ticket, startedAtMs, options)];
    const paths = batch.filter((ticket) => ticket.kind === 'path');
    if (paths.length > 0) partsMs = await classify(paths, startedAtMs, options);
  } catch (error) {
    isGivenUp = error instanceof ClassifierFailed && error.reason === 'timeout';
    isFatal = batch.length === 1 && isDeath(error);
    if (error instanceof ClassifierFailed) partsMs = evenly(batch, options.nowMs() - startedAtMs);
    noteTimeout(batch, error, startedAtMs, options);
    fail(batch, error, options);
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
  return { partsMs, isGivenUp, isFatal };
}

/** Whether a look ended with its process. */
export const isDeath = (error: unknown): boolean =>
  error instanceof ClassifierFailed && (error.reason === 'crashed' || error.reason === 'memory');

/** Those whose time is up before the batch's: the call itself lasts as long as anybody waits for it. */
function giveUpLate(batch: readonly Ticket[], nowMs: number): NodeJS.Timeout[] {
  const lastMs = leftMs(batch, nowMs);
  const early = batch.filter((ticket) => leftMs([ticket], nowMs) < lastMs);
  return early.map((ticket) => {
    const ms = leftMs([ticket], nowMs);
    return setTimeout(() => ticket.reject(new ClassifierFailed('timeout', `no answer within ${ms} ms`)), ms);
  });
}

/** A time-out says how long work takes at the least: that is news only where less was expected. */
function noteTimeout(
  batch: readonly Ticket[],
  error: unknown,
  startedAtMs: number,
  { times, nowMs }: RunOptions,
): void {
  const tookMs = nowMs() - startedAtMs;
  const isTimeout = error instanceof ClassifierFailed && error.reason === 'timeout';
  const items = weightOf(batch);
  if (isTimeout && tookMs > times.quantileMs(items)) times.note(items, tookMs);
}

/** @returns what it took, milliseconds */
async function infer(ticket: ViewsTicket, startedAtMs: number, options: RunOptions): Promise<number> {
  const { classifier, nowMs, onHandedOver } = options;
  const inferred = await classifier.infer(ticket.views, { timeoutMs: leftMs([ticket], startedAtMs), onHandedOver });
  ticket.resolve({ ...inferred, queueMs: startedAtMs - ticket.arrivedAtMs + inferred.queueMs });
  return Math.max(0, nowMs() - startedAtMs - inferred.queueMs);
}

/** @returns what each took, milliseconds */
async function classify(
  batch: readonly PathTicket[],
  startedAtMs: number,
  options: RunOptions,
): Promise<readonly number[]> {
  const { classifier, times, clients, nowMs, decodeMsMax, onCostly, onHandedOver } = options;
  const perceptual = batch.some((ticket) => ticket.perceptual);
  const { outcomes, queueMs } = await classifier.classifyLight(
    batch.map(({ path }) => ({ path })),
    { perceptual, decodeMsMax, timeoutMs: leftMs(batch, startedAtMs), onHandedOver },
  );
  if (outcomes.length !== batch.length) {
    throw new ClassifierFailed('invalid-output', `${outcomes.length} outcomes for ${batch.length} images`);
  }
  const tookMs = Math.max(0, nowMs() - startedAtMs - queueMs);
  const partsMs = partsOf(outcomes, tookMs);
  // A rejection takes next to no time: noted, it would promise the same of real work.
  if (outcomes.every(({ kind }) => kind === 'scored')) {
    times.note(batch.length, tookMs);
    noteClients(batch, tookMs, partsMs, clients);
  }
  for (const [index, ticket] of batch.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined) throw new Error('every image of a batch has an outcome');
    if (outcome.kind === 'costly') onCostly(ticket, outcome);
    else ticket.resolve({ outcome, queueMs: startedAtMs - ticket.arrivedAtMs + queueMs, batch: batch.length });
  }
  return partsMs;
}

/** What each image had of a batch's time: its own decoding, and of the rest as much as the others. */
function partsOf(outcomes: readonly LightOutcome[], tookMs: number): readonly number[] {
  const decodesMs = outcomes.map((outcome) => (outcome.kind === 'scored' ? outcome.decodeMs : 0));
  const decodedMs = decodesMs.reduce((sum, ms) => sum + ms, 0);
  // images may have been decoded side by side
  const share = decodedMs > tookMs ? tookMs / decodedMs : 1;
  const restMs = (tookMs - share * decodedMs) / outcomes.length;
  return decodesMs.map((ms) => share * ms + restMs);
}

/** To a client a batch takes what it would take if the pictures of all were like its own. */
function noteClients(
  batch: readonly PathTicket[],
  tookMs: number,
  partsMs: readonly number[],
  clients: ClientTimes,
): void {
  for (const clientId of new Set(batch.map((ticket) => ticket.clientId))) {
    const ownMs = Math.max(...partsMs.filter((_, index) => batch[index]?.clientId === clientId));
    const othersMs = partsMs.reduce((sum, ms) => sum + Math.max(0, ms - ownMs), 0);
    clients.note(clientId, tookMs - othersMs, ownMs);
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
