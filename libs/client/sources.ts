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

/** The pieces of a stream. Whoever stops reading ends the stream. */
export function chunksOf(stream: ByteStream): AsyncIterable<Uint8Array> {
  // not every browser's streams can be iterated
  return Symbol.asyncIterator in stream ? stream : piecesOf(stream);
}

async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Asked first: streams of Node have an `open` or a `url` of their own. */
export const isStream = (source: ImageSource): source is ByteStream =>
  Symbol.asyncIterator in source || 'getReader' in source;

export const isUrlSource = (source: ImageSource): source is UrlSource =>
  source instanceof URL || (!isStream(source) && 'url' in source);
