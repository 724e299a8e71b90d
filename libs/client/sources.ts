/** Bytes piece by piece: a web stream, a stream of Node, an async generator. Can be read once. */
export type ByteStream = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** Bytes that can be read from their beginning again and again. */
export interface RepeatableSource {
  /** How many there are, where that is known. */
  readonly bytes?: number | undefined;
  open(): ByteStream | Promise<ByteStream>;
}

/** Bytes that can be sent: a File or Blob, a buffer, a stream. */
export type ByteSource = Blob | ArrayBuffer | Uint8Array | ByteStream | RepeatableSource;

/** An image that the service is to fetch itself. */
export type UrlSource = URL | { readonly url: string };

export type ImageSource = ByteSource | UrlSource;

/** The pieces of a stream, read once. Whoever stops reading ends the stream, even while its next piece is waited for. */
export function chunksOf(stream: ByteStream): AsyncIterable<Uint8Array> {
  // not every browser's streams can be iterated
  if ('getReader' in stream) return iterated(readerOf(stream));
  return isNodeStream(stream) ? iterated(destroyed(stream)) : stream;
}

const iterated = (iterator: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => iterator,
});

const ENDED = { done: true, value: undefined } as const;

function readerOf(stream: ReadableStream<Uint8Array>): AsyncIterator<Uint8Array> {
  const reader = stream.getReader();
  return {
    next: async () => {
      const { done, value } = await reader.read();
      return done ? ENDED : { done, value };
    },
    return: async () => {
      await reader.cancel().catch(() => undefined);
      return ENDED;
    },
  };
}

interface NodeStream extends AsyncIterable<Uint8Array> {
  destroy(): unknown;
}

const isNodeStream = (stream: AsyncIterable<Uint8Array>): stream is NodeStream =>
  'destroy' in stream && typeof stream.destroy === 'function';

/** A stream of Node: its own iterator ends it only when the piece that is waited for is there. */
function destroyed(stream: NodeStream): AsyncIterator<Uint8Array> {
  const pieces = stream[Symbol.asyncIterator]();
  return {
    next: () => pieces.next(),
    return: () => {
      stream.destroy();
      return Promise.resolve(ENDED);
    },
  };
}

/** Asked first: streams of Node have an `open` or a `url` of their own. */
export const isStream = (source: ImageSource): source is ByteStream =>
  Symbol.asyncIterator in source || 'getReader' in source;

export const isUrlSource = (source: ImageSource): source is UrlSource =>
  source instanceof URL || (!isStream(source) && 'url' in source);
