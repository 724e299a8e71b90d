import type { Deadline } from './deadline.js';
import { chunksOf, isStream, type ByteSource, type ByteStream } from './sources.js';

/** Bytes on their way to the service. */
export interface Body {
  /** How many; undefined where that is not known before they were read. */
  readonly bytes: number | undefined;
  /** Whether they can be sent (again). */
  isThere(): boolean;
  /** All at once, where they are held or the platform reads them itself. */
  readonly whole: Uint8Array<ArrayBuffer> | Blob | undefined;
  /** Piece by piece, read as they are sent. */
  pieces(): AsyncIterable<Uint8Array>;
  /** Ends the stream that they are read from, even while a piece is waited for. */
  stop(): void;
}

/** Of bytes that are held, as many are handed over at a time. */
const PIECE_BYTES = 65_536;

/**
 * Makes a body of what a caller gave. A stream of up to `bufferBytesMax` bytes is read whole, so that it can be sent again;
 * a longer one is sent as it comes, once.
 *
 * @throws what the stream throws; DeadlineError and the signal's reason, and the stream is ended
 */
export async function bodyOf(source: ByteSource, bufferBytesMax: number, deadline: Deadline): Promise<Body> {
  if (source instanceof Blob) return blobBody(source);
  if (source instanceof Uint8Array) return bytesBody(source);
  if (source instanceof ArrayBuffer) return bytesBody(new Uint8Array(source));
  if (isStream(source)) return streamBody(source, bufferBytesMax, deadline);
  return repeatableBody(source.bytes, () => source.open());
}

export function bytesBody(given: Uint8Array): Body {
  const whole = isOwn(given) ? given : new Uint8Array(given);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < whole.byteLength; at += PIECE_BYTES) {
      yield await Promise.resolve(whole.subarray(at, at + PIECE_BYTES));
    }
  }
  return { bytes: whole.byteLength, isThere: () => true, whole, pieces, stop: () => undefined };
}

export const textBody = (text: string): Body => bytesBody(new TextEncoder().encode(text));

const blobBody = (blob: Blob): Body => ({ ...repeatableBody(blob.size, () => blob.stream()), whole: blob });

function repeatableBody(bytes: number | undefined, open: () => ByteStream | Promise<ByteStream>): Body {
  let chunks: AsyncIterator<Uint8Array> | undefined;
  const stop = (): void => void chunks?.return?.().catch(() => undefined);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    stop();
    chunks = chunksOf(await open())[Symbol.asyncIterator]();
    yield* restOf(chunks);
  }
  return { bytes, isThere: () => true, whole: undefined, pieces, stop };
}

async function streamBody(stream: ByteStream, bufferBytesMax: number, deadline: Deadline): Promise<Body> {
  const rest = chunksOf(stream)[Symbol.asyncIterator]();
  const stop = (): void => void rest.return?.().catch(() => undefined);
  const held: Uint8Array[] = [];
  let bytes = 0;
  try {
    while (bytes <= bufferBytesMax) {
      const next = await deadline.within(rest.next());
      if (next.done === true) return bytesBody(joined(held, bytes));
      held.push(next.value);
      bytes += next.value.byteLength;
    }
  } catch (error) {
    stop();
    throw error;
  }
  let isTaken = false;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    isTaken = true;
    yield* held.splice(0);
    yield* restOf(rest);
  }
  return { bytes: undefined, isThere: () => !isTaken, whole: undefined, pieces, stop };
}

/** What is left; whoever stops reading ends the stream. */
async function* restOf(chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  } finally {
    await chunks.return?.();
  }
}

function joined(chunks: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** Whether the bytes are nobody else's to change while they are sent (no SharedArrayBuffer). */
const isOwn = (bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> => bytes.buffer instanceof ArrayBuffer;
