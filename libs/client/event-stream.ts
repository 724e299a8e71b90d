import { backoffMs } from './backoff.js';
import type { Call, Connection } from './connection.js';
import { Deadline, limited } from './deadline.js';
import { ConnectionError, PortcullisError } from './errors.js';
import { EVENT_TYPES, type EventOf, type EventType } from './event-answers.js';
import { fieldsOf, parsed } from './read-problem.js';
import { chunksOf } from './sources.js';
import { FrameReader, type Frame } from './sse.js';

export interface EventOptions<T extends EventType = EventType> {
  /** The id of the last event that was taken; left out: from now on. */
  readonly lastEventId?: string | undefined;
  /** Left out: all. */
  readonly types?: readonly T[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Hears what becomes of the connection. */
export interface StreamWatch {
  readonly onOpen?: () => void;
  readonly onBroken?: (error: PortcullisError) => void;
}

/** A comment comes every 15 s. */
const SILENCE_MS_MAX = 40_000;
const OPEN_MS_MAX = 30_000;

/**
 * What becomes of the client's assets and endpoints, for as long as it is read: comes back after every broken connection behind the last
 * event, so that nothing is missed and nothing comes twice.
 *
 * @throws EventsGoneError when what is asked for is not kept any more; ProblemError that coming back does not help with;
 *   the signal's reason
 */
export async function* followEvents<T extends EventType>(
  connection: Connection,
  { lastEventId, types, signal }: EventOptions<T>,
  { onOpen, onBroken }: StreamWatch = {},
): AsyncGenerator<EventOf<T>> {
  const query = types === undefined || types.length === 0 ? '' : `?types=${types.join(',')}`;
  const pause = new Deadline(Infinity, signal);
  const place: Place = { last: lastEventId };
  for (let failures = 0; ;) {
    try {
      const headers = {
        accept: 'text/event-stream',
        ...(place.last === undefined ? {} : { 'last-event-id': place.last }),
      };
      const call: Call = { method: 'GET', path: `/v1/events${query}`, headers, isRepeatable: true };
      for await (const { id, data } of framesOf(connection, call, { signal, onOpen, place })) {
        failures = 0;
        const event: unknown = { id, ...fieldsOf(parsed(data)) };
        if (isKnown<T>(event)) yield event;
      }
      throw new ConnectionError('the stream has ended');
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof PortcullisError) || !error.retryable) throw error;
      failures += 1;
      onBroken?.(error);
      await pause.rest(backoffMs(failures, error.retryAfterMs, Math.random()));
    }
  }
}

/** Behind what a broken connection is taken up again. */
interface Place {
  last: string | undefined;
}

interface LinkOptions {
  readonly place: Place;
  readonly signal: AbortSignal | undefined;
  readonly onOpen: (() => void) | undefined;
}

/** The events of one connection, to its end. @throws ConnectionError when it breaks or falls silent */
async function* framesOf(
  connection: Connection,
  call: Call,
  { signal, onOpen, place }: LinkOptions,
): AsyncGenerator<Frame> {
  const link = limited(SILENCE_MS_MAX, signal);
  try {
    const limits = { signal: link.signal, attemptsMax: 1, timeoutMs: OPEN_MS_MAX };
    const { body } = await connection.open(call, limits);
    onOpen?.();
    if (body === null) return;
    const decoder = new TextDecoder();
    const frames = new FrameReader();
    const pieces = chunksOf(body)[Symbol.asyncIterator]();
    for (;;) {
      link.restart(SILENCE_MS_MAX);
      const next = await pieces.next().catch((cause: unknown) => {
        throw new ConnectionError('the stream broke', { cause });
      });
      if (next.done === true) return;
      yield* frames.read(decoder.decode(next.value, { stream: true }));
      // the first frame has an id and no event: what comes before the first event is not missed either
      if (frames.lastId !== '') place.last = frames.lastId;
    }
  } finally {
    link.abort();
    link.release();
  }
}

/** Types of events that later services may tell are passed over. */
function isKnown<T extends EventType>(value: unknown): value is EventOf<T> {
  const { type, data } = fieldsOf(value);
  const { assetId, endpointId } = fieldsOf(data);
  return EVENT_TYPES.some((known) => known === type) && typeof (assetId ?? endpointId) === 'string';
}
