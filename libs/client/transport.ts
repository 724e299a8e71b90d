import type { Body } from './body.js';
import type { Answer, Sending } from './exchange.js';
import { hasXhr, sendByXhr } from './xhr.js';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What a source of bytes threw, which the platform tells in other words. */
export class SourceFault extends Error {
  constructor(readonly fault: unknown) {
    super('the source of the bytes failed');
  }
}

/** Sends a request and reads the answer. @throws SourceFault; the platform's error when the connection breaks */
export async function sendWhole(fetch: Fetch, sending: Sending): Promise<Answer> {
  const { body, onSent } = sending;
  // only there a browser tells how far it is
  if (body !== undefined && onSent !== undefined && hasXhr()) {
    return sendByXhr(sending, await heldOf(body, sending.signal), onSent);
  }
  const response = await sendOpen(fetch, sending);
  const text = await response.text();
  return { status: response.status, text, header: (name) => response.headers.get(name) };
}

/** Sends a request; the answer's body is still to be read. @throws as `sendWhole` */
export async function sendOpen(fetch: Fetch, sending: Sending): Promise<Response> {
  const { url, method, headers, body, signal, onSent } = sending;
  if (body === undefined) return fetch(url, { method, headers, signal });
  const whole = onSent === undefined || hasXhr() ? await wholeOf(body, signal) : undefined;
  if (whole !== undefined) return fetch(url, { method, headers, signal, body: whole });
  const faults: SourceFault[] = [];
  const init: RequestInit & { duplex: 'half' } = {
    method,
    signal,
    headers: body.bytes === undefined ? { ...headers } : { ...headers, 'content-length': String(body.bytes) },
    body: streamOf(body, faults, onSent),
    duplex: 'half',
  };
  try {
    return await fetch(url, init);
  } catch (error) {
    body.stop();
    const [fault] = faults;
    throw fault ?? error;
  }
}

/** Browsers send streams by HTTP/2 only: there everything is held. */
const wholeOf = async (body: Body, signal: AbortSignal): Promise<Body['whole']> =>
  body.whole ?? (hasXhr() ? await heldOf(body, signal) : undefined);

async function heldOf(body: Body, signal: AbortSignal): Promise<NonNullable<Body['whole']>> {
  if (body.whole !== undefined) return body.whole;
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const stop = (): void => body.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const piece of counted(body)) pieces.push(new Uint8Array(piece));
  } catch (error) {
    signal.throwIfAborted();
    throw new SourceFault(error);
  } finally {
    signal.removeEventListener('abort', stop);
  }
  signal.throwIfAborted();
  return new Blob(pieces);
}

/** The pieces of a body. @throws Error when they are not as many bytes as was said: then the source has changed */
async function* counted(body: Body): AsyncGenerator<Uint8Array> {
  const { bytes: said } = body;
  let bytes = 0;
  for await (const piece of body.pieces()) {
    bytes += piece.byteLength;
    if (said !== undefined && bytes > said) throw new Error(`the source has more than the ${said} bytes that it had`);
    yield piece;
  }
  if (said !== undefined && bytes < said) throw new Error(`the source ended after ${bytes} of ${said} bytes`);
}

/** A stream that reads on when the connection has taken what there was. */
function streamOf(
  body: Body,
  faults: SourceFault[],
  onSent: ((bytes: number) => void) | undefined,
): ReadableStream<Uint8Array> {
  const left = counted(body);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await left.next();
          if (next.done === true) controller.close();
          else {
            controller.enqueue(next.value);
            onSent?.(next.value.byteLength);
          }
        } catch (error) {
          faults.push(new SourceFault(error));
          controller.error(error);
        }
      },
      async cancel() {
        body.stop();
        await left.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
