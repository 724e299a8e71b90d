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
}

/** Of bytes that are held, as many are handed over at a time. */
const PIECE_BYTES = 65_536;

/**
 * Makes a body of what a caller gave. A stream of up to `bufferBytesMax` bytes is read whole, so that it can be sent again;
 * a longer one is sent as it comes, once.
 *
 * @throws what the stream throws
 */
export async function bodyOf(source: ByteSource, bufferBytesMax: number): Promise<Body> {
  if (source instanceof Blob) return blobBody(source);
  if (source instanceof Uint8Array) return bytesBody(source);
  if (source instanceof ArrayBuffer) return bytesBody(new Uint8Array(source));
  if (isStream(source)) return streamBody(source, bufferBytesMax);
  return repeatableBody(source.bytes, () => source.open());
}

export function bytesBody(given: Uint8Array): Body {
  const whole = isOwn(given) ? given : new Uint8Array(given);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < whole.byteLength; at += PIECE_BYTES) {
      yield await Promise.resolve(whole.subarray(at, at + PIECE_BYTES));
    }
  }
  return { bytes: whole.byteLength, isThere: () => true, whole, pieces };
}

export const textBody = (text: string): Body => bytesBody(new TextEncoder().encode(text));

const blobBody = (blob: Blob): Body => ({
  bytes: blob.size,
  isThere: () => true,
  whole: blob,
  pieces: () => chunksOf(blob.stream()),
});

function repeatableBody(bytes: number | undefined, open: () => ByteStream | Promise<ByteStream>): Body {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield* chunksOf(await open());
  }
  return { bytes, isThere: () => true, whole: undefined, pieces };
}

async function streamBody(stream: ByteStream, bufferBytesMax: number): Promise<Body> {
  const rest = chunksOf(stream)[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let bytes = 0;
  while (bytes <= bufferBytesMax) {
    const next = await rest.next();
    if (next.done === true) return bytesBody(joined(held, bytes));
    held.push(next.value);
    bytes += next.value.byteLength;
  }
  let isTaken = false;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    isTaken = true;
    try {
      yield* held.splice(0);
      for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
    } finally {
      await rest.return?.();
    }
  }
  return { bytes: undefined, isThere: () => !isTaken, whole: undefined, pieces };
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
